# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process that holds a book in memory reads: everybody with their normal forms, and whom the index proposes for a text."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Integer, Text, bindparam, false, func, literal, literal_column, or_, select, tuple_, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from dirserver.model.alphabet import OWN_LETTERS
from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries.entries import NO_GROUP
from dirserver.store.entries.naming import own_key
from dirserver.store.finding import candidates
from dirserver.store.finding.candidates import Cost, Probe
from dirserver.store.schema.tables import entry, membership, team, value

_HIGHEST = "\U0010ffff"
_AT_ONCE = 400
_PRESENT = (entry.c.book_id == bindparam("book"), entry.c.state == literal_column("'active'"), NO_GROUP)
# The sum keeps planners from walking the whole book by name for a few of its entries.
_IN_BOOK = entry.c.book_id + literal_column("0") == bindparam("book")
_OWN_KEYS = {
    order: Prepared(select(entry.c.id, own_key(order)).where(*_PRESENT, own_key(order).is_not(None)), "book") for order in OWN_LETTERS
}
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

SECTION, PART = "\f", "\x1f"
"""What parts the sections of a text, and an attribute from its value: no normal form holds a control character."""

Norms = Sequence[tuple[str, str]]
"""Pairs of attribute and normal form."""


class Sections(NamedTuple):
    """What is read of entries: attributes whose values stand together in the text, those of the tags, those whose words are wanted."""

    text: tuple[tuple[str, ...], ...]
    tags: tuple[str, ...]
    words: tuple[str, ...]


class Member(NamedTuple):
    """One entry: what it sorts by, its text as ``text_of`` would make it, pairs of its attributes and values, values of its words."""

    id: int
    sort_key: str
    own_keys: tuple[str | None, ...]
    """What it sorts by instead in each order of ``OWN_LETTERS``; None where that is the same."""
    text: str
    tags: str
    """A line for each, the attribute parted from the value by ``PART``; see ``tags_of``."""
    words: str
    """A line for each value."""


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


def everybody(tx: ReadTx, book_id: int, sections: Sections) -> Iterator[Member]:
    """Stream the active entries of a book but groups, by name.

    SQLite's driver lets go of the interpreter's lock for each row and waits for it again, up to 5 ms where another thread works: so the
    rows come a few hundred at a time, as one.
    """
    reading = _reading(sections)
    if not tx.is_sqlite:
        yield from map(_member, reading.everybody.stream(tx, book_id))
        return
    last: tuple[str, int] = "", 0
    while rows := json.loads((reading.stretch.one(tx, book_id, *last, _AT_ONCE) or ("[]",))[0]):
        yield from map(_member, rows)
        last = rows[-1][1], rows[-1][0]


def those(tx: ReadTx, book_id: int, ids: Sequence[int], sections: Sections) -> Iterator[Member]:
    """Return those of these entries that ``everybody`` would bring, by name."""
    return map(_member, _reading(sections).some.all(tx, book_id, ids))


def _member(row: tuple[Any, ...]) -> Member:
    number, sort_key, *own_keys, text, tags, words = row
    return Member(number, sort_key, tuple(own_keys), text, tags or "", words or "")


def own_keys(tx: ReadTx, book_id: int, order: str) -> list[tuple[int, str]]:
    """Return the ids of those of ``everybody`` whose key in an order (not "") isn't ``sort_key``, with that key."""
    return [(number, key) for number, key in _OWN_KEYS[order].all(tx, book_id)]


def text_of(sections: Iterable[Sequence[str]]) -> str:
    """Return the text of an entry with these values in each section."""
    return f"\n{SECTION}".join("".join([f"\n{norm}" for norm in norms]) for norms in sections) + "\n"


def tags_of(tags: str) -> tuple[tuple[str, str], ...]:
    """Return the attributes and values of a member's tags."""
    return tuple((line.partition(PART)[0], line.partition(PART)[2]) for line in tags.split("\n")) if tags else ()


class _Reading(NamedTuple):
    """The questions for everybody, for the next so many behind an entry as JSON, and for some."""

    everybody: Prepared
    stretch: Prepared
    some: Prepared


@functools.lru_cache(maxsize=64)
def _reading(sections: Sections) -> _Reading:
    # The database joins the values: it does that beside other threads.
    parts = [func.coalesce(literal("\n") + _joined(_NORM, attributes), literal_column("''")) for attributes in sections.text]
    text: ColumnElement[str] = functools.reduce(lambda before, part: before + literal(f"\n{SECTION}") + part, parts)
    tags = _joined(value.c.attribute + literal(PART) + _NORM, sections.tags)
    wanted = {name for attributes in (*sections.text, sections.tags, sections.words) for name in attributes}
    question = (
        select(
            entry.c.id,
            entry.c.sort_key,
            *(own_key(order) for order in OWN_LETTERS),
            text + literal("\n"),
            tags,
            _joined(_NORM, sections.words),
        )
        .select_from(entry.join(value, value.c.entry_id == entry.c.id))
        .where(_is_one_of(wanted), *_PRESENT[1:])
        .group_by(entry.c.sort_key, entry.c.id)
        .order_by(entry.c.sort_key, entry.c.id)
    )
    behind = tuple_(entry.c.sort_key, entry.c.id) > tuple_(bindparam("key", type_=Text), bindparam("last", type_=Integer))
    stretch = question.where(_PRESENT[0], behind).limit(bindparam("most")).subquery()
    return _Reading(
        Prepared(question.where(_PRESENT[0]), "book"),
        Prepared(select(func.json_group_array(func.json_array(*stretch.c))), "book", "key", "last", "most"),
        Prepared(question.where(_IN_BOOK, among(entry.c.id, "ids")), "book", "ids"),
    )


_NORM = func.coalesce(value.c.whole, value.c.norm)


class _Lines(FunctionElement[str]):
    """A line of each row's text. SQLAlchemy's ``aggregate_strings`` wants to write its separator anew each time."""

    type = Text()
    inherit_cache = True


@compiles(_Lines, "sqlite")
def _lines_on_sqlite(lines: _Lines, compiler: SQLCompiler, **options: object) -> str:
    return f"group_concat({compiler.process(lines.clauses, **options)}, char(10))"


@compiles(_Lines, "postgresql")
def _lines_on_postgresql(lines: _Lines, compiler: SQLCompiler, **options: object) -> str:
    return f"string_agg({compiler.process(lines.clauses, **options)}, chr(10))"


def _joined(text: ColumnElement[Any], attributes: Collection[str]) -> ColumnElement[Any]:
    return _Lines(text).filter(_is_one_of(attributes))


def _is_one_of(attributes: Collection[str]) -> ColumnElement[bool]:
    # Written out: names of ours, and a statement that is prepared once can't have any number of values.
    if not attributes:
        return false()
    return value.c.attribute.in_([literal_column(f"'{name}'") for name in sorted(attributes)])


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
