# SPDX-License-Identifier: GPL-3.0-or-later
"""Many that hold a connection and mean no good: idle ones, halves of handshakes, octets that trickle. Others are served meanwhile.

`benchmarks/crowd.py` does the same with 10 000.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dirserver.ldap.wire.message import BindRequest, Message, Scope, SearchRequest
from dirserver.model.filter import Equality
from tests.cast import password_of
from tests.certificates import make_certificate
from tests.ldap.conftest import Server, free_port, start_server
from tests.ldap.speech import decode_answers, encode_message

pytestmark = pytest.mark.e2e

MANY = 250
ROOT_DSE = encode_message(Message(1, SearchRequest("", Scope.BASE, Equality("objectClass", "top"), ("1.1",))))


@pytest.fixture
def crowded(own_file: Path, tmp_path: Path) -> Iterator[tuple[Server, int]]:
    """A server that takes 600 connections, and its port for TLS."""
    files = make_certificate(tmp_path)
    given = f'max_connections = 600\nidle_timeout_before_bind_s = 4\ntls_certificate = "{files.certificate}"\ntls_key = "{files.key}"\n'
    own_file.write_text(own_file.read_text() + given)
    tls_port = free_port()
    started = start_server(own_file, free_port(), tls_port)
    yield started, tls_port
    started.process.terminate()
    assert started.process.wait(30) == 0


def memory(server: Server) -> int:
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * 4096


def is_served(client: socket.socket) -> bool:
    """Somebody signs in and finds Ada."""
    with client:
        wanted = (
            BindRequest(3, "dov", password_of("dov").encode()),
            SearchRequest("dc=example,dc=com", Scope.SUBTREE, Equality("uid", "ada")),
        )
        client.sendall(b"".join(encode_message(Message(number, one)) for number, one in enumerate(wanted, 1)))
        octets = b""
        while True:
            with contextlib.suppress(Exception):
                answers = decode_answers(octets)
                if len(answers) == 3:
                    return [answer.code for answer in answers] == [0, None, 0]
            more = client.recv(65536)
            if not more:
                return False
            octets += more


def under_tls(port: int) -> socket.socket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20))


def test_others_are_served_beside_a_crowd(crowded: tuple[Server, int]) -> None:
    server, tls_port = crowded
    assert is_served(server.connect())
    before = memory(server)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(MANY)]
        for client in idle:
            client.sendall(ROOT_DSE)
            assert client.recv(1024)
        assert (memory(server) - before) / MANY < 100_000
        # A client's hello that never ends, and one that never comes.
        halves = [stack.enter_context(socket.create_connection(("127.0.0.1", tls_port))) for _ in range(100)]
        for client in halves[:50]:
            client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert is_served(server.connect())
        assert is_served(under_tls(tls_port))
        trickling = [stack.enter_context(server.connect()) for _ in range(100)]
        ended = 0
        for octet in ROOT_DSE[:-1]:
            for client in trickling[: 100 if not ended else 0]:
                with contextlib.suppress(ConnectionError):
                    client.sendall(bytes((octet,)))
            if not ended:
                assert is_served(server.connect())
            time.sleep(0.25)
            trickling[0].settimeout(0.01)
            with contextlib.suppress(TimeoutError):
                ended += b"1.3.6.1.4.1.1466.20036" in trickling[0].recv(4096)
                break
        assert ended, "octets that trickle don't keep a connection: only whole messages do"
        # No more than so many; who comes then is sent away at once.
        more = [stack.enter_context(server.connect()) for _ in range(600)]
        sent_away = 0
        for client in more:
            client.settimeout(0.5)
            with contextlib.suppress(OSError):
                client.sendall(ROOT_DSE)
                sent_away += client.recv(1024) == b""
                continue
            sent_away += 1
        assert sent_away >= 1
    while not is_served(server.connect()):
        time.sleep(0.1)
