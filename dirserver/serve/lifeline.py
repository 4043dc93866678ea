# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process tells the kernel about itself (prctl(2)): that it ends when its parent is gone, and what it is called."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


def die_with_parent(parent: int) -> None:
    """Be sent SIGTERM when process ``parent`` ends, however it ends. Leaves at once when it is gone already.

    It follows the thread that started this process: start workers from the main thread.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def be_called(name: str) -> None:
    """Be shown as ``ds:NAME`` by top(1), ``ps -o comm`` and the like, cut at 15 octets: a fork has the command line of its parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NAME, f"ds:{name}".encode())
