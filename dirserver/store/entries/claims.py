# SPDX-License-Identifier: GPL-3.0-or-later
"""Claiming a book for one of its entries, as each PUT of a phone does: one statement where the writer is alone anyway (SQLite)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, bindparam

from dirserver.errors import NotFound
from dirserver.store.engine.counters import is_access
from dirserver.store.engine.opening import WriteTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.engine.texts import is_storable
from dirserver.store.entries import books, entries
from dirserver.store.entries.entries import Stored
from dirserver.store.schema.tables import book, counter, entry

_CLAIMED = Prepared(
    entries.columns()
    .add_columns(counter.c.number, book.c.number)
    .select_from(counter.join(book, book.c.id == bindparam("wanted")))
    .outerjoin(entry, and_(entry.c.book_id == bindparam("wanted"), entry.c.href == bindparam("name"), entries.HELD))
    .where(is_access),
    "wanted",
    "name",
)


class Claimed(NamedTuple):
    """A book that is locked: the number to write under, and the entry that isn't in the trash; ``access_number`` where it was read, too."""

    number: int
    stored: Stored | None
    access_number: int | None = None


def claim(tx: WriteTx, book_id: int, href: str) -> Claimed:
    """Lock a book as ``books.claim`` does, and return what it holds of that name. NotFound for a book that is gone."""
    if not (tx.is_sqlite and is_storable(href)):
        # PostgreSQL reads what is there when the lock is had.
        return Claimed(books.claim(tx, book_id), entries.held(tx, book_id, href))
    row = _CLAIMED.one(tx, book_id, href)
    if row is None:
        raise NotFound("this book is gone")
    *found, access_number, number = row
    return Claimed(1 + int(number), None if found[0] is None else entries.stored_of((found,))[0], int(access_number))
