# SPDX-License-Identifier: GPL-3.0-or-later
"""One core for each worker, so that its threads don't chase each other across the machine.

Python runs one thread of a process at a time. Where the threads of a worker are spread over cores, each question to SQLite gives
the turn away to a thread on another core, which has nothing of what it needs in its caches: four requests at once were measured
at four times the CPU of one after the other, and on one core at the same (docs/decisions/0015).
"""

from __future__ import annotations

import fcntl
import itertools
import os


class Cores:
    """The cores that the workers of one parent share out. Made by the parent before it starts them.

    Who takes a place holds a lock on it, which ends with the process: whoever comes in its stead finds it free.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        self._places = os.memfd_create("dirserver-cores")

    def settle(self) -> None:
        """Stay on one core from now on, with the threads that are made from here; one where no worker is yet, while there is one."""
        cores = sorted(os.sched_getaffinity(0))
        place = next(place for place in itertools.count() if self._is_taken_by_us(place))
        os.sched_setaffinity(0, {cores[(self._first + place) % len(cores)]})

    def _is_taken_by_us(self, place: int) -> bool:
        try:
            fcntl.lockf(self._places, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except BlockingIOError:
            return False
        return True
