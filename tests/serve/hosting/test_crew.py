# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
import weakref
from queue import SimpleQueue

from dirserver.serve.hosting.crew import Crew


def test_threads_are_made_as_they_are_needed_up_to_a_number_and_used_again() -> None:
    crew = Crew(2, "test")
    may_end = threading.Event()
    names: SimpleQueue[str] = SimpleQueue()

    def work() -> None:
        may_end.wait(10)
        names.put(threading.current_thread().name)

    crew.do(work)
    assert crew.size == 1
    crew.do(work)
    crew.do(work)
    assert crew.size == 2
    may_end.set()
    assert {names.get(timeout=10) for _ in range(3)} <= {"test-1", "test-2"}


def test_a_thread_whose_work_fails_works_on() -> None:
    crew = Crew(1, "test")
    done = threading.Event()
    crew.do(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    crew.do(done.set)
    assert done.wait(10)


def test_nothing_is_forgotten_however_many_give_work_at_once() -> None:
    crew = Crew(4, "test")
    done: SimpleQueue[int] = SimpleQueue()

    def give(number: int) -> None:
        for count in range(200):
            crew.do(lambda value=number * 200 + count: done.put(value))  # type: ignore[misc]

    givers = [threading.Thread(target=give, args=(number,)) for number in range(8)]
    for giver in givers:
        giver.start()
    assert {done.get(timeout=20) for _ in range(1600)} == set(range(1600))
    assert crew.size <= 4


def test_what_was_done_is_let_go_of_before_a_thread_rests() -> None:
    crew = Crew(1, "test")
    gone = threading.Event()

    class Work:
        def __call__(self) -> None:
            """Do nothing."""

    work = Work()
    weakref.finalize(work, gone.set)
    crew.do(work)
    del work
    assert gone.wait(10)
