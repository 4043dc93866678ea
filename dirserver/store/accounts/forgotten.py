# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of those who said that a password is forgotten."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from sqlalchemy import delete, func, insert, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.outbox_tables import forgotten

_col = forgotten.c


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed, under which keyed hash, from which address (and network, for counting), in which language."""

    key: str
    typed: str
    address: str
    network: str
    language: str
    at_us: int


_SAID = tuple(_col[each.name] for each in fields(Said))


def counts(tx: ReadTx, key: str, network: str, since_us: int) -> tuple[int, int, int]:
    """Return how many there were since: for what was typed, from the network, and in all."""
    recent = _col.at_us > since_us
    same_key, same_network = (
        func.sum((column == wanted).cast(_col.id.type)) for column, wanted in ((_col.key, key), (_col.network, network))
    )
    row = tx.connection.execute(select(same_key, same_network, func.count()).where(recent)).one()
    return int(row[0] or 0), int(row[1] or 0), int(row[2])


def add(tx: WriteTx, said: Said) -> None:
    """Keep one."""
    tx.connection.execute(
        insert(forgotten).values(**dict(zip((each.name for each in fields(Said)), astuple(said), strict=True)), is_answered=False)
    )


def is_waiting(tx: ReadTx) -> bool:
    """Tell whether one was not answered yet."""
    return tx.connection.execute(select(_col.id).where(_col.is_answered.is_(False)).limit(1)).scalar_one_or_none() is not None


def take(tx: WriteTx) -> Said | None:
    """Return the oldest that was not answered, as answered from now on; None if there is none."""
    question = select(_col.id, *_SAID).where(_col.is_answered.is_(False)).order_by(_col.id).limit(1)
    row = tx.connection.execute(question if tx.is_sqlite else question.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    tx.connection.execute(update(forgotten).where(_col.id == row[0]).values(is_answered=True, typed=""))
    return Said(*row[1:])


def drop_old(tx: WriteTx, before_us: int) -> None:
    """Remove those that count no more."""
    tx.connection.execute(delete(forgotten).where(_col.at_us < before_us))
