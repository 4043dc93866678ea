# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process that holds a book in memory reads: everybody with their normal forms, and whom the index proposes for a text."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, func, literal_column, or_, select, union_all

from dirserver.model.alphabet import OWN_LETTERS
from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries.entries import NO_GROUP
from dirserver.store.entries.naming import own_key
from dirserver.store.finding import candidates
from dirserver.store.finding.candidates import Cost, Probe
from dirserver.store.schema.tables import entry, membership, team, value

_HIGHEST = "\U0010ffff"
_PRESENT = (entry.c.book_id == bindparam("book"), entry.c.state == literal_column("'active'"), NO_GROUP)
_EVERYBODY = (
    select(
        entry.c.id,
        entry.c.sort_key,
        *(own_key(order) for order in OWN_LETTERS),
        value.c.attribute,
        func.coalesce(value.c.whole, value.c.norm),
    )
    .select_from(entry.join(value, value.c.entry_id == entry.c.id))
    .order_by(entry.c.sort_key, entry.c.id)
)
_ALL = Prepared(_EVERYBODY.where(*_PRESENT), "book")
# The sum keeps planners from walking the whole book by name for a few of its entries.
_IN_BOOK = entry.c.book_id + literal_column("0") == bindparam("book")
_SOME = Prepared(_EVERYBODY.where(_IN_BOOK, *_PRESENT[1:], among(entry.c.id, "ids")), "book", "ids")
_AROUND = Prepared(
    select(entry.c.id, entry.c.uuid, entry.c.manager, value.c.attribute, func.coalesce(value.c.whole, value.c.norm))
    .select_from(entry.join(value, value.c.entry_id == entry.c.id))
    .where(_IN_BOOK, *_PRESENT[1:], or_(entry.c.uuid == bindparam("person"), entry.c.manager == bindparam("person")))
    .order_by(entry.c.id),
    "book",
    "person",
)
_MEMBERSHIPS = Prepared(
    select(entry.c.id, team.c.name_key, team.c.name)
    .select_from(membership.join(team, team.c.id == membership.c.team_id).join(entry, entry.c.uuid == membership.c.entry_uuid))
    .where(entry.c.book_id == bindparam("book"))
    .order_by(entry.c.id, team.c.name_key),
    "book",
)

_BEGINNING = Prepared(
    select(value.c.entry_id).where(
        among(value.c.attribute, "attributes"), value.c.norm >= bindparam("low"), value.c.norm < bindparam("high")
    ),
    "attributes",
    "low",
    "high",
)

_FEW = Prepared(select(func.count()).select_from(select(entry.c.id).where(*_PRESENT).limit(bindparam("most")).subquery()), "book", "most")

Norms = Sequence[tuple[str, str]]
"""Pairs of attribute and normal form."""


class Member(NamedTuple):
    """One entry: where it stands by name, and its normal forms."""

    id: int
    sort_key: str
    own_keys: tuple[str | None, ...]
    """What it sorts by instead in each order of ``OWN_LETTERS``; None where that is the same."""
    norms: Norms


class Near(NamedTuple):
    """An entry that is somebody's own (``is_own``), or has them as its manager, or both."""

    id: int
    is_own: bool
    is_managed: bool
    norms: Norms


def is_small(tx: ReadTx, book_id: int, most: int) -> bool:
    """Tell whether a book has no more entries than that."""
    (count,) = _FEW.one(tx, book_id, most + 1) or (0,)
    return int(count) <= most


def everybody(tx: ReadTx, book_id: int) -> Iterator[Member]:
    """Stream the active entries of a book but groups, by name."""
    return _members(_ALL.stream(tx, book_id))


def those(tx: ReadTx, book_id: int, ids: Sequence[int]) -> Iterator[Member]:
    """Return those of these entries that ``everybody`` would bring, by name."""
    return _members(_SOME.all(tx, book_id, ids))


def _members(rows: Iterable[tuple[Any, ...]]) -> Iterator[Member]:
    for (number, sort_key, *own_keys), of_one in groupby(rows, key=itemgetter(slice(-2))):
        yield Member(number, sort_key, tuple(own_keys), [row[-2:] for row in of_one])


def around(tx: ReadTx, book_id: int, person: str) -> Iterator[Near]:
    """Return the entry with the UUID ``person`` and those that name it as their manager, as far as they are in a book."""
    for (number, uuid, manager), of_one in groupby(_AROUND.all(tx, book_id, person), key=itemgetter(0, 1, 2)):
        yield Near(number, uuid == person, manager == person, [(attribute, norm) for _, _, _, attribute, norm in of_one])


def memberships(tx: ReadTx, book_id: int) -> list[tuple[int, str, str]]:
    """Return for each entry of a book in a group its id with the folded name and the name of the group, by id."""
    return [(number, key, name) for number, key, name in _MEMBERSHIPS.all(tx, book_id)]


def containing(tx: ReadTx, words: Sequence[str]) -> list[int]:
    """Return the ids of entries, of whatever book and state, that have all these words (of three letters or more) in some attribute."""
    if tx.is_sqlite:
        return [number for (number,) in _containing(len(words)).all(tx, candidates.phrase(words), *words)]
    question = candidates.question(tx, Probe(Cost.FEW, contained=tuple(words)))
    return list(tx.connection.scalars(question))


@functools.lru_cache(maxsize=32)
def _containing(count: int) -> Prepared:
    names = tuple(f"word{number}" for number in range(count))
    fresh = candidates.fresh([[bindparam(name, type_=Text) for name in names]])
    return Prepared(union_all(candidates.indexed("phrase"), fresh), "phrase", *names)


def beginning(tx: ReadTx, attributes: Sequence[str], start: str) -> set[int]:
    """Return the ids of entries, of whatever book and state, of which one of these attributes begins so."""
    return {number for (number,) in _BEGINNING.all(tx, attributes, start, start + _HIGHEST)}
