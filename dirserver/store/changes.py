# SPDX-License-Identifier: GPL-3.0-or-later
"""The change log: which entries of a book changed under which number.

Rows about changes are never pruned, so no token ever ends; what was only told again gives way to what is told after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, insert, literal_column, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

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

_SINCE_AFTER = Prepared(
    select(change.c.href, _last)
    .where(change.c.book_id == bindparam("book"), change.c.number >= bindparam("since"))
    .group_by(change.c.href)
    .having(or_(_last > bindparam("since"), change.c.href > bindparam("after", type_=change.c.href.type)))
    .order_by(_last, change.c.href)
    .limit(bindparam("most")),
    "book",
    "since",
    "after",
    "most",
)

MOST_PHANTOMS = 500
"""Hrefs that clients made up and were told to be gone: who made one up syncs soon, and the log must not grow by them."""

# Written out, not as a parameter: the planners must see that it is the condition of the index.
_IS_RETOLD: ColumnElement[bool] = change.c.what == literal_column("'retold'")
_FORGET_RETOLD = Prepared(
    delete(change).where(
        _IS_RETOLD, change.c.book_id == bindparam("book"), change.c.entry_id == bindparam("entry"), change.c.href == bindparam("name")
    ),
    "book",
    "entry",
    "name",
)
_other = change.alias("other")
_FORGET_PHANTOMS = Prepared(
    delete(change).where(
        _IS_RETOLD,
        change.c.book_id == bindparam("book"),
        change.c.entry_id == literal_column("0"),
        change.c.number
        <= select(_other.c.number)
        .where(_other.c.what == literal_column("'retold'"), _other.c.book_id == bindparam("book"), _other.c.entry_id == literal_column("0"))
        .order_by(_other.c.number.desc())
        .limit(literal_column("1"))
        .offset(literal_column(str(MOST_PHANTOMS - 1)))
        .scalar_subquery(),
    ),
    "book",
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


def forget_retold(tx: WriteTx, book_id: int, entry_id: int, href: str) -> None:
    """Drop what was told again of an href: the row that comes now tells it to everybody whom an older one would.

    Of hrefs without an entry (``entry_id`` 0) only the last ``MOST_PHANTOMS`` stay as well.
    """
    _FORGET_RETOLD.run(tx, book_id, entry_id, href)
    if entry_id == 0:
        _FORGET_PHANTOMS.run(tx, book_id)


def since(tx: ReadTx, book_id: int, number: int, limit: int | None = None, *, after: str | None = None) -> tuple[Logged, ...]:
    """Return the hrefs that changed after ``number``, oldest last change first; at most ``limit`` of them.

    With ``after`` those that changed last under ``number`` itself come too, as far as they stand after that href.
    """
    if after is not None:
        asked = (book_id, number, after, _EVERYTHING if limit is None else limit)
        return tuple(Logged(*row) for row in _SINCE_AFTER.all(tx, *asked))
    return tuple(Logged(*row) for row in _SINCE.all(tx, book_id, number, _EVERYTHING if limit is None else limit))
