# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found wrong or odd in entries, and questions about them that only SQL answers fast."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, insert, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.schema.care_tables import finding
from dirserver.store.schema.tables import entry, value

_ACTIVE = entry.c.state == literal_column("'active'")
_PERSON = entry.c.kind != literal_column("'group'")


@dataclass(frozen=True, slots=True)
class Found:
    """Something found in an entry: what (a code), and in which attribute ("" for the whole entry)."""

    entry_id: int
    code: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Where:
    """A finding, by the entry's UUID."""

    uuid: str
    code: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Led:
    """An entry as somebody's manager."""

    uuid: str
    state: str
    manager: str | None


_ADD = Prepared(insert(finding), "entry_id", "code", "attribute", "book_id")
_DROP = Prepared(delete(finding).where(finding.c.entry_id == bindparam("wanted")), "wanted")
_MANAGERS = Prepared(select(entry.c.uuid, entry.c.state, entry.c.manager).where(among(entry.c.uuid, "uuids")), "uuids")
_REPORTS = Prepared(
    select(entry.c.id).where(among(entry.c.manager, "uuids"), entry.c.book_id == bindparam("book"), _ACTIVE, _PERSON), "uuids", "book"
)


_ALL_SPELLED = (
    select(value.c.entry_id, value.c.norm)
    .join(entry, entry.c.id == value.c.entry_id)
    .where(value.c.attribute == bindparam("wanted"), entry.c.book_id == bindparam("book"), _ACTIVE, _PERSON)
)
_SPELLED = Prepared(_ALL_SPELLED, "wanted", "book")
_SPELLED_IN = Prepared(_ALL_SPELLED.where(among(value.c.entry_id, "ids")), "wanted", "book", "ids")


def replace(tx: WriteTx, book_id: int, ids: Collection[int], found: Collection[Found]) -> None:
    """Let this be all that was found in these entries."""
    _DROP.run_many(tx, [(number,) for number in sorted(ids)])
    rows = sorted({(one.entry_id, one.code, one.attribute) for one in found})
    if rows:
        _ADD.run_many(tx, [(*row, book_id) for row in rows])


def forget(tx: WriteTx, book_id: int) -> None:
    """Forget what was found in a book."""
    tx.connection.execute(delete(finding).where(finding.c.book_id == book_id))


def counts(tx: ReadTx, book_id: int) -> dict[tuple[str, str], int]:
    """Count the entries of a book in which each thing was found, by code and attribute."""
    question = select(finding.c.code, finding.c.attribute, func.count()).where(finding.c.book_id == book_id)
    rows = tx.connection.execute(question.group_by(finding.c.code, finding.c.attribute))
    return {(str(row[0]), str(row[1])): int(row[2]) for row in rows}


def concerned(tx: ReadTx, book_id: int, attributes: Sequence[str]) -> int:
    """Count the entries of a book in which anything was found that is about one of these attributes."""
    question = select(func.count(func.distinct(finding.c.entry_id))).where(finding.c.book_id == book_id)
    return tx.connection.execute(question.where(finding.c.attribute.in_(attributes))).scalar_one()


def listed(
    tx: ReadTx, book_id: int, codes: Sequence[str], attributes: Sequence[str], limit: int | None = None, offset: int = 0
) -> tuple[Where, ...]:
    """Return findings of a book by the names of the entries; those with one of ``codes`` about one of ``attributes``."""
    question = (
        select(entry.c.uuid, finding.c.code, finding.c.attribute)
        .join(entry, entry.c.id == finding.c.entry_id)
        .where(finding.c.book_id == book_id, finding.c.code.in_(codes), finding.c.attribute.in_(attributes), _ACTIVE)
        .order_by(entry.c.sort_key, entry.c.id, finding.c.code, finding.c.attribute)
        .limit(limit)
        .offset(offset)
    )
    return tuple(Where(*row) for row in tx.connection.execute(question))


def with_code(tx: ReadTx, book_id: int, code: str) -> tuple[int, ...]:
    """Return the ids of a book's entries in which something was found."""
    return tuple(tx.connection.execute(select(finding.c.entry_id).where(finding.c.book_id == book_id, finding.c.code == code)).scalars())


def managers(tx: ReadTx, uuids: Collection[str]) -> dict[str, Led]:
    """Return these entries, of any book and in any state, as managers."""
    return {row[0]: Led(*row) for row in _MANAGERS.all(tx, sorted(uuids))} if uuids else {}


def reports(tx: ReadTx, book_id: int, uuids: Collection[str]) -> tuple[int, ...]:
    """Return the ids of a book's active entries that name one of these as manager."""
    return tuple(number for (number,) in _REPORTS.all(tx, sorted(uuids), book_id)) if uuids else ()


def spelled(tx: ReadTx, book_id: int, attribute: str) -> Iterator[tuple[int, str]]:
    """Stream the normal forms of an attribute (in lower case) that a book's active entries have, with the ids of the entries."""
    return ((number, norm) for number, norm in _SPELLED.stream(tx, attribute, book_id))


def spelled_in(tx: ReadTx, book_id: int, attribute: str, ids: Collection[int]) -> list[tuple[int, str]]:
    """Return the same of some entries."""
    return [(number, norm) for number, norm in _SPELLED_IN.all(tx, attribute, book_id, sorted(ids))] if ids else []


def filled(tx: ReadTx, book_id: int, attributes: Sequence[str]) -> dict[str, int]:
    """Count the active entries of a book that say each of these attributes (in lower case)."""
    question = (
        select(value.c.attribute, func.count(func.distinct(value.c.entry_id)))
        .join(entry, entry.c.id == value.c.entry_id)
        .where(value.c.attribute.in_(attributes), entry.c.book_id == book_id, _ACTIVE, _PERSON)
        .group_by(value.c.attribute)
    )
    return {str(row[0]): int(row[1]) for row in tx.connection.execute(question)}


def last_confirmed() -> ColumnElement[int]:
    """Return when an entry was last confirmed: a new one is right."""
    return func.coalesce(entry.c.confirmed_us, entry.c.created_us)


def stale(tx: ReadTx, book_id: int, before_us: int, limit: int, offset: int) -> tuple[tuple[str, int], ...]:
    """Return UUID and last confirmation of a book's active entries that nobody confirmed since ``before_us``, longest ago first."""
    question = (
        select(entry.c.uuid, last_confirmed())
        .where(entry.c.book_id == book_id, _ACTIVE, _PERSON, last_confirmed() < before_us)
        .order_by(last_confirmed(), entry.c.id)
        .limit(limit)
        .offset(offset)
    )
    return tuple((str(row[0]), int(row[1])) for row in tx.connection.execute(question))


def ages(tx: ReadTx, book_id: int, borders_us: Sequence[int]) -> tuple[int, ...]:
    """Count a book's active entries by when they were last confirmed: before each of these moments, which fall."""
    columns = [func.count().filter(last_confirmed() < border) for border in borders_us]
    row = tx.connection.execute(select(*columns).select_from(entry).where(entry.c.book_id == book_id, _ACTIVE, _PERSON)).one()
    return tuple(int(one) for one in row)


def made(tx: ReadTx, book_id: int, borders_us: Sequence[int]) -> tuple[int, ...]:
    """Count a book's entries, those in archive and trash too, that were there before each of these moments."""
    columns = [func.count().filter(entry.c.created_us < border) for border in borders_us]
    row = tx.connection.execute(select(*columns).select_from(entry).where(entry.c.book_id == book_id, _PERSON)).one()
    return tuple(int(one) for one in row)


def states(tx: ReadTx, book_id: int) -> dict[str, int]:
    """Count a book's entries by state."""
    question = select(entry.c.state, func.count()).where(entry.c.book_id == book_id, _PERSON).group_by(entry.c.state)
    return {str(row[0]): int(row[1]) for row in tx.connection.execute(question)}
