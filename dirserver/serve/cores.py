# SPDX-License-Identifier: GPL-3.0-or-later
"""One core for each worker, so that its threads don't chase each other across the machine.

Python runs one thread of a process at a time. Where the threads of a worker are spread over cores, each question to SQLite gives
the turn away to a thread on another core, which has nothing of what it needs in its caches: four requests at once were measured
at four times the CPU of one after the other, and on one core at the same (docs/decisions/0015).
"""

from __future__ import annotations

import os


def settle(first: int, place: int) -> None:
    """Stay on one core from now on, with the threads that are made from here.

    ``place`` counts the workers of one site from 0; ``first`` is where a site begins: those of one machine have different ones.
    """
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[(first + place) % len(cores)]})
