# SPDX-License-Identifier: GPL-3.0-or-later
"""The change log: which entries of a book changed under which number. Rows are never pruned, so no token ever ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from dirserver.model.change import What
from dirserver.store.opening import ReadTx, WriteTx
from dirserver.store.prepared import Prepared
from dirserver.store.tables import change

_EVERYTHING = 2**62

_last = func.max(change.c.number)
_SINCE = Prepared(
    select(change.c.href, _last)
    .where(change.c.book_id == bindparam("book"), change.c.number > bindparam("since"))
    .group_by(change.c.href)
    .order_by(_last, change.c.href)
    .limit(bindparam("most")),
    "book",
    "since",
    "most",
)


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


_KEY = ("book_id", "number", "entry_id", "href")
_NEW_IN_SQLITE, _NEW_IN_POSTGRESQL = sqlite.insert(change), postgresql.insert(change)
_ROW = (*_KEY, "what")
_APPEND = Prepared(insert(change), *_ROW)
_REPLACE_IN_SQLITE = Prepared(_NEW_IN_SQLITE.on_conflict_do_update(index_elements=_KEY, set_={"what": _NEW_IN_SQLITE.excluded.what}), *_ROW)
_REPLACE_IN_POSTGRESQL = Prepared(
    _NEW_IN_POSTGRESQL.on_conflict_do_update(index_elements=_KEY, set_={"what": _NEW_IN_POSTGRESQL.excluded.what}), *_ROW
)


def _rows(book_id: int, number: int, new: Sequence[NewChange]) -> list[tuple[object, ...]]:
    return list({(one.entry_id, one.href): (book_id, number, one.entry_id, one.href, one.what.value) for one in new}.values())


def append(tx: WriteTx, book_id: int, number: int, new: Sequence[NewChange]) -> None:
    """Write down what happened under ``number`` to entries of which nothing stands under it yet."""
    rows = _rows(book_id, number, new)
    if rows:
        _APPEND.run_many(tx, rows)


def replace(tx: WriteTx, book_id: int, number: int, new: Sequence[NewChange]) -> None:
    """Write down what happened under ``number``; an entry that changed twice in one transaction stands once, as it was last."""
    rows = _rows(book_id, number, new)
    if rows:
        (_REPLACE_IN_SQLITE if tx.is_sqlite else _REPLACE_IN_POSTGRESQL).run_many(tx, rows)


def since(tx: ReadTx, book_id: int, number: int, limit: int | None = None) -> tuple[Logged, ...]:
    """Return the hrefs that changed after ``number``, oldest last change first; at most ``limit`` of them."""
    return tuple(Logged(*row) for row in _SINCE.all(tx, book_id, number, _EVERYTHING if limit is None else limit))


def ever(tx: ReadTx, book_id: int) -> tuple[str, ...]:
    """Return every href that the book ever had."""
    return tuple(tx.connection.execute(select(change.c.href).where(change.c.book_id == book_id).distinct()).scalars())
