# SPDX-License-Identifier: GPL-3.0-or-later
"""No orphans: a process that asks the kernel to end it when its parent is gone (prctl(2), PR_SET_PDEATHSIG)."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Be sent SIGTERM when process ``parent`` ends, however it ends. Leaves at once when it is gone already.

    It follows the thread that started this process: start workers from the main thread.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
