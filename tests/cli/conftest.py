# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.cli.commands import Shell


@pytest.fixture
def shell(tmp_path):
    """An empty folder to run commands in."""
    return Shell(tmp_path)


@pytest.fixture
def company(shell):
    """A folder with a directory in it."""
    return shell.init()
