# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of a book's lists: that in which its entries were made, which nobody's change moves.

SQLite holds entries so, and reads them so once it has their ids. PostgreSQL holds them in the order of their last changes, so it is
asked for the order: of ids alone, which are few octets to sort, and never from its index of all ids, which it would walk through for
the smallest book.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Select, bindparam, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from dirserver.store.schema.tables import entry

BOOK = bindparam("book", type_=Integer)
ACTIVE: ColumnElement[str] = literal_column("'active'")
"""Written out, not a parameter: the planners must see that it is the condition of an index."""
_IN_BOOK = entry.alias("in_book")
_IS_LISTED = (_IN_BOOK.c.book_id == BOOK, _IN_BOOK.c.state == ACTIVE)
# The sum leaves the index of all ids out.
BY_ID: ColumnElement[int] = entry.c.id + literal_column("0")
"""The same order for whatever was found."""


def all_of_book(asked: Select[Any], *also: ColumnElement[bool], is_sqlite: bool) -> Select[Any]:
    """Complete a question about most active entries of a book."""
    if is_sqlite:
        # Ids from the index first: it then reads entries and renderings side by side in their own order.
        return asked.where(entry.c.id.in_(select(_IN_BOOK.c.id).where(*_IS_LISTED)), *also)
    ids = select((_IN_BOOK.c.id + literal_column("0")).label("id")).where(*_IS_LISTED).order_by("id").subquery("listed")
    return asked.where(entry.c.id == ids.c.id, *also).order_by(ids.c.id)


def few_of_book(asked: Select[Any], *also: ColumnElement[bool]) -> Select[Any]:
    """Complete a question about a few active entries of a book, which are found by what else is asked of them."""
    return asked.where(entry.c.id.in_(select(_IN_BOOK.c.id).where(*_IS_LISTED)), *also).order_by(BY_ID)
