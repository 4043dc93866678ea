# SPDX-License-Identifier: GPL-3.0-or-later
"""A bounded run of the guided fuzzing, always the same one; `make fuzz` goes on for longer, with other cases each time."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.seeds import SEEDS

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this Python or machine")
def test_every_reader_reads_or_refuses_what_a_guided_fuzzer_makes_up(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.guided", str(tmp_path), "3000"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    assert [line for line in done.stderr.splitlines() if line.endswith(": well")] == [f"{name}: well" for name in SEEDS]
