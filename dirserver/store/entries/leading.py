# SPDX-License-Identifier: GPL-3.0-or-later
"""Who leads whom, as the column ``manager`` has it: without the cards, a few microseconds each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, literal_column, select

from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries.entries import NO_GROUP, Reach, reached
from dirserver.store.schema.tables import entry


@dataclass(frozen=True, slots=True)
class Led:
    """Somebody and who leads them (a UUID, of whatever book; None for nobody)."""

    id: int
    uuid: str
    manager: str | None
    sort_key: str


_ACTIVE = entry.c.state == literal_column("'active'")
_EVERYBODY = (
    select(entry.c.id, entry.c.uuid, entry.c.manager, entry.c.sort_key).where(_ACTIVE, NO_GROUP).order_by(entry.c.sort_key, entry.c.id)
)
# The sum keeps planners from walking the whole book by name for a few of its entries.
_SOME = Prepared(_EVERYBODY.where(entry.c.book_id + literal_column("0") == bindparam("book"), among(entry.c.id, "ids")), "book", "ids")
_OF_BOOK = Prepared(_EVERYBODY.where(entry.c.book_id == bindparam("book")), "book")


def everybody(tx: ReadTx, book_id: int, reach: Reach) -> tuple[Led, ...]:
    """Return the active entries of a book that are in reach, by name."""
    condition = None if reach.is_whole and reach.label is None else reached(reach)
    if condition is None:
        return tuple(Led(*row) for row in _OF_BOOK.all(tx, book_id))
    return tuple(Led(*row) for row in tx.connection.execute(_EVERYBODY.where(entry.c.book_id == book_id, condition)))


def those(tx: ReadTx, book_id: int, ids: Sequence[int]) -> tuple[Led, ...]:
    """Return those of these entries that are active and in a book, groups apart."""
    return tuple(Led(*row) for row in _SOME.all(tx, book_id, ids))
