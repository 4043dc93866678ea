# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting what was found in order: whose name is the word first, then whose name begins so, each by name."""

from __future__ import annotations

import functools
from typing import Any

from sqlalchemy import bindparam, case, exists, literal, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries.index import key
from dirserver.store.entries.naming import name_in
from dirserver.store.schema.tables import entry, value

_HIGHEST = "\U0010ffff"
_NAMES = ("cn", "sn", "givenname", "uid")


def names_of(*, is_by_name: bool) -> tuple[str, ...]:
    """Return the attributes that count as names: where names are hidden, ``uid``, which everybody sees."""
    return _NAMES if is_by_name else ("uid",)


def by_name(order: str, *, is_by_name: bool) -> ColumnElement[Any]:
    """Return what entries stand in an order by."""
    return name_in(order) if is_by_name else entry.c.name_key


def rank(word: ColumnElement[Any] | str, begun: ColumnElement[bool], names: tuple[str, ...]) -> ColumnElement[int]:
    """Return 0 where a name is ``word``, 1 where one is ``begun``, 2 elsewhere."""
    return case((is_named(value.c.norm == word, names), 0), (is_named(begun, names), 1), else_=2)


def is_named(matching: ColumnElement[bool], names: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that one of the names of an entry matches."""
    return exists(select(literal(1)).select_from(value).where(value.c.entry_id == entry.c.id, _of(names), matching).correlate(entry))


def _of(names: tuple[str, ...]) -> ColumnElement[bool]:
    return value.c.attribute.in_([literal_column(f"'{name}'") for name in names])


def in_order(tx: ReadTx, ids: list[int], word: str, order: str, *, is_by_name: bool, offset: int, limit: int) -> list[int]:
    """Return a stretch of entries that were found, in order; ``word`` is folded, "" for none."""
    values = (word, key(word), key(word) + _HIGHEST) if word else ()
    return [number for (number,) in _ranked(order, is_by_name=is_by_name, has_word=bool(word)).all(tx, ids, *values, offset, limit)]


@functools.lru_cache(maxsize=64)
def _ranked(order: str, *, is_by_name: bool, has_word: bool) -> Prepared:
    question = select(entry.c.id).where(among(entry.c.id, "ids"))
    words: tuple[str, ...] = ()
    if has_word:
        words = ("word", "low", "high")
        # Whose name it is, from the index at once: asked of each entry that was found, that took longer than to find them.
        called = select(value.c.entry_id).where(_of(names_of(is_by_name=is_by_name)))
        begun = called.where(value.c.norm >= bindparam("low"), value.c.norm < bindparam("high"))
        exact = called.where(value.c.norm == bindparam("word"))
        question = question.order_by(case((entry.c.id.in_(exact), 0), (entry.c.id.in_(begun), 1), else_=2))
    question = question.order_by(by_name(order, is_by_name=is_by_name), entry.c.id)
    return Prepared(question.offset(bindparam("offset")).limit(bindparam("limit")), "ids", *words, "offset", "limit")
