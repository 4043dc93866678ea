# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
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
