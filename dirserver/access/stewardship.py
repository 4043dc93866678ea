# SPDX-License-Identifier: GPL-3.0-or-later
"""Who looks after a book: a steward sees what is wrong with its entries, and mends it as far as the View allows.

Stewards are made by grants as everybody else is: a level to edit on the whole book, to a person or a group. What compares entries
with each other, or makes one of two, needs every field: a hidden value must neither tell that two are alike nor be lost.
"""

from __future__ import annotations

from dirserver.access.view import View
from dirserver.errors import NotAllowed
from dirserver.model.book import Level


def is_steward(view: View) -> bool:
    """Tell whether the View (that on any entry of a book) makes a steward of the book."""
    return view.level >= Level.EDIT


def may_merge(view: View) -> bool:
    """Tell whether one may make one entry of two: that deletes one of them, and needs every field of both."""
    return view.level >= Level.DELETE and view.reads_everything and view.writes_everything


def require_steward(view: View, book: str) -> None:
    """Raise NotAllowed unless the View makes a steward."""
    if not is_steward(view):
        raise NotAllowed(f"only who may edit every entry of '{book}' looks after it")


def require_merging(view: View, book: str) -> None:
    """Raise NotAllowed unless one may compare and merge."""
    if not may_merge(view):
        raise NotAllowed(f"to find and merge duplicates you must be allowed to read, change and delete everything in '{book}'")
