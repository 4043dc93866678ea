# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("first", ["dirserver.cli.main, dirserver.cli.serve", "dirserver.serve.child"])
@pytest.mark.parametrize("worker", ["http_worker", "ldap_worker"])
def test_a_worker_holds_nothing_that_draws_on_terminals(first: str, worker: str):
    code = f"""
import sys, {first}, dirserver.serve.{worker}
print(sorted(name for name in sys.modules if name.split(".")[0] in ("rich", "pygments", "openpyxl", "alembic")))
"""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}"}
    done = subprocess.run([sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_rich_is_to_be_had_afterwards():
    code = "import dirserver.serve.plain, rich.console; print(rich.console.Console.__name__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "Console\n"
