# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's programs that tests start: real clients, a browser, a database server."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

IN_CI = bool(os.environ.get("CI"))


def find_program(name: str, *, package: str) -> str:
    """Path of a program of Debian's (``ldapsearch``, ``chromium``); without it the test ends as ``absent`` says."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/sbin")
    return path or absent(f"{name} is not installed: apt install {package} (or run 'make packages' as root)")


def absent(why: str) -> NoReturn:
    """End the test because something isn't installed: a failure in CI, a skip with its reason for a developer."""
    if IN_CI:
        pytest.fail(why, pytrace=False)
    pytest.skip(why)
