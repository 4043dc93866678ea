# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest
from twisted.internet.task import Clock

from dirserver.config import Address
from dirserver.errors import BadConfig
from dirserver.ldap import listen
from dirserver.ldap.listen import Listener, make_site
from dirserver.ldap.tally import Tally
from dirserver.ldap.wire.message import BindRequest, Message, Scope, SearchRequest
from dirserver.ldap.workers import Workers
from dirserver.listening.stream import Peer
from dirserver.model.filter import Present
from dirserver.wiring import Parts
from tests.cast import password_of
from tests.ldap.conftest import free_port, start_server
from tests.ldap.dialogue import HeldWork, QuietHub
from tests.ldap.speech import decode_answers, encode_message


def test_a_port_that_somebody_else_has_is_named_with_a_remedy(parts: Parts) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadConfig, match=rf"127\.0\.0\.1:{port} .*another port"):
            listen.start(parts, Address("127.0.0.1", port))


def test_an_address_that_this_machine_lacks_is_named(parts: Parts) -> None:
    with pytest.raises(BadConfig, match=r"192\.0\.2\.1:3890"):
        listen.start(parts, Address("192.0.2.1", 3890))


def test_the_suffix_comes_from_the_domain(parts: Parts) -> None:
    assert str(make_site(parts).tree.suffix) == "dc=example,dc=com"


def idle_workers() -> Workers:
    """What connections share before anybody has asked anything."""
    return Workers(HeldWork(), HeldWork(), Clock(), QuietHub(most=1, most_per_account=1), Tally(1))  # type: ignore[arg-type]


def test_more_connections_than_allowed_are_closed_at_once(parts: Parts) -> None:
    site = make_site(parts)
    listener = Listener(site, idle_workers())
    assert all(listener.welcome(None) is not None for _ in range(site.limits.connections))
    assert listener.welcome(None) is None
    listener.connections.popitem()
    assert listener.welcome(None) is not None


def test_one_address_takes_only_a_part_of_all_connections(parts: Parts) -> None:
    site = make_site(parts)
    listener = Listener(site, idle_workers())
    here, there, loopback = (Peer(host) for host in ("192.0.2.1", "192.0.2.2", "127.0.0.1"))
    made = [listener.welcome(here) for _ in range(site.limits.connections_per_address)]
    assert None not in made
    assert listener.welcome(here) is None
    assert listener.welcome(there) is not None
    for _ in range(site.limits.connections_per_address + 1):
        assert listener.welcome(loopback) is not None
    assert made[0] is not None
    for _ in range(2):
        made[0]._on_gone(made[0])
    secure = listener.with_tls()
    assert secure.welcome(here) is not None
    assert listener.welcome(here) is None
    for connection in tuple(listener.connections):
        connection._on_gone(connection)
    assert (len(secure.connections), len(secure.addresses)) == (0, 0)


def test_a_network_of_ipv6_is_one_address_and_ipv4_is_itself_in_either_spelling(parts: Parts) -> None:
    site = make_site(parts)
    listener = Listener(site, idle_workers())
    most = site.limits.connections_per_address
    made = [listener.welcome(Peer(f"2001:db8::{number:x}")) for number in range(1, most + 1)]
    assert None not in made
    assert listener.welcome(Peer("2001:db8::ffff:1")) is None
    assert listener.welcome(Peer("2001:db8:0:1::1")) is not None
    assert None not in [listener.welcome(Peer("192.0.2.1")) for _ in range(most)]
    assert listener.welcome(Peer("::ffff:192.0.2.1")) is None
    assert listener.welcome(Peer("192.0.2.2")) is not None
    assert listener.welcome(Peer("::1")) is not None
    for connection in tuple(listener.connections):
        connection._on_gone(connection)
    assert len(listener.addresses) == 0


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_two_processes_share_a_port_and_stop_cleanly(config_file: Path, number: signal.Signals) -> None:
    port = free_port()
    servers = [start_server(config_file, port) for _ in range(2)]
    request = encode_message(Message(1, BindRequest(3, "ada", password_of("ada").encode())))
    request += encode_message(Message(2, SearchRequest("dc=example,dc=com", Scope.SUBTREE, Present("objectClass"))))
    with servers[0].connect() as client:
        client.sendall(request)
        octets = b""
        while b"\x02\x01\x02\x65" not in octets:
            octets += client.recv(65536)
        assert decode_answers(octets)[-1].code == 0
        for server in servers:
            server.process.send_signal(number)
        for server in servers:
            assert server.process.wait(20) == 0
            assert server.process.stdout is not None
            assert server.process.stdout.read() == "stopped\n"
        (notice,) = decode_answers(client.recv(65536))
        assert notice.text == "the server is stopping"
        assert client.recv(1) == b""
