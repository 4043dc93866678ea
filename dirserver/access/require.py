# SPDX-License-Identifier: GPL-3.0-or-later
"""Requirements: each passes in silence or raises NotAllowed with a message for the person who asked."""

from __future__ import annotations

from collections.abc import Iterable

from dirserver.access.view import View
from dirserver.errors import NotAllowed
from dirserver.model.book import Level

_VERBS = {
    Level.VIEW: "see",
    Level.EDIT: "edit",
    Level.DELETE: "delete from",
    Level.MANAGE: "share",
    Level.OWN: "rename, transfer or drop",
}


def require_level(view: View, level: Level, book_name: str) -> None:
    """Raise NotAllowed unless ``view`` has at least ``level``."""
    if view.level < level:
        raise NotAllowed(f"you may not {_VERBS[level]} the book '{book_name}'")


def require_writable(view: View, fields: Iterable[str]) -> None:
    """Raise NotAllowed naming the first of ``fields`` that may not be written."""
    for name in fields:
        if not view.may_write(name):
            raise NotAllowed(f"you may not change '{name}' of this entry")
