# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
import threading
from collections.abc import Callable

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


class Asks(Talk):
    """Has the reactor do something else when octets come."""

    def __init__(self, reactor: DoorReactor, call: Callable[[], object]) -> None:
        super().__init__()
        self.reactor = reactor
        self.call = call

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        super().dataReceived(data)
        self.reactor.callLater(0, self.call)


def test_it_hears_connections_threads_and_timers_until_it_is_stopped() -> None:
    reactor = DoorReactor()
    heard: list[str] = []
    ours, client = socket.socketpair()
    ours.setblocking(False)

    def timer_set_by_a_connection() -> None:
        heard.append("timer of a connection")
        threading.Thread(target=reactor.callFromThread, args=(thread_has_something_to_say,)).start()

    def thread_has_something_to_say() -> None:
        heard.append("thread")
        reactor.callLater(0.01, late)

    def late() -> None:
        heard.append("late timer")
        reactor.callLater(0, fails)
        reactor.callLater(0.01, reactor.stop)

    def fails() -> None:
        raise ZeroDivisionError

    talk = Asks(reactor, timer_set_by_a_connection)
    Stream(ours, "", talk, reactor).start()
    # Far away: what comes before it must not wait for it.
    far = reactor.callLater(1_000, heard.append, "never")
    reactor.callWhenRunning(client.send, b"hello")
    reactor.addSystemEventTrigger("during", "shutdown", heard.append, "end")
    reactor.run(installSignalHandlers=False)
    assert heard == ["timer of a connection", "thread", "late timer", "end"]
    assert talk.heard == b"hello"
    far.cancel()
    client.close()
    ours.close()
    reactor.removeAll()


def test_without_any_timer_it_hears_all_the_same() -> None:
    reactor = DoorReactor()
    ours, client = socket.socketpair()
    ours.setblocking(False)

    class Stops(Talk):
        def dataReceived(self, data: bytes) -> None:  # noqa: N802
            super().dataReceived(data)
            if self.heard == b"12":
                reactor.stop()

    talk = Stops()
    Stream(ours, "", talk, reactor).start()
    reactor.callWhenRunning(client.send, b"1")
    threading.Timer(0.05, client.send, (b"2",)).start()
    reactor.run(installSignalHandlers=False)
    assert talk.heard == b"12"
    client.close()
    ours.close()
    reactor.removeAll()


def test_a_process_has_one_reactor_whoever_chose_it() -> None:
    assert the_reactor() is the_reactor()
