# SPDX-License-Identifier: GPL-3.0-or-later
"""What a search finds, as ids in an order that the asker chose; the keys of single entries, to find places in it by bisection.

A key is what the index holds: the least normal form of an attribute, or a time of the entry. Where the asker may not read an
attribute the entry counts as if it had none, so no order depends on a hidden value.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, case, func, null, or_, select
from sqlalchemy.sql.elements import ColumnElement

from dirserver.model.filter import Guard
from dirserver.model.order import Key, SortKey
from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.engine.prepared import among as one_of
from dirserver.store.entries.entries import Stored, carries, columns, stored_of
from dirserver.store.finding import search
from dirserver.store.finding.filters import within
from dirserver.store.finding.search import BoundSearch, Part
from dirserver.store.schema.tables import change, entry, value

_COLUMNS = {"createtimestamp": entry.c.created_us, "modifytimestamp": entry.c.modified_us}
_CHUNK = 500

Guards = tuple[frozenset[Guard | int] | None, ...]
"""For each sort key, on whose entries it counts: None for all, an empty set for none."""

_CHANGED = Prepared(
    select(change.c.entry_id)
    .distinct()
    .where(change.c.book_id == bindparam("book"), change.c.number > bindparam("since"), change.c.number <= bindparam("until"))
    .limit(bindparam("most")),
    "book",
    "since",
    "until",
    "most",
)


_BY_IDS = Prepared(columns().where(one_of(entry.c.id, "ids")), "ids")


@dataclass(frozen=True, slots=True)
class OrderedSearch:
    """What to look for and how to sort it; ``guards`` has one item for each part of the search."""

    search: BoundSearch
    by: tuple[SortKey, ...]
    guards: tuple[Guards, ...]


def ids(tx: ReadTx, question: OrderedSearch, time_limit_s: float | None) -> array[int] | None:
    """Return the ids of all that is found, in order; None if that would have taken longer than the limit."""
    order: list[ColumnElement[Any]] = []
    for key, expression in zip(question.by, _keys(question), strict=True):
        order.append(expression.desc().nulls_first() if key.is_reversed else expression.asc().nulls_last())
    return search.ids(tx, question.search, [*order, entry.c.id.asc()], time_limit_s)


def keys_by_id(question: OrderedSearch) -> Prepared:
    """Return the question for the sort keys of the entry with an id (its one parameter)."""
    return Prepared(select(*_keys(question)).where(entry.c.id == bindparam("wanted")), "wanted")


def among(tx: ReadTx, question: OrderedSearch, wanted: Sequence[int]) -> list[tuple[int, tuple[Key, ...]]]:
    """Return id and keys of those of ``wanted`` that the search finds, in no order."""
    found: list[tuple[int, tuple[Key, ...]]] = []
    matching = search.matching(tx, question.search)
    for start in range(0, len(wanted), _CHUNK):
        these = entry.c.id.in_(wanted[start : start + _CHUNK])
        rows = tx.connection.execute(select(entry.c.id, *_keys(question)).where(these, matching))
        found += [(int(number), tuple(keys)) for number, *keys in rows]
    return found


def changed(tx: ReadTx, book_id: int, since: int, until: int, most: int) -> list[int]:
    """Return the ids of the entries of a book that changed under numbers after ``since`` up to ``until``; at most ``most``."""
    return [number for (number,) in _CHANGED.all(tx, book_id, since, until, most)]


def stored(tx: ReadTx, wanted: Sequence[int]) -> tuple[Stored, ...]:
    """Return the entries with these ids, in the order given."""
    found = {one.id: one for one in stored_of(_BY_IDS.all(tx, list(wanted)))}
    return tuple(found[number] for number in wanted if number in found)


def _keys(question: OrderedSearch) -> list[ColumnElement[Any]]:
    return [_key(question, place, key.attribute) for place, key in enumerate(question.by)]


def _key(question: OrderedSearch, place: int, attribute: str) -> ColumnElement[Any]:
    guards = [of_part[place] for of_part in question.guards]
    expression = _value_of(attribute)
    if all(of_part is None for of_part in guards):
        return expression
    allowed = [
        _in_part(part) if of_part is None else and_(_in_part(part), within(of_part, part.reach.person))
        for part, of_part in zip(question.search.parts, guards, strict=True)
        if of_part is None or of_part
    ]
    return case((or_(*allowed), expression), else_=null()) if allowed else _nothing(attribute)


def _value_of(attribute: str) -> ColumnElement[Any]:
    column = _COLUMNS.get(attribute)
    if column is not None:
        return column
    least = select(func.min(value.c.norm)).where(value.c.entry_id == entry.c.id, value.c.attribute == attribute)
    return least.correlate(entry).scalar_subquery()


def _nothing(attribute: str) -> ColumnElement[Any]:
    # No bare NULL: PostgreSQL wants to know of what kind it is.
    return case((entry.c.id < 0, _value_of(attribute)), else_=null())


def _in_part(part: Part) -> ColumnElement[bool]:
    # Written out: what is prepared can't hold a list of any length.
    in_books = or_(*(entry.c.book_id == book_id for book_id in part.book_ids))
    # Another part of the same book may be about other entries, of which the asker may read less.
    return in_books if part.reach.label is None else and_(in_books, carries(part.reach.label))
