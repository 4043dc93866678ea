# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket

from twisted.internet.abstract import FileDescriptor

from dirserver.listening.reactor import DoorReactor, the_reactor
from dirserver.listening.stream import Stream
from tests.listening.test_stream import Talk


class Broken(Talk):
    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        raise ZeroDivisionError(data)


class Other(FileDescriptor):
    """One of Twisted's own kind."""

    def __init__(self, reactor: DoorReactor, its: socket.socket) -> None:
        super().__init__(reactor)
        self.its = its
        self.heard = b""

    def fileno(self) -> int:
        return self.its.fileno()

    def doRead(self) -> None:  # noqa: N802
        self.heard += self.its.recv(100)


def test_one_connections_fault_is_nobody_elses() -> None:
    reactor = DoorReactor()
    pairs = [socket.socketpair() for _ in range(3)]
    for ours, _ in pairs:
        ours.setblocking(False)
    talk, broken = Talk(), Broken()
    for (ours, _), one in zip(pairs, (talk, broken), strict=False):
        Stream(ours, "", one, reactor).start()
    other = Other(reactor, pairs[2][0])
    reactor.addReader(other)
    for _, client in pairs:
        client.send(b"hello")
    for _ in range(3):
        reactor.doIteration(0)
    assert (talk.heard, other.heard, broken.told) == (b"hello", b"hello", ["lost"])
    for _, client in pairs:
        client.close()
    reactor.doIteration(0)
    assert talk.told == ["lost"]
    reactor.removeAll()
    pairs[2][0].close()


def test_a_process_has_one_reactor_whoever_chose_it() -> None:
    assert the_reactor() is the_reactor()
