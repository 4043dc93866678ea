# SPDX-License-Identifier: GPL-3.0-or-later
"""What was merged into what, and which books a batch changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Row, case, func, insert, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.entries.batches import BatchRow
from dirserver.store.schema.care_tables import batch_book, merged
from dirserver.store.schema.tables import batch


@dataclass(frozen=True, slots=True)
class MergedRow:
    """One merge; ``groups`` are UUIDs of groups that the survivor joined by it."""

    batch: str
    absorbed_uuid: str
    survivor_uuid: str
    groups: tuple[str, ...] = ()


def add(tx: WriteTx, row: MergedRow) -> None:
    """Write down a merge."""
    tx.connection.execute(
        insert(merged).values(
            batch=row.batch, absorbed_uuid=row.absorbed_uuid, survivor_uuid=row.survivor_uuid, groups=" ".join(row.groups)
        )
    )


def of_batch(tx: ReadTx, batch_id: str) -> tuple[MergedRow, ...]:
    """Return the merges of a batch."""
    return tuple(_row(one) for one in tx.connection.execute(select(merged).where(merged.c.batch == batch_id)))


def survivors(tx: ReadTx, absorbed: Sequence[str]) -> dict[str, MergedRow]:
    """Return into what these entries were merged, by their UUIDs; merges that were undone are left out."""
    question = (
        select(merged)
        .join(batch, batch.c.id == merged.c.batch)
        .where(merged.c.absorbed_uuid.in_(absorbed), batch.c.undone_us.is_(None))
        .order_by(batch.c.at_us)
    )
    return {one.absorbed_uuid: _row(one) for one in tx.connection.execute(question)} if absorbed else {}


def tell_books(tx: WriteTx, batch_id: str, counts: Mapping[int, int]) -> None:
    """Write down how many entries of which books (by id) a transaction of a batch changed."""
    for book_id, count in counts.items():
        there = (batch_book.c.batch == batch_id) & (batch_book.c.book_id == book_id)
        changed = tx.connection.execute(update(batch_book).where(there).values(entries=batch_book.c.entries + count))
        if not changed.rowcount:
            tx.connection.execute(insert(batch_book).values(batch=batch_id, book_id=book_id, entries=count))


def books_of(tx: ReadTx, batch_id: str) -> tuple[int, ...]:
    """Return the ids of the books that a batch changed; none for a batch of before this was written down."""
    question = select(batch_book.c.book_id).where(batch_book.c.batch == batch_id).order_by(batch_book.c.book_id)
    return tuple(tx.connection.execute(question).scalars())


def newest_on(tx: ReadTx, book_id: int, limit: int, offset: int) -> tuple[tuple[BatchRow, int], ...]:
    """Return the newest batches that changed a book, each with how many of its entries.

    A series is one of them, under its own id and without a note; it is undone when all of it is.
    """
    name, at_us = func.coalesce(batch.c.series, batch.c.id), func.max(batch.c.at_us)
    said = (func.max(column) for column in (batch.c.kind, batch.c.note, batch.c.actor, batch.c.door))
    is_undone = func.count(batch.c.undone_us) == func.count()
    undone_us = case((is_undone, func.max(batch.c.undone_us)))
    question = (
        select(name, *said, at_us, undone_us, func.max(batch.c.series), func.sum(batch_book.c.entries))
        .join(batch_book, batch_book.c.batch == batch.c.id)
        .where(batch_book.c.book_id == book_id)
        .group_by(name)
        .order_by(at_us.desc(), name)
        .limit(limit)
        .offset(offset)
    )
    rows = [(BatchRow(*row[:-1]), int(row[-1])) for row in tx.connection.execute(question)]
    return tuple((row if row.series is None else replace(row, note=""), count) for row, count in rows)


def count_on(tx: ReadTx, book_id: int) -> int:
    """Count the batches that changed a book; a series is one."""
    name = func.coalesce(batch.c.series, batch.c.id)
    question = select(func.count(name.distinct())).join_from(batch_book, batch).where(batch_book.c.book_id == book_id)
    return tx.connection.execute(question).scalar_one()


def _row(one: Row[tuple[object, ...]]) -> MergedRow:
    return MergedRow(one.batch, one.absorbed_uuid, one.survivor_uuid, tuple(one.groups.split()))
