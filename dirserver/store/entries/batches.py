# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches: changes that were made together and can be undone together."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from sqlalchemy import insert, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.tables import batch


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch; times in microseconds. ``series`` is that of all the batches that one order made."""

    id: str
    kind: str
    note: str
    actor: str
    door: str
    at_us: int
    undone_us: int | None = None
    series: str | None = None


_NAMES = tuple(field.name for field in fields(BatchRow))
_COLUMNS = tuple(batch.c[name] for name in _NAMES)


def add(tx: WriteTx, row: BatchRow) -> None:
    """Write down that a batch begins."""
    tx.connection.execute(insert(batch).values(dict(zip(_NAMES, astuple(row), strict=True))))


def fetch(tx: ReadTx, batch_id: str) -> BatchRow | None:
    """Return the batch, or None."""
    row = tx.connection.execute(select(*_COLUMNS).where(batch.c.id == batch_id)).one_or_none()
    return None if row is None else BatchRow(*row)


def in_series(tx: ReadTx, series: str) -> tuple[BatchRow, ...]:
    """Return the batches of a series, newest first."""
    question = select(*_COLUMNS).where(batch.c.series == series).order_by(batch.c.at_us.desc(), batch.c.id)
    return tuple(BatchRow(*row) for row in tx.connection.execute(question))


def listed(tx: ReadTx) -> tuple[BatchRow, ...]:
    """Return all batches, newest first."""
    return tuple(BatchRow(*row) for row in tx.connection.execute(select(*_COLUMNS).order_by(batch.c.at_us.desc(), batch.c.id)))


def mark_undone(tx: WriteTx, batch_id: str, at_us: int) -> None:
    """Write down that a batch was undone."""
    tx.connection.execute(update(batch).where(batch.c.id == batch_id).values(undone_us=at_us))
