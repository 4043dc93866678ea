# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a bound search: candidates from the index, the whole condition on them, in order, within limits."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, cast

from sqlalchemy import Row, Select, and_, false, func, or_, select, union_all
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import ColumnElement

from dirserver.model.alphabet import stretch_of
from dirserver.model.entry import State
from dirserver.model.filter import Filter
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries.book_order import BY_ID
from dirserver.store.entries.entries import ListedRow, Reach, Stored, columns, listed_columns, reached, stored_of
from dirserver.store.entries.naming import name_in, own_key
from dirserver.store.finding import candidates, filters, ranking
from dirserver.store.finding.usual import usual
from dirserver.store.schema.tables import entry, value

_OPCODES_BETWEEN_LOOKS = 20_000
_FETCH = 200
_STREAMED_IDS = 10_000
_MOST_MS = 2**31 - 1


class Stop(Enum):
    """Why a search ended before everything was found."""

    SIZE = "size"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Part:
    """A question to some books whose answer is bound in the same way."""

    book_ids: tuple[int, ...]
    reach: Reach
    bound: Filter


@dataclass(frozen=True, slots=True)
class BoundSearch:
    """What to look for. ``limit`` counts entries after ``offset``; ``state`` None means any.

    ``after`` is the id of an entry (in whatever state): only what stands behind it by name is looked for. ``word`` (folded) brings
    the entries first whose name is or begins with it. Where names are hidden, ``is_by_name`` is False: then neither the order nor the
    rank may depend on them, and ``uid``, which everybody sees, stands for them.
    """

    parts: tuple[Part, ...]
    state: State | None = State.ACTIVE
    limit: int | None = None
    offset: int = 0
    time_limit_s: float | None = None
    after: int | None = None
    word: str = ""
    is_by_name: bool = True
    among: tuple[str, ...] | None = None
    """Where it is given, only entries with one of these UUIDs are looked at."""
    is_dense: bool = False
    """So much is found that walking the book by name costs less than collecting and sorting it; ``word`` is left out of account then."""
    is_named: bool = False
    """Only entries are meant whose name is or begins with ``word``."""
    without: tuple[int, ...] = ()
    """Ids of entries that were told already."""
    begins: str = ""
    """What the entries stand in the order by has to begin with: a letter, as keys of ``order`` begin."""
    order: str = ""
    """Whose alphabet the entries stand in order by: one of ``model.alphabet.ORDERS``."""


@dataclass(frozen=True, slots=True)
class Found:
    """The entries found, and what cut the search short."""

    entries: tuple[Stored, ...]
    stopped_by: Stop | None


def run(tx: ReadTx, search: BoundSearch) -> Found:
    """Answer a bound search; on a limit, what was found so far."""
    if not search.parts or search.limit == 0:
        return Found((), None)
    at_once = _run_usual(tx, search)
    if at_once is not None:
        return at_once
    question = _walk(tx, search) if _is_walk(search) else _sort(tx, search)
    found: list[Stored] = []
    stopped = None
    with _time_limit(tx, search.time_limit_s) as clock:
        try:
            rows = tx.connection.execute(question, execution_options={"yield_per": _FETCH})
            for chunk in rows.partitions():
                found += stored_of(chunk)
                if clock.is_over():
                    stopped = Stop.TIME
                    break
            rows.close()
        except DBAPIError:
            if not clock.is_over():
                raise
            stopped = Stop.TIME
    if search.limit is not None and len(found) > search.limit:
        return Found(tuple(found[: search.limit]), Stop.SIZE)
    return Found(tuple(found), stopped)


def _sort(tx: ReadTx, search: BoundSearch) -> Select[Any]:
    question = columns().where(or_(*_conditions(tx, search, _by_name(search))))
    if search.after is not None:
        question = question.where(_stands_after(search, search.after))
    if search.word and not search.is_dense:
        question = question.order_by(_rank(search))
    question = question.order_by(_by_name(search), entry.c.id).offset(search.offset)
    return question if search.limit is None else question.limit(search.limit + 1)


def _is_walk(search: BoundSearch) -> bool:
    """Tell whether a stretch of a book is meant that two indexes give together: that of names with own letters, and that of the others."""
    if not search.order or not search.is_by_name or search.after is not None or search.limit is None or search.among is not None:
        return False
    return search.is_dense or not (search.word or any(candidates.plan(part.bound) for part in search.parts))


def _walk(tx: ReadTx, search: BoundSearch) -> Select[Any]:
    own = own_key(search.order)
    plain = select(entry.c.id, entry.c.sort_key.label("key")).where(own.is_(None), or_(*_conditions(tx, search, entry.c.sort_key)))
    others = select(entry.c.id, own.label("key")).where(own.is_not(None), or_(*_conditions(tx, search, own)))
    both = union_all(plain, others)
    stretch = both.order_by("key", "id").offset(search.offset).limit((search.limit or 0) + 1).subquery("stretch")
    return columns().join(stretch, stretch.c.id == entry.c.id).order_by(stretch.c.key, entry.c.id)


def _run_usual(tx: ReadTx, search: BoundSearch) -> Found | None:
    """Answer one of the questions that everybody asks, None for another."""
    is_plain = search.state is State.ACTIVE and search.after is None and search.among is None
    is_plain = is_plain and not (search.offset or search.word or search.begins or search.order)
    if not is_plain or not search.is_by_name or search.limit is None or len(search.parts) != 1:
        return None
    (part,) = search.parts
    question = usual(part.bound, part.reach, is_sqlite=tx.is_sqlite)
    if question is None:
        return None
    with _time_limit_on_driver(tx, search.time_limit_s) as clock:
        try:
            rows = question.statement.all(tx, *question.values, part.book_ids, search.limit + 1)
        except sqlite3.OperationalError:
            if not clock.is_over():
                raise
            return Found((), Stop.TIME)
    return Found(stored_of(rows[: search.limit]), Stop.SIZE if len(rows) > search.limit else None)


def listed(tx: ReadTx, search: BoundSearch) -> Iterator[ListedRow]:
    """Stream what a search finds, as listings need it; by name where a limit leaves some, else in the order of lists."""
    for chunk in _streamed(tx, listed_columns(), search, by_name=search.limit is not None):
        yield from (ListedRow(*tuple(row)) for row in chunk)


def whole(tx: ReadTx, search: BoundSearch, *, by_name: bool) -> Iterator[Stored]:
    """Stream what a search finds with its cards, by name or in the order of lists, in flat memory."""
    for chunk in _streamed(tx, columns(), search, by_name=by_name):
        yield from stored_of(chunk)


def _streamed(tx: ReadTx, question: Select[Any], search: BoundSearch, *, by_name: bool) -> Iterator[Sequence[Row[Any]]]:
    if not search.parts or search.limit == 0:
        return
    question = question.where(or_(*_conditions(tx, search, _by_name(search))))
    question = question.order_by(_by_name(search), entry.c.id) if by_name else question.order_by(BY_ID)
    if search.limit is not None:
        question = question.limit(search.limit)
    rows = tx.connection.execute(question, execution_options={"yield_per": _FETCH})
    try:
        yield from rows.partitions()
    finally:
        # An open one would hold the snapshot.
        rows.close()


def ids(tx: ReadTx, search: BoundSearch, order: Sequence[ColumnElement[Any]], time_limit_s: float | None) -> array[int] | None:
    """Return the ids of everything that a search finds, in an order; None if the time was over before all were found."""
    found = array("q")
    if not search.parts:
        return found
    question = select(entry.c.id).where(matching(tx, search)).order_by(*order)
    with _time_limit(tx, time_limit_s) as clock:
        try:
            for chunk in tx.connection.execute(question).scalars().partitions(_STREAMED_IDS):
                found.extend(chunk)
        except DBAPIError:
            if not clock.is_over():
                raise
            return None
    return found


def matching(tx: ReadTx, search: BoundSearch) -> ColumnElement[bool]:
    """Return the condition that an entry is found by a search, its limits aside."""
    return or_(false(), *_conditions(tx, search, _by_name(search)))


def _stands_after(search: BoundSearch, entry_id: int) -> ColumnElement[bool]:
    name, other = _by_name(search), entry.alias("last")
    column = name_in(search.order, other) if search.is_by_name else other.c.name_key
    last = select(column).where(other.c.id == entry_id).scalar_subquery()
    return or_(name > last, and_(name == last, entry.c.id > entry_id))


def _by_name(search: BoundSearch) -> ColumnElement[Any]:
    return ranking.by_name(search.order, is_by_name=search.is_by_name)


def count(tx: ReadTx, search: BoundSearch) -> int:
    """Count what a search would find without its limits."""
    if not search.parts:
        return 0
    matching = select(entry.c.id).where(or_(*_conditions(tx, search, _by_name(search))))
    return int(tx.connection.execute(select(func.count()).select_from(matching.subquery())).scalar_one())


def some(tx: ReadTx, search: BoundSearch, most: int) -> list[int]:
    """Return the ids of what a search finds without its limits, in no order; of more than ``most``, so many."""
    return list(tx.connection.execute(select(entry.c.id).where(matching(tx, search)).limit(most)).scalars())


def _conditions(tx: ReadTx, search: BoundSearch, name: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    """Return the condition of each part; ``name`` is what entries stand in order by."""
    parts = (_condition(tx, part, search) for part in search.parts)
    if not search.begins:
        return parts
    low, high = stretch_of(search.begins)
    begun = [name >= low, name < high]
    if search.order and search.is_by_name:
        # Whatever the order, its base is what the folded key begins with, of which there is an index.
        low, high = stretch_of(search.begins[0])
        begun += [entry.c.sort_key >= low, entry.c.sort_key < high]
    return (and_(*begun, condition) for condition in parts)


def _condition(tx: ReadTx, part: Part, search: BoundSearch) -> ColumnElement[bool]:
    state, among = search.state, search.among
    # A few UUIDs are fewer candidates than any index would give.
    plan = candidates.plan(part.bound) if among is None and not search.is_dense else None
    # With candidates, the book only checks: as a sum it can't tempt the planner into walking the book's index instead.
    book_id = entry.c.book_id if plan is None and among is None else entry.c.book_id + 0
    conditions: list[ColumnElement[bool]] = [book_id.in_(part.book_ids)]
    if state is not None:
        conditions.append(entry.c.state == state)
    if among is not None:
        conditions.append(entry.c.uuid.in_(among))
    if search.is_named:
        conditions.append(ranking.is_named(filters.prefix_range(search.word), _names_of(search)))
    if search.without:
        conditions.append(entry.c.id.not_in(search.without))
    within = reached(part.reach)
    if within is not None:
        conditions.append(within)
    if plan is not None:
        conditions.append(candidates.condition(tx, plan))
    return and_(*conditions, filters.condition(part.bound, part.reach.person))


def _names_of(search: BoundSearch) -> tuple[str, ...]:
    return ranking.names_of(is_by_name=search.is_by_name)


def _rank(search: BoundSearch) -> ColumnElement[int]:
    return ranking.rank(search.word, filters.prefix_range(search.word), _names_of(search))


def named(tx: ReadTx, search: BoundSearch, most: int) -> list[int] | None:
    """Return the ids of what a search finds whose name is or begins with its word, in its order; None where they are more than ``most``."""
    names = _names_of(search)
    by_name = select(value.c.entry_id).where(value.c.attribute.in_(names), filters.prefix_range(search.word)).limit(most + 1).subquery()
    if tx.connection.execute(select(func.count()).select_from(by_name)).scalar_one() > most:
        return None
    question = select(entry.c.id).where(matching(tx, replace(search, is_dense=True)), entry.c.id.in_(select(by_name.c.entry_id)))
    return list(tx.connection.execute(question.order_by(_rank(search), _by_name(search), entry.c.id)).scalars())


@dataclass(slots=True)
class _Clock:
    ends_at: float | None

    def is_over(self) -> bool:
        return self.ends_at is not None and time.monotonic() >= self.ends_at


@contextlib.contextmanager
def _time_limit(tx: ReadTx, limit_s: float | None) -> Iterator[_Clock]:
    clock = _Clock(None if limit_s is None else time.monotonic() + limit_s)
    if limit_s is None:
        yield clock
    elif tx.is_sqlite:
        with _time_limit_on_driver(tx, limit_s) as clock:
            yield clock
    else:
        nested = tx.connection.begin_nested()
        tx.connection.exec_driver_sql(f"SET LOCAL statement_timeout = {min(max(1, int(limit_s * 1000)), _MOST_MS)}")
        yield clock
        # Ends the setting, and revives the transaction where the statement was cancelled.
        nested.rollback()


@contextlib.contextmanager
def _time_limit_on_driver(tx: ReadTx, limit_s: float | None) -> Iterator[_Clock]:
    """On PostgreSQL nothing is limited: for questions that an index answers."""
    clock = _Clock(None if limit_s is None else time.monotonic() + limit_s)
    if limit_s is None or not tx.is_sqlite:
        yield clock
        return
    raw = cast("sqlite3.Connection", tx.driver)
    raw.set_progress_handler(clock.is_over, _OPCODES_BETWEEN_LOOKS)
    try:
        yield clock
    finally:
        raw.set_progress_handler(None, 0)
