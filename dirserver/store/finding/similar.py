# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that are nearly what somebody typed: candidates from the indexes, in bounded time; how near they are is for the caller to say.

Two looks: the values that equal one of the spellings a slip away (any slip, short names too), and those of the entries that share
most trigrams with the word (several slips, and words inside longer values). Values come only from the attributes that the caller names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, func, literal_column, select, union_all

from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries.entries import reached
from dirserver.store.entries.index import trigrams
from dirserver.store.finding import candidates
from dirserver.store.finding.candidates import Cost, Probe
from dirserver.store.finding.search import Part
from dirserver.store.schema.tables import entry, value

_MOST_GRAMS = 12
_MOST_OF_A_GRAM = 2_000
"""Entries with one trigram that are looked at: of a frequent one, some."""
_MOST_CANDIDATES = 300
_ACTIVE = entry.c.state == literal_column("'active'")


@cache
def _equal(names: tuple[str, ...]) -> Prepared:
    return Prepared(
        select(value.c.norm, entry.c.id)
        .select_from(value.join(entry, entry.c.id == value.c.entry_id))
        .where(value.c.attribute.in_([literal_column(f"'{name}'") for name in names]), among(value.c.norm, "spellings"))
        .where(among(entry.c.book_id, "books"), _ACTIVE)
        .limit(bindparam("most")),
        "spellings",
        "books",
        "most",
    )


def equal(tx: ReadTx, part: Part, names: tuple[str, ...], spellings: Sequence[str]) -> set[str]:
    """Return those of the spellings that are the value of one of these attributes on an entry in reach."""
    if not names:
        # A statement that is prepared has no text for a list of nothing.
        return set()
    rows = _equal(names).all(tx, spellings, part.book_ids, _MOST_CANDIDATES)
    return {norm for norm, _ in rows} if part.reach.is_whole and part.reach.label is None else _within(tx, part, rows)


def _within(tx: ReadTx, part: Part, rows: Sequence[tuple[str, int]]) -> set[str]:
    condition = reached(part.reach)
    asked = select(entry.c.id).where(entry.c.id.in_({number for _, number in rows}))
    shown = set(tx.connection.execute(asked if condition is None else asked.where(condition)).scalars())
    return {norm for norm, number in rows if number in shown}


def near(tx: ReadTx, part: Part, names: tuple[str, ...], word: str) -> set[str]:
    """Return the values of these attributes on the entries in reach that share half of the word's trigrams or more."""
    grams = sorted(set(trigrams(word)))[:_MOST_GRAMS]
    if not grams:
        return set()
    asked = [candidates.question(tx, Probe(Cost.SOME, contained=(each,))) for each in grams]
    if tx.is_sqlite:
        asked += [candidates.fresh([[each]]) for each in grams]
    parts = [question.limit(_MOST_OF_A_GRAM).subquery() for question in asked]
    hits = union_all(*(select(each.c.entry_id) for each in parts)).subquery()
    shared = func.count()
    ids = (
        select(hits.c.entry_id)
        .group_by(hits.c.entry_id)
        .having(shared >= max(1, len(grams) // 2))
        .order_by(shared.desc())
        .limit(_MOST_CANDIDATES)
        .subquery()
    )
    question = (
        select(value.c.norm)
        .select_from(ids.join(entry, entry.c.id == ids.c.entry_id).join(value, value.c.entry_id == entry.c.id))
        .where(value.c.attribute.in_(names), entry.c.book_id.in_(part.book_ids), _ACTIVE)
        .distinct()
    )
    condition = reached(part.reach)
    return set(tx.connection.execute(question if condition is None else question.where(condition)).scalars())
