# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dirserver.store.engine.line import SUFFIX, Line

_WRITES = """
import sys
from pathlib import Path
from dirserver.store.engine.line import Line
line = Line(Path(sys.argv[1]))
assert line.wait(5)
print("writes", flush=True)
sys.stdin.readline()
"""


def other_process(database: Path) -> subprocess.Popen[str]:
    """Start a process that stands at the head of the line until it is told to end, or killed."""
    process = subprocess.Popen([sys.executable, "-c", _WRITES, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writes\n"
    return process


def test_nobody_writes_while_another_process_does_and_one_that_dies_is_gone_from_the_line(tmp_path: Path) -> None:
    line = Line(tmp_path / "x.db")
    other = other_process(tmp_path / "x.db")
    assert not line.wait(0)
    assert not line.wait(0.01)
    line.close()
    assert (tmp_path / f"x.db{SUFFIX}").exists(), "somebody is in the line"
    assert not line.wait(0)
    other.kill()
    other.wait()
    assert line.wait(5)
    line.leave()
    line.leave()
    assert line.wait(0)
    line.close()
    line.close()
    assert not list(tmp_path.iterdir()), "the last one takes the file away"
    for stream in (other.stdin, other.stdout):
        if stream is not None:
            stream.close()


def test_where_the_file_cant_be_made_there_is_no_line(tmp_path: Path) -> None:
    line = Line(tmp_path / "missing" / "x.db")
    assert line.wait(0)
    line.leave()
    assert not (tmp_path / f"x.db{SUFFIX}").exists()
