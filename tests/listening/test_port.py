# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import resource
import select
import socket

from dirserver.listening.port import Port
from dirserver.listening.stream import Peer
from tests.listening.test_stream import Reactor, Talk


class Guest(Talk):
    """Takes its connection as a protocol of Twisted's does."""

    def makeConnection(self, stream: object) -> None:  # noqa: N802
        self.told.append("made")
        self.stream = stream  # type: ignore[assignment]


class Waiting(Guest):
    """Wants to hear nothing yet."""

    def makeConnection(self, stream: object) -> None:  # noqa: N802
        super().makeConnection(stream)
        assert self.stream is not None
        self.stream.pauseProducing()


class Scene:
    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.setblocking(False)
        self.address = self.listening.getsockname()
        self.guests: list[Guest | None] = []
        self.hosts: list[str] = []
        self.is_full = False
        self.kind: type[Guest] = Guest
        self.reactor = Reactor()
        self.port = Port(self.listening, self.welcome, self.reactor)
        self.port.start()

    def welcome(self, peer: Peer) -> Guest | None:
        self.hosts.append(peer.host)
        self.guests.append(None if self.is_full else self.kind())
        return self.guests[-1]

    def arrive(self) -> socket.socket:
        """A client that speaks first."""
        client = socket.create_connection(self.address, timeout=20)
        client.send(b"hello")
        return client

    def let_in(self) -> Guest:
        """Let in the next that comes."""
        assert select.select([self.listening], [], [], 20)[0]
        before = len(self.guests)
        self.port.doRead()
        assert len(self.guests) == before + 1
        guest = self.guests[-1]
        assert guest is not None
        return guest


def test_all_that_have_come_are_let_in_or_sent_away() -> None:
    scene = Scene()
    clients = [scene.arrive() for _ in range(3)]
    for _ in range(3):
        scene.let_in()
    scene.port.doRead()
    scene.is_full = True
    late = scene.arrive()
    assert select.select([scene.listening], [], [], 20)[0]
    scene.port.doRead()
    assert scene.hosts == ["127.0.0.1"] * 4
    assert [(guest.told, guest.heard) for guest in scene.guests if guest is not None] == [(["made"], b"hello")] * 3
    with contextlib.suppress(ConnectionResetError):
        assert late.recv(1) == b""
    for guest in scene.guests:
        if guest is not None and guest.stream is not None:
            assert guest.stream._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            guest.stream.abortConnection()
    scene.port.rest()
    assert scene.port not in scene.reactor.readers
    scene.port.start()
    assert scene.port in scene.reactor.readers
    scene.port.stop()
    assert (scene.port.fileno(), scene.reactor.readers.count(scene.port)) == (-1, 0)
    scene.port.start()
    assert scene.port not in scene.reactor.readers
    for client in (*clients, late):
        client.close()


def test_without_room_for_another_file_it_rests_and_goes_on() -> None:
    scene = Scene()
    client = scene.arrive()
    assert select.select([scene.listening], [], [], 20)[0]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (scene.listening.fileno(), before[1]))
    try:
        scene.port.doRead()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert (scene.guests, scene.port in scene.reactor.readers) == ([], False)
    scene.reactor.advance(1)
    assert scene.port in scene.reactor.readers
    scene.port.doRead()
    assert len(scene.guests) == 1
    client.close()
    scene.port.stop()


def test_who_says_nothing_is_let_in_all_the_same() -> None:
    scene = Scene()
    client = socket.create_connection(scene.address)
    guest = scene.let_in()
    assert (guest.told, guest.heard) == (["made"], b"")
    client.close()
    scene.port.stop()


def test_who_is_to_wait_is_not_heard_when_let_in() -> None:
    scene = Scene()
    scene.kind = Waiting
    client = scene.arrive()
    guest = scene.let_in()
    assert guest.heard == b""
    assert guest.stream is not None
    guest.stream.resumeProducing()
    guest.stream.doRead()
    assert guest.heard == b"hello"
    guest.stream.abortConnection()
    client.close()
    scene.port.stop()


def test_at_the_end_those_who_are_through_already_are_let_in_and_heard() -> None:
    scene = Scene()
    with contextlib.ExitStack() as stack:
        for number in range(3):
            client = stack.enter_context(socket.create_connection(scene.address))
            client.sendall(b"%d" % number)
        select.select([scene.listening], [], [], 10)
        scene.port.stop()
        scene.port.stop()
        assert len(scene.guests) == 3
        assert scene.listening.fileno() == -1
