# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers share out the cores of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

PROGRAM = "import os; from dirserver.serve.cores import settle; settle({first}, {place}); print(*os.sched_getaffinity(0))"


def core_of(first: int, place: int) -> int:
    """Where a process settles that is the worker of this place."""
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first, place=place)], capture_output=True, text=True, check=True
    ).stdout
    (core,) = said.split()
    return int(core)


def test_each_worker_stays_on_one_core_and_more_of_them_share_them_evenly() -> None:
    there = os.sched_getaffinity(0)
    settled = Counter(core_of(8080, place) for place in range(2 * len(there)))
    assert settled == Counter(dict.fromkeys(there, 2))
    assert core_of(8080, 0) == core_of(8080, 0)
    assert os.sched_getaffinity(0) == there
