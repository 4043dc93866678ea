# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Queue

import pytest
from twisted.python.failure import Failure

from dirserver.ldap.threads import Threads


class Reactor:
    """The one thing of a reactor that the bridge needs: calls made in the test's own thread."""

    def __init__(self) -> None:
        self.calls: Queue[tuple[Callable[..., object], tuple[object, ...]]] = Queue()

    def callFromThread(self, call: Callable[..., object], *arguments: object) -> None:  # noqa: N802 - Twisted's name
        self.calls.put((call, arguments))

    def turn(self) -> None:
        call, arguments = self.calls.get(timeout=20)
        call(*arguments)


@pytest.fixture
def reactor() -> Reactor:
    return Reactor()


@pytest.fixture
def threads(reactor: Reactor) -> Iterator[Threads]:
    made = Threads(reactor, 2, max_waiting=1, name="test")  # type: ignore[arg-type]
    made.start()
    yield made
    made.stop()


def test_work_is_done_elsewhere_and_told_here(reactor: Reactor, threads: Threads) -> None:
    told: list[object] = []
    here = threading.get_ident()
    threads.run(threading.get_ident, told.append)
    reactor.turn()
    assert told != [here]
    assert len(told) == 1


def test_what_breaks_is_told_as_a_failure(reactor: Reactor, threads: Threads) -> None:
    told: list[object] = []

    def work() -> int:
        raise KeyError("x")

    threads.run(work, told.append)
    reactor.turn()
    assert isinstance(told[0], Failure)


def test_too_much_work_makes_it_busy(reactor: Reactor, threads: Threads) -> None:
    gate = threading.Event()
    told: list[object] = []
    for _ in range(3):
        assert not threads.is_busy
        threads.run(gate.wait, told.append)
    assert threads.is_busy
    gate.set()
    for _ in range(3):
        reactor.turn()
    assert told == [True, True, True]
    assert threads.is_idle


def test_what_a_thread_tells_comes_before_its_end(reactor: Reactor, threads: Threads) -> None:
    told: list[object] = []

    def work() -> str:
        threads.tell(told.append, b"part")
        return "end"

    threads.run(work, told.append)
    reactor.turn()
    reactor.turn()
    assert told == [b"part", "end"]
