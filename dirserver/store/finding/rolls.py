# SPDX-License-Identifier: GPL-3.0-or-later
"""What a copy in memory of who is in the listed books is made from, and what it is kept current with (``directory.roll``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal_column, select

from dirserver.store.engine.opening import ReadTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries.entries import NO_GROUP
from dirserver.store.entries.index import HEAD as SHORT
from dirserver.store.schema.tables import book, change, entry, value

_LISTED = book.c.kind != literal_column("'personal'")
_ACTIVE = entry.c.state == literal_column("'active'")
_WHOLE = func.coalesce(value.c.whole, value.c.norm)


class RollRow(NamedTuple):
    """What a search has to know of an entry without its card."""

    id: int
    uuid: str
    book_id: int
    manager: str | None
    name: str
    digest: str
    modified_us: int
    sort_key: str


class BookState(NamedTuple):
    """Where a listed book stands."""

    id: int
    epoch: str
    number: int


_COLUMNS = tuple(entry.c[name] for name in RollRow._fields)
_PRESENT = select(*_COLUMNS).select_from(entry.join(book, book.c.id == entry.c.book_id)).where(_ACTIVE, NO_GROUP, _LISTED)
_ALL = Prepared(_PRESENT.order_by(entry.c.sort_key, entry.c.id))
_SOME = Prepared(_PRESENT.where(among(entry.c.id, "ids")).order_by(entry.c.sort_key, entry.c.id), "ids")
_NUMBER = Prepared(select(entry.c.id).where(entry.c.uuid == bindparam("wanted")), "wanted")
_STATES = Prepared(select(book.c.id, book.c.epoch, book.c.number).where(_LISTED).order_by(book.c.id))
_CHANGED = Prepared(
    select(change.c.entry_id)
    .where(change.c.book_id == bindparam("book"), change.c.number > bindparam("since"))
    .distinct()
    .limit(bindparam("most")),
    "book",
    "since",
    "most",
)
# Of the index alone: long ones, of which it has the heads, are asked for afterwards.
_VALUES = Prepared(
    select(value.c.norm, value.c.entry_id).where(value.c.attribute == bindparam("wanted")).order_by(value.c.norm, value.c.entry_id),
    "wanted",
)
_LONG = Prepared(
    select(_WHOLE, value.c.entry_id).where(value.c.attribute == bindparam("wanted"), among(value.c.entry_id, "ids")), "wanted", "ids"
)
_VALUES_OF = Prepared(select(value.c.entry_id, value.c.attribute, _WHOLE).where(among(value.c.entry_id, "ids")), "ids")


def states(tx: ReadTx) -> tuple[BookState, ...]:
    """Return where each listed book stands, by id."""
    return tuple(BookState(*row) for row in _STATES.all(tx))


def everybody(tx: ReadTx) -> Iterator[RollRow]:
    """Stream all active entries of listed books but groups, by name."""
    return (RollRow(*row) for row in _ALL.stream(tx))


def those(tx: ReadTx, ids: Sequence[int]) -> tuple[RollRow, ...]:
    """Return those of these entries that ``everybody`` would bring."""
    return tuple(RollRow(*row) for row in _SOME.all(tx, ids))


def number_of(tx: ReadTx, uuid: str) -> int | None:
    """Return the id of the entry of a UUID."""
    row = _NUMBER.one(tx, uuid)
    return None if row is None else int(row[0])


def changed(tx: ReadTx, book_id: int, since: int, most: int) -> tuple[int, ...]:
    """Return the ids of up to ``most`` entries that the change log of a book names after a number."""
    return tuple(number for (number,) in _CHANGED.all(tx, book_id, since, most))


def values(tx: ReadTx, attribute: str) -> Iterator[tuple[str, int]]:
    """Stream the normal forms of an attribute with the ids of the entries, of whatever book and state; nearly in order."""
    long: set[int] = set()
    for norm, number in _VALUES.stream(tx, attribute):
        if len(norm) > SHORT:
            long.add(number)
        else:
            yield norm, number
    if long:
        yield from ((norm, number) for norm, number in _LONG.all(tx, attribute, sorted(long)) if len(norm) > SHORT)


def values_of(tx: ReadTx, ids: Sequence[int]) -> Mapping[int, Sequence[tuple[str, str]]]:
    """Return attribute and normal form of everything that these entries are found by."""
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, attribute, norm in _VALUES_OF.all(tx, ids):
        found[number].append((attribute, norm))
    return found
