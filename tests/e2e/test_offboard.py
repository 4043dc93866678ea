# SPDX-License-Identifier: GPL-3.0-or-later
"""Who comes is invited by mail; who is let go is out at every door, on connections that are open already too."""

from __future__ import annotations

import base64
import http.client
import shutil
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dirserver.ldap.wire.message import BindRequest, Code, Message
from tests.cast import password_of
from tests.e2e.pages import Pages
from tests.e2e.site import Site, serving, wait_until
from tests.ldap.speech import decode_answers, encode_message
from tests.mail.postbox import Postbox, postbox

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def bound(port: int, login: str, secret: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(encode_message(Message(1, BindRequest(3, login, secret.encode()))))
    assert decode_answers(client.recv(65536))[0].code == Code.SUCCESS
    return client


def mailing(site: Site, box: Postbox) -> None:
    """Let a site send its mail into a box."""
    for key, value in (("host", '"127.0.0.1"'), ("port", str(box.port)), ("security", '"none"')):
        site.set(key, value, section="mail")


def test_who_is_invited_gets_a_letter_and_who_is_let_go_is_out_on_every_node(company_on: Callable[[str], Site], tmp_path: Path) -> None:
    first = company_on("postgresql")
    with postbox(tmp_path) as box:
        mailing(first, box)
        second = Site(tmp_path / "second")
        shutil.copytree(first.folder, second.folder)
        second.take_ports()
        with serving(first, "serve", "http"), serving(second):
            _come(first, box)
            _go(first, second)
    # The servers have ended by now, and the processes that deliver mail with them.
    for node in (first, second):
        node.assert_quiet_log()


def _come(site: Site, box: Postbox) -> None:
    site.run("account", "add", "gil", "--name", "Gil", "--mail", "gil@example.com")
    site.run("account", "invite", "gil", "--mail")
    wait_until(lambda: len(box.arrived) == 1, "the invitation has arrived", explain=site.log)
    assert box.arrived[0]["To"].addresses[0].addr_spec == "gil@example.com"
    assert "/welcome/" in box.texts()[0]


def _go(told: Site, node: Site) -> None:
    """Ada is let go on one node, while she and Bruno have everything open on another one."""
    of_device = node.device_password("ada")
    phones = [http.client.HTTPConnection("127.0.0.1", node.http_port, timeout=20) for _ in range(2)]

    def ask(phone: http.client.HTTPConnection, secret: str) -> int:
        credentials = base64.b64encode(f"ada:{secret}".encode()).decode()
        phone.request("PROPFIND", "/dav/ada/people/", headers={"Authorization": f"Basic {credentials}", "Depth": "0"})
        answer = phone.getresponse()
        answer.read()
        return answer.status

    pages, other = Pages(node.http_port, "ada"), Pages(node.http_port, "bruno")
    with (
        closing(phones[0]),
        closing(phones[1]),
        bound(node.ldap_port, "ada", password_of("ada")) as main,
        bound(node.ldap_port, "ada", of_device) as device,
        bound(node.ldap_port, "bruno", password_of("bruno")) as bruno,
    ):
        assert [ask(phones[0], password_of("ada")), ask(phones[1], of_device), pages.look("/")[0]] == [207, 207, 200]
        told.run("account", "offboard", "ada", "--handover-to", "bruno")
        assert [ask(phones[0], password_of("ada")), ask(phones[1], of_device), pages.look("/")[0]] == [401, 401, 303]
        for connection in (main, device):
            (notice,) = decode_answers(connection.recv(65536))
            assert notice.code == Code.STRONGER_AUTH_REQUIRED
            assert "sign in again" in notice.text
            assert connection.recv(1) == b""
        bruno.sendall(encode_message(Message(2, BindRequest(3, "bruno", password_of("bruno").encode()))))
        assert decode_answers(bruno.recv(65536))[0].code == Code.SUCCESS
        assert other.look("/")[0] == 200
