# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dirserver.errors import BadConfig, Unavailable
from dirserver.serve.report import Report, read_line

ROOT = Path(__file__).parents[2]


def run(folder, *arguments, parent=None, **environment):
    """A worker as the supervisor starts it; gives its exit status and its reports."""
    reading, writing = os.pipe()
    told = ("--name", "w", "--report-fd", str(writing), "--parent", str(os.getpid() if parent is None else parent))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dirserver.serve.child", *arguments, "--address", "127.0.0.1:0", *told],
        pass_fds=(writing,),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}", **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as reports:
        return done.returncode, [read_line(line) for line in reports.read().splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["http", "ldap"])
def test_a_worker_that_finds_no_key_reports_why_and_ends(tmp_path, kind):
    (tmp_path / "dirserver.toml").write_text("[http]\nworkers = 1\n")
    status, reports = run(tmp_path, kind, "--config", "dirserver.toml")
    assert status != 0
    assert all(isinstance(fault, BadConfig) and "key file" in fault.public_message for fault in reports)
    assert reports


def test_a_worker_that_finds_a_mistake_in_the_settings_reports_it(tmp_path):
    (tmp_path / "dirserver.toml").write_text("wrong = 1\n")
    status, (fault,) = run(tmp_path, "ldap", "--config", "dirserver.toml")
    assert status == 1
    assert "dirserver.toml, line 1: unknown setting 'wrong'" in fault.public_message


def test_a_worker_whose_parent_is_gone_ends_before_it_does_anything(tmp_path):
    assert run(tmp_path, "http", parent=1 if os.getpid() != 1 else 2) == (1, [])


def test_a_report_arrives_as_it_was_sent():
    reading, writing = os.pipe()
    report = Report(writing)
    report.ready()
    report.failed(BadConfig("d.toml, line 3:\nwrong"))
    report.failed(Unavailable("é" * 5_000))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        first, second, third = (read_line(line) for line in pipe.read().splitlines())
    assert first is None
    assert (type(second), second.public_message) == (BadConfig, "d.toml, line 3: wrong")
    assert isinstance(third, Unavailable)
    assert len(third.public_message) <= 2_000
