# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters that tell what was resolved earlier whether it still holds."""

from __future__ import annotations

from sqlalchemy import select, update

from dirserver.store.opening import ReadTx, WriteTx
from dirserver.store.tables import counter

_ACCESS = "access"
_READ_ACCESS = select(counter.c.number).where(counter.c.name == _ACCESS)


def access_number(tx: ReadTx) -> int:
    """Return the number that grows with each change of grants, groups, accounts or books."""
    return int(tx.connection.execute(_READ_ACCESS).scalar_one())


def advance_access(tx: WriteTx, *, by: int = 1) -> None:
    """Say that grants, groups, accounts or books have changed."""
    tx.connection.execute(update(counter).where(counter.c.name == _ACCESS).values(number=counter.c.number + by))
