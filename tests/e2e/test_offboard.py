# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is let go is out at every door, on connections that are open already too."""

from __future__ import annotations

import base64
import http.client
import socket
from contextlib import closing

import pytest

from dirserver.ldap.wire.message import BindRequest, Code, Message
from tests.cast import password_of
from tests.e2e.site import Site, serving
from tests.ldap.speech import decode_answers, encode_message

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def bound(port: int, login: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(encode_message(Message(1, BindRequest(3, login, password_of(login).encode()))))
    assert decode_answers(client.recv(65536))[0].code == Code.SUCCESS
    return client


def test_open_connections_of_who_is_let_go_end_and_those_of_others_go_on(company: Site) -> None:
    with serving(company):
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
