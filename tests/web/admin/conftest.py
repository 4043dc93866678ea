# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator's browser."""

from collections.abc import Callable

import pytest

from tests.web.visitor import Visitor


@pytest.fixture
def admin(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("admin")
