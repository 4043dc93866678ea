# SPDX-License-Identifier: GPL-3.0-or-later
"""A company on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cast import Company, make_company
from tests.parts import CoreParts, open_parts


@pytest.fixture
def parts(database_url: str) -> Iterator[CoreParts]:
    """An empty directory."""
    opened = open_parts(database_url)
    yield opened
    opened.close()


@pytest.fixture
def company(parts: CoreParts) -> Company:
    """The cast, at work."""
    return make_company(parts)
