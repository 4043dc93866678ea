# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

from dirserver.serve.turns import Turns


def test_as_many_work_as_there_are_turns_and_the_next_waits_for_one() -> None:
    turns = Turns(2)
    first = turns.take()
    turns.take()
    begun = threading.Event()

    def third() -> None:
        turns.take()
        begun.set()

    thread = threading.Thread(target=third, daemon=True)
    thread.start()
    assert not begun.wait(0.1)
    first.end()
    assert begun.wait(5)
    first.end()
    assert turns.free.qsize() == 0, "who gives a turn back twice has had one"
