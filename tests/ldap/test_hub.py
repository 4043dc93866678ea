# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
import time

from dirserver.errors import Unavailable
from dirserver.ldap.hub import Hub
from tests.ldap.dialogue import QuietHub


class Waiting:
    """Somebody who waits and counts its turns."""

    def __init__(self, *, is_ready: bool = True) -> None:
        self.is_ready = is_ready
        self.turns = 0

    def look(self) -> bool:
        self.turns += self.is_ready
        return self.is_ready


def test_there_are_only_so_many_in_all_and_for_each_account() -> None:
    hub = QuietHub(most=3, most_per_account=2)
    assert [hub.admit(1), hub.admit(1), hub.admit(1)] == [True, True, False]
    assert [hub.admit(2), hub.admit(2)] == [True, False]
    hub.release(1)
    assert hub.admit(2)


def test_who_waits_looks_at_once_and_when_something_was_written_a_few_at_a_time() -> None:
    hub = QuietHub(most=9, most_per_account=9)
    waiting = [Waiting() for _ in range(5)]
    for one in waiting:
        hub.wait(one)
    assert [one.turns for one in waiting] == [1, 1, 0, 0, 0]
    for _ in range(5):
        hub.done()
    assert [one.turns for one in waiting] == [1] * 5
    hub.forget(waiting[4])
    hub.moved()
    hub.moved()
    for _ in range(9):
        hub.done()
    assert waiting[4].turns == 1
    assert all(one.turns >= 2 for one in waiting[:4])


def test_who_cannot_look_keeps_nobody_from_it() -> None:
    hub = QuietHub(most=9, most_per_account=9)
    for _ in range(4):
        hub.wait(Waiting(is_ready=False))
    ready = Waiting()
    hub.wait(ready)
    assert ready.turns == 1


def test_a_thread_asks_for_all_whether_anything_was_written() -> None:
    class Beats:
        asked = 0

        def has_moved(self) -> bool:
            self.asked += 1
            if self.asked == 2:
                raise Unavailable("not now")
            return self.asked == 3

        def close(self) -> None:
            self.asked = -1

    class Reactor:
        told = threading.Event()

        def callFromThread(self, call: object) -> None:  # noqa: N802 - Twisted's name
            assert call == hub.moved
            self.told.set()

    beats = Beats()
    hub = Hub(Reactor(), lambda: beats, most=1, most_per_account=1)  # type: ignore[arg-type]
    hub.wait(Waiting())
    assert Reactor.told.wait(30)
    hub.stop()
    assert beats.asked == -1
    assert time.monotonic()
