# SPDX-License-Identifier: GPL-3.0-or-later
"""Counting what was found by the values of some attributes, and the initials of a book: for lists that one narrows down.

Only attributes that the asker may read on every entry are counted (the caller sees to that), so a count tells nothing hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, func, literal, literal_column, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from dirserver.model.alphabet import OWN_LETTERS, first_letter, stretch_of
from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries.entries import NO_GROUP, Reach
from dirserver.store.entries.naming import own_key
from dirserver.store.finding.filters import MEMBER_OF
from dirserver.store.finding.search import BoundSearch, matching
from dirserver.store.schema.tables import entry, membership, team, value

MOST_INITIALS = 100


@dataclass(frozen=True, slots=True)
class ValueCount:
    """How many entries have a value; ``example`` is the id of one of them, ``spelled`` the value for people where it is known."""

    attribute: str
    norm: str
    count: int
    example: int
    spelled: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: the entries, and their values, the most frequent first."""

    entries: int
    values: tuple[ValueCount, ...]


def _by_values(found: Select[tuple[int, str]], attributes: Sequence[str], *, are_few: bool) -> Select[tuple[str, str, int, int, str]]:
    ids = found.cte("found").prefix_with("MATERIALIZED")
    amount, first = func.count().label("amount"), func.min(ids.c.id).label("first")
    nothing = literal("", Text).label("spelled")
    asked = [select(literal("", Text), literal("", Text), amount, func.coalesce(first, 0), nothing).select_from(ids)]
    plain = [name for name in attributes if name != MEMBER_OF]
    if plain:
        is_counted = and_(value.c.entry_id == ids.c.id, value.c.attribute.in_([literal_column(f"'{name}'") for name in plain]))
        # An outer join, though those without a value are no news: SQLite would begin with the values of everybody.
        joined = ids.join(value, is_counted, isouter=are_few)
        question = select(value.c.attribute, value.c.norm, amount, first, nothing).select_from(joined)
        asked.append(question.group_by(value.c.attribute, value.c.norm))
    if MEMBER_OF in attributes:
        joined = ids.join(membership, membership.c.entry_uuid == ids.c.uuid).join(team, team.c.id == membership.c.team_id)
        asked.append(
            select(literal(MEMBER_OF, Text), team.c.name_key, amount, first, team.c.name)
            .select_from(joined)
            .group_by(team.c.name_key, team.c.name)
        )
    return select(union_all(*asked).subquery())


def counted(tx: ReadTx, search: BoundSearch, attributes: Sequence[str], most: int | None) -> Counts:
    """Count what a search finds by the values of attributes; of more than ``most`` entries (in no order) only so many are looked at."""
    if not search.parts:
        return Counts(0, ())
    question = select(entry.c.id, entry.c.uuid).where(matching(tx, search))
    return _told(
        tx.connection.execute(_by_values(question if most is None else question.limit(most), attributes, are_few=most is not None))
    )


def counted_among(tx: ReadTx, ids: Sequence[int], attributes: Sequence[str]) -> Counts:
    """Count entries that were found already."""
    names = tuple(sorted(attributes))
    if names not in _AMONG:
        _AMONG[names] = Prepared(_by_values(select(entry.c.id, entry.c.uuid).where(among(entry.c.id, "ids")), names, are_few=True), "ids")
    return _told(_AMONG[names].all(tx, ids))


_AMONG: dict[tuple[str, ...], Prepared] = {}
"""By which attributes; the callers know but a few sets of them."""


def _told(rows: object) -> Counts:
    found = [ValueCount(attribute, norm, amount, first, spelled) for attribute, norm, amount, first, spelled in rows]  # type: ignore[attr-defined]
    total = next(each.count for each in found if each.attribute == "")
    values = (each for each in found if each.attribute)
    return Counts(total, tuple(sorted(values, key=lambda each: (-each.count, each.norm))))


def _next(key: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Prepared:
    present = (entry.c.book_id == bindparam("book"), entry.c.state == literal_column("'active'"), NO_GROUP)
    return Prepared(select(func.min(key)).where(*present, key >= bindparam("low"), *conditions), "book", "low")


_NEXT_NAME = {
    "": (_next(entry.c.sort_key),),
    **{order: (_next(entry.c.sort_key, own_key(order).is_(None)), _next(own_key(order))) for order in OWN_LETTERS},
}


def initials(tx: ReadTx, book_id: int, order: str) -> tuple[str, ...]:
    """Return the first letters of the names in a book, as keys begin with them, in order: one look or two into an index for each."""
    found: list[str] = []
    low = "0"
    while len(found) < MOST_INITIALS:
        rows = [question.one(tx, book_id, low) for question in _NEXT_NAME[order]]
        names = [row[0] for row in rows if row is not None and row[0]]
        if not names:
            break
        found.append(first_letter(min(names)))
        low = stretch_of(found[-1])[1]
    return tuple(found)


def is_within_all(reach: Reach) -> bool:
    """Tell whether a reach holds a whole book, so that the book's initials are those of what shows."""
    return reach.is_whole and reach.label is None
