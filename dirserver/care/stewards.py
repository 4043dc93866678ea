# SPDX-License-Identifier: GPL-3.0-or-later
"""Who looks after a book, for doors that offer more to stewards: the rule is ``access.stewardship``'s."""

from __future__ import annotations

from dirserver.access.stewardship import is_steward, may_merge
from dirserver.directory.entry import BookView
from dirserver.model.book import Level


def looks_after(book: BookView) -> bool:
    """Tell whether the asker is a steward of a book."""
    return is_steward(book.view)


def may_compare(book: BookView) -> bool:
    """Tell whether the asker may be shown who is alike, and merge them."""
    return may_merge(book.view)


def may_purge(book: BookView) -> bool:
    """Tell whether the asker may remove for good what lies in the trash of a book."""
    return book.level >= Level.MANAGE
