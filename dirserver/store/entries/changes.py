# SPDX-License-Identifier: GPL-3.0-or-later
"""The change log: which entries of a book changed under which number.

Rows about changes are never pruned, so no token ever ends; what was only told again gives way to what is told after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, delete, exists, func, insert, literal_column, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from dirserver.model.change import What
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.schema.label_tables import once_labelled
from dirserver.store.schema.tables import change, entry, labelled

_EVERYTHING = 2**62

_LABEL = bindparam("label", type_=change.c.entry_id.type)


def was_in(label: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a row of the log is about an entry that was in a group then; or about none, but a made-up name."""
    parts: list[ColumnElement[bool]] = []
    for table in (labelled, once_labelled):
        still = or_(table.c.left_number.is_(None), table.c.left_number >= change.c.number)
        found = (table.c.label_id == label, table.c.entry_id == change.c.entry_id, still)
        parts.append(exists(select(literal_column("1")).select_from(table).where(*found)).correlate(change))
    return or_(*parts, change.c.entry_id == literal_column("0"))


_last = func.max(change.c.number)


def _since(*also: ColumnElement[bool], names: tuple[str, ...] = ()) -> tuple[Prepared, Prepared]:
    in_book = change.c.book_id == bindparam("book")
    later = select(change.c.href, _last).where(in_book, change.c.number > bindparam("since"), *also)
    same = select(change.c.href, _last).where(in_book, change.c.number >= bindparam("since"), *also)
    behind = or_(_last > bindparam("since"), change.c.href > bindparam("after", type_=change.c.href.type))
    asked = [
        question.group_by(change.c.href).order_by(_last, change.c.href).limit(bindparam("most"))
        for question in (later, same.having(behind))
    ]
    return Prepared(asked[0], "book", "since", "most", *names), Prepared(asked[1], "book", "since", "after", "most", *names)


_SINCE, _SINCE_AFTER = _since()
_LATEST = Prepared(
    select(change.c.href, change.c.number)
    .where(change.c.book_id == bindparam("book"), change.c.number > bindparam("since"))
    .order_by(change.c.number.desc())
    .limit(bindparam("most")),
    "book",
    "since",
    "most",
)
_SINCE_IN_LABEL, _SINCE_AFTER_IN_LABEL = _since(was_in(_LABEL), names=("label",))

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


class Touched(NamedTuple):
    """What happened to one entry since a number, and where it stands now; ``uuid`` is None where it is gone for good."""

    entry_id: int
    whats: frozenset[What]
    uuid: str | None
    name: str
    state: str
    manager: str | None


class NewChange(NamedTuple):
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


def since(
    tx: ReadTx, book_id: int, number: int, limit: int | None = None, *, after: str | None = None, label: int | None = None
) -> tuple[Logged, ...]:
    """Return the hrefs that changed after ``number``, oldest last change first; at most ``limit`` of them.

    With ``after`` those that changed last under ``number`` itself come too, as far as they stand after that href. With a ``label``
    only what is or was in that group counts.
    """
    most = _EVERYTHING if limit is None else limit
    within = () if label is None else (label,)
    if after is not None:
        found = (_SINCE_AFTER if label is None else _SINCE_AFTER_IN_LABEL).all(tx, book_id, number, after, most, *within)
    else:
        found = (_SINCE if label is None else _SINCE_IN_LABEL).all(tx, book_id, number, most, *within)
    return tuple(Logged(*row) for row in found)


def latest(tx: ReadTx, book_id: int, number: int, most: int) -> tuple[Logged, ...]:
    """Return what changed after ``number``, each time that it did, the last change first; at most so many of them."""
    return tuple(Logged(*row) for row in _LATEST.all(tx, book_id, number, most))


# Groups have a change log here as cards, but are no entries of their book for those who know them as groups.
_IS_GROUP: ColumnElement[bool] = exists(
    select(literal_column("1")).select_from(entry).where(entry.c.id == change.c.entry_id, entry.c.kind == literal_column("'group'"))
).correlate(change)


def _touched(*also: ColumnElement[bool], names: tuple[str, ...] = ()) -> Prepared:
    ids = (
        select(change.c.entry_id)
        .where(change.c.book_id == bindparam("book"), change.c.number > bindparam("since"), change.c.entry_id > bindparam("behind"))
        .where(~_IS_RETOLD, ~_IS_GROUP, *also)
        .distinct()
        .order_by(change.c.entry_id)
        .limit(bindparam("most"))
        .subquery("touched")
    )
    question = (
        select(change.c.entry_id, change.c.what, entry.c.uuid, entry.c.name, entry.c.state, entry.c.manager)
        .select_from(ids.join(change, change.c.entry_id == ids.c.entry_id).outerjoin(entry, entry.c.id == change.c.entry_id))
        .where(change.c.book_id == bindparam("same_book"), change.c.number > bindparam("same_since"), ~_IS_RETOLD)
        .order_by(change.c.entry_id)
    )
    return Prepared(question, "book", "since", "behind", "most", "same_book", "same_since", *names)


_TOUCHED = _touched()
_TOUCHED_IN_LABEL = _touched(was_in(_LABEL), names=("label",))


def touched(tx: ReadTx, book_id: int, number: int, behind: int, most: int, label: int | None = None) -> tuple[Touched, ...]:
    """Return the entries, groups apart, that changed after ``number`` and whose ids are above ``behind``: the first ``most`` by id.

    With a ``label`` only those that are or were in that group.
    """
    found: dict[int, Touched] = {}
    asked = (book_id, number, behind, most, book_id, number)
    rows = _TOUCHED.all(tx, *asked) if label is None else _TOUCHED_IN_LABEL.all(tx, *asked, label)
    for entry_id, what, uuid, name, state, manager in rows:
        known = found[entry_id].whats if entry_id in found else frozenset[What]()
        found[entry_id] = Touched(entry_id, known | {What(what)}, uuid, name or "", state or "", manager)
    return tuple(found.values())
