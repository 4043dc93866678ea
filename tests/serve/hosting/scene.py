# SPDX-License-Identifier: GPL-3.0-or-later
"""A host whose clients are texts: what they say goes in, what they would be sent comes out."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from dirserver.config.settings import HttpSettings
from dirserver.config.values import Address
from dirserver.listening.stream import Peer
from dirserver.serve.hosting.answers import Whole
from dirserver.serve.hosting.host import Host


class Reactor:
    """Makes calls of threads when it is asked to."""

    def __init__(self) -> None:
        self.calls: SimpleQueue[tuple[Callable[..., object], tuple[object, ...]]] = SimpleQueue()

    def callFromThread(self, call: Callable[..., object], *given: object) -> None:  # noqa: N802
        self.calls.put((call, given))

    def turn(self) -> None:
        """Make one call, which somebody has asked for or will soon."""
        call, given = self.calls.get(timeout=10)
        call(*given)


class Line:
    """A stream that takes all that is written, unless it is ``clogged``."""

    def __init__(self) -> None:
        self.sent = b""
        self.unsent = 0
        self.told: list[str] = []
        self.takes_aside = True
        self.producer: Any = None

    def registerProducer(self, producer: object, _is_streaming: bool) -> None:  # noqa: N802
        self.producer = producer

    def write(self, data: bytes) -> None:
        self.sent += data

    def send_aside(self, data: bytes) -> int:
        taken = data if self.takes_aside else data[:7]
        self.sent += taken
        return len(taken)

    def pauseProducing(self) -> None:  # noqa: N802
        self.told.append("pause")

    def resumeProducing(self) -> None:  # noqa: N802
        self.told.append("resume")

    def loseConnection(self) -> None:  # noqa: N802
        self.told.append("close")

    def loseWriteConnection(self) -> None:  # noqa: N802
        self.told.append("half")

    def abortConnection(self) -> None:  # noqa: N802
        self.told.append("abort")


class Client:
    """One connection to the host."""

    def __init__(self, host: Host) -> None:
        self.line = Line()
        welcomed = host.welcome(Peer("192.0.2.7"))
        assert welcomed is not None
        self.connection = welcomed
        self.connection.makeConnection(self.line)  # type: ignore[arg-type]

    def say(self, octets: bytes | str) -> None:
        self.connection.dataReceived(octets if isinstance(octets, bytes) else octets.replace("\n", "\r\n").encode())

    def heard(self) -> bytes:
        """What was sent since it was asked for last, as soon as there is anything."""
        deadline = time.monotonic() + 10
        while not self.line.sent and time.monotonic() < deadline:
            time.sleep(0.001)
        sent, self.line.sent = self.line.sent, b""
        return sent


def make_host(application: Any, *, at_once: Callable[[Any, bytes], Whole | None] | None = None, **settings: int) -> Host:
    """A host without a port."""
    return Host(HttpSettings(**settings), Address("127.0.0.1", 8080), application, Reactor(), at_once=at_once)
