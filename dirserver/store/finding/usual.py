# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions that mail programs and phones ask, as prepared statements: what equals, begins with or contains a text.

They differ in names and texts only, so a handful of statements serves them all; to write each anew for SQLAlchemy costs ten times what
SQLite takes to answer. Everything else is left to ``store.finding.search``, with which these agree (``tests/store``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, and_, bindparam, exists, func, literal_column, or_, select, union
from sqlalchemy.sql.elements import ColumnElement

from dirserver.model.filter import Equality, Filter, Or, Substrings
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries.entries import NO_GROUP, Reach, columns
from dirserver.store.entries.index import is_in_haystack, key
from dirserver.store.finding.candidates import COLUMN_ATTRIBUTES, GRAM, indexed, phrase
from dirserver.store.finding.filters import MEMBER_OF, escape_like
from dirserver.store.schema.tables import entry, haystack_fresh, value

_EQUAL, _BEGINS, _CONTAINS = "equal", "begins", "contains"
_MOST_GROUPS = 3
_MOST_NAMES = 12
_LONGEST = 300
_ACTIVE = entry.c.state == literal_column("'active'")
_BY_NAME = (entry.c.sort_key, entry.c.id)
_HIGHEST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Usual:
    """A statement and its values, to be run with the ids of books and a limit behind them."""

    statement: Prepared
    values: tuple[str, ...]


def usual(bound: Filter, reach: Reach, *, is_sqlite: bool) -> Usual | None:
    """Return the statement for a bound filter, None if it is none of these."""
    if not reach.is_whole or reach.label is not None:
        return None
    groups: dict[tuple[str, str], list[str]] = {}
    for leaf in bound.parts if isinstance(bound, Or) else (bound,):
        told = _told(leaf, is_sqlite=is_sqlite)
        if told is None:
            return None
        kind, name, wanted = told
        groups.setdefault((kind, wanted), []).append(name)
    if not 0 < len(groups) <= _MOST_GROUPS or any(len(names) > _MOST_NAMES for names in groups.values()):
        return None
    shape = tuple((kind, len(names)) for (kind, _), names in groups.items())
    values = tuple(each for (kind, wanted), names in groups.items() for each in (*names, *_texts(kind, wanted)))
    return Usual(_statement(shape, with_groups=reach.with_groups), values)


def _told(leaf: Filter, *, is_sqlite: bool) -> tuple[str, str, str] | None:
    match leaf:
        case Equality(attribute, wanted) if _is_indexed(attribute):
            return _EQUAL, attribute, wanted
        case Substrings(attribute, initial, (), "") if _is_indexed(attribute) and (1 if is_sqlite else GRAM) <= len(initial) <= _LONGEST:
            # Nothing stops PostgreSQL here after a while, so it is asked for what it answers at once.
            return _BEGINS, attribute, initial
        case Substrings(attribute, "", (wanted,), "") if is_sqlite and is_in_haystack(attribute) and GRAM <= len(wanted) <= _LONGEST:
            return (_CONTAINS, attribute, wanted) if _is_indexed(attribute) else None
        case _:
            return None


def _is_indexed(attribute: str) -> bool:
    return attribute != MEMBER_OF and attribute not in COLUMN_ATTRIBUTES


def _texts(kind: str, wanted: str) -> Iterator[str]:
    if kind == _EQUAL:
        yield key(wanted)
    elif kind == _BEGINS:
        yield key(wanted)
        yield key(wanted) + _HIGHEST
    else:
        yield phrase((wanted,))
        yield f"%{escape_like(wanted)}%"


@functools.lru_cache(maxsize=256)
def _statement(shape: tuple[tuple[str, int], ...], *, with_groups: bool) -> Prepared:
    names: list[str] = []
    probes: list[Select[tuple[int]]] = []
    checks: list[ColumnElement[bool]] = []
    for number, (kind, count) in enumerate(shape):
        attributes = [f"a{number}_{each}" for each in range(count)]
        texts = [f"t{number}_{each}" for each in range(1 if kind == _EQUAL else 2)]
        names += [*attributes, *texts]
        of_these = or_(*(value.c.attribute == bindparam(each) for each in attributes))
        checks.append(and_(of_these, _matching(kind, texts)))
        if kind == _CONTAINS:
            # Those that the index doesn't hold yet are few, and checked like the others.
            probes += [indexed(texts[0]), select(haystack_fresh.c.entry_id)]
        else:
            probes.append(select(value.c.entry_id).where(of_these, _matching(kind, texts)))
    candidates = probes[0] if len(probes) == 1 else union(*probes)
    question = columns().where(entry.c.id.in_(candidates), among(entry.c.book_id + 0, "books"), _ACTIVE)
    if not with_groups:
        question = question.where(NO_GROUP)
    if any(kind == _CONTAINS for kind, _ in shape):
        # What contains a text somewhere may do so in another attribute.
        found = exists(select(literal_column("1")).select_from(value).where(value.c.entry_id == entry.c.id, or_(*checks)).correlate(entry))
        question = question.where(found)
    return Prepared(question.order_by(*_BY_NAME).limit(bindparam("most")), *names, "books", "most")


def _matching(kind: str, texts: list[str]) -> ColumnElement[bool]:
    if kind == _EQUAL:
        return value.c.norm == bindparam(texts[0])
    if kind == _BEGINS:
        return and_(value.c.norm >= bindparam(texts[0]), value.c.norm < bindparam(texts[1]))
    return func.coalesce(value.c.whole, value.c.norm).like(bindparam(texts[1]), escape="\\")
