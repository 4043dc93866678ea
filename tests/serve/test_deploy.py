# SPDX-License-Identifier: GPL-3.0-or-later
"""What deploy/ and the generated reference promise."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dirserver.config.read import parse
from tests.programs import absent

ROOT = Path(__file__).parents[2]
UNITS = ["dirserver.service", "dirserver@.service"]


def test_the_generated_files_are_current():
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/reference/generate.py"), "--check"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_sample_settings_can_be_read():
    sample = ROOT / "deploy/dirserver.toml"
    assert parse(sample.read_text(), sample, {}).domain == "example.com"


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_the_units_in_order_and_well_locked_up(unit):
    if shutil.which("systemd-analyze") is None:
        absent("systemd-analyze is not installed")
    file = ROOT / "deploy" / unit
    verified = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    complaints = [
        line for line in verified.stderr.splitlines() if unit.partition(".")[0].rstrip("@") in line and "not executable" not in line
    ]
    assert complaints == []
    rated = subprocess.run(["systemd-analyze", "security", "--offline=true", str(file)], capture_output=True, text=True, check=False)
    level = re.search(r"exposure level for \S+: ([\d.]+)", rated.stdout)
    assert level is not None, rated.stderr
    assert float(level.group(1)) < 2


def test_the_proxies_let_bodies_through_that_the_server_takes():
    limit_mb = parse("", Path("x"), {}).http.max_body_bytes // 1_048_576
    assert f"client_max_body_size {limit_mb}m" in (ROOT / "deploy/nginx.conf").read_text()
    assert f"max_size {limit_mb}MB" in (ROOT / "deploy/Caddyfile").read_text()


def test_the_image_runs_as_nobody_special():
    lines = (ROOT / "deploy/Containerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER dirserver"]
