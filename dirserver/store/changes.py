# SPDX-License-Identifier: GPL-3.0-or-later
"""The change log: which entries of a book changed under which number. Rows are never pruned, so no token ever ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from dirserver.model.change import What
from dirserver.store.opening import ReadTx, WriteTx
from dirserver.store.tables import change

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Logged:
    """An href that changed, and the number of its last change."""

    href: str
    number: int


@dataclass(frozen=True, slots=True)
class NewChange:
    """One row to append."""

    entry_id: int
    href: str
    what: What


def append(tx: WriteTx, book_id: int, number: int, new: Sequence[NewChange]) -> None:
    """Write down what happened under ``number`` to entries of which nothing stands under it yet."""
    rows = {
        (one.entry_id, one.href): {"book_id": book_id, "number": number, "entry_id": one.entry_id, "href": one.href, "what": one.what}
        for one in new
    }
    if rows:
        tx.connection.execute(insert(change), list(rows.values()))


def replace(tx: WriteTx, book_id: int, number: int, new: Sequence[NewChange]) -> None:
    """Write down what happened under ``number``; an entry that changed twice in one transaction stands once, as it was last."""
    ids = sorted({one.entry_id for one in new})
    for start in range(0, len(ids), _CHUNK):
        known = (change.c.book_id == book_id) & (change.c.number == number) & change.c.entry_id.in_(ids[start : start + _CHUNK])
        tx.connection.execute(delete(change).where(known))
    append(tx, book_id, number, new)


def since(tx: ReadTx, book_id: int, number: int, limit: int | None = None) -> tuple[Logged, ...]:
    """Return the hrefs that changed after ``number``, oldest last change first; at most ``limit`` of them."""
    last = func.max(change.c.number)
    question = (
        select(change.c.href, last)
        .where(change.c.book_id == book_id, change.c.number > number)
        .group_by(change.c.href)
        .order_by(last, change.c.href)
        .limit(limit)
    )
    return tuple(Logged(*row) for row in tx.connection.execute(question))


def ever(tx: ReadTx, book_id: int) -> tuple[str, ...]:
    """Return every href that the book ever had."""
    return tuple(tx.connection.execute(select(change.c.href).where(change.c.book_id == book_id).distinct()).scalars())
