# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import subprocess
import sys

from dirserver.serve.metrics.processes import usage_of


def test_the_kernel_tells_of_a_process_whatever_its_name_is() -> None:
    own = usage_of(os.getpid())
    assert own is not None
    assert own.cpu_s > 0
    assert own.resident_octets > 10_000_000
    before = own.open_files
    with open(os.devnull) as _:  # noqa: PTH123
        after = usage_of(os.getpid())
        assert after is not None
        assert after.open_files == before + 1
    script = "import ctypes, sys; ctypes.CDLL(None).prctl(15, b'a) b ( c'); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        found = usage_of(child.pid)
        assert found is not None
        assert 1_000_000 < found.resident_octets < 200_000_000
    assert usage_of(child.pid) is None
