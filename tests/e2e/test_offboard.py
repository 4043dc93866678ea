# SPDX-License-Identifier: GPL-3.0-or-later
"""Who comes is invited by mail; who is let go is out at every door, on connections that are open already too."""

from __future__ import annotations

import base64
import http.client
import socket
from contextlib import closing
from pathlib import Path

import pytest

from dirserver.ldap.wire.message import BindRequest, Code, Message
from tests.cast import password_of
from tests.e2e.site import Site, serving, wait_until
from tests.ldap.speech import decode_answers, encode_message
from tests.mail.postbox import Postbox, postbox

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def bound(port: int, login: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(encode_message(Message(1, BindRequest(3, login, password_of(login).encode()))))
    assert decode_answers(client.recv(65536))[0].code == Code.SUCCESS
    return client


def mailing(site: Site, box: Postbox) -> None:
    """Let a site send its mail into a box."""
    for key, value in (("host", '"127.0.0.1"'), ("port", str(box.port)), ("security", '"none"')):
        site.set(key, value, section="mail")


def test_who_is_invited_gets_a_letter_and_who_is_let_go_loses_open_connections_while_others_go_on(company: Site, tmp_path: Path) -> None:
    with postbox(tmp_path) as box:
        mailing(company, box)
        _come_and_go(company, box)
    # The server has ended by now, and the process that delivers mail with it.
    company.assert_quiet_log()


def _come_and_go(company: Site, box: Postbox) -> None:
    with serving(company):
        company.run("account", "add", "gil", "--name", "Gil", "--mail", "gil@example.com")
        company.run("account", "invite", "gil", "--mail")
        wait_until(lambda: len(box.arrived) == 1, "the invitation has arrived", explain=company.log)
        assert box.arrived[0]["To"].addresses[0].addr_spec == "gil@example.com"
        assert "/welcome/" in box.texts()[0]
        phone = http.client.HTTPConnection("127.0.0.1", company.http_port, timeout=20)

        def ask() -> int:
            secret = base64.b64encode(f"ada:{password_of('ada')}".encode()).decode()
            phone.request("PROPFIND", "/dav/ada/people/", headers={"Authorization": f"Basic {secret}", "Depth": "0"})
            answer = phone.getresponse()
            answer.read()
            return answer.status

        with closing(phone), bound(company.ldap_port, "ada") as ada, bound(company.ldap_port, "bruno") as bruno:
            assert ask() == 207
            company.run("account", "offboard", "ada", "--handover-to", "bruno")
            assert ask() == 401
            (notice,) = decode_answers(ada.recv(65536))
            assert notice.code == Code.STRONGER_AUTH_REQUIRED
            assert "sign in again" in notice.text
            assert ada.recv(1) == b""
            bruno.sendall(encode_message(Message(2, BindRequest(3, "bruno", password_of("bruno").encode()))))
            assert decode_answers(bruno.recv(65536))[0].code == Code.SUCCESS
