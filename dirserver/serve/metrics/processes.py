# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel tells about a process of the same user (proc(5))."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_S = os.sysconf("SC_CLK_TCK")
_PAGE_OCTETS = resource.getpagesize()
# Counted from the state, the first field behind the name, which may hold anything.
_UTIME, _STIME, _RSS = 11, 12, 21


@dataclass(frozen=True, slots=True)
class Usage:
    """What it has used and holds."""

    cpu_s: float
    resident_octets: int
    open_files: int


def usage_of(pid: int) -> Usage | None:
    """Return it; None for a process that is gone, or where the kernel doesn't tell."""
    folder = Path("/proc") / str(pid)
    try:
        fields = (folder / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
        files = sum(1 for _ in os.scandir(folder / "fd"))
    except OSError:
        return None
    return Usage((int(fields[_UTIME]) + int(fields[_STIME])) / _TICKS_A_S, int(fields[_RSS]) * _PAGE_OCTETS, files)
