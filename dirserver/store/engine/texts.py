# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that a database can't hold: nothing is stored under them, so nobody need ask for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

# PostgreSQL has no NUL in texts, and half a surrogate pair has no UTF-8.
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


def is_storable(text: str) -> bool:
    """Tell whether the text could stand in the database."""
    return _UNSTORABLE.search(text) is None


def storable(texts: Iterable[str]) -> list[str]:
    """Return those of ``texts`` that could stand in the database."""
    told = list(texts)
    # Nearly always all of them could.
    return told if is_storable("".join(told)) else [text for text in told if is_storable(text)]
