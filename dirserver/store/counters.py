# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters that tell what was resolved earlier whether it still holds."""

from __future__ import annotations

from sqlalchemy import literal_column, select, update

from dirserver.store.opening import ReadTx, WriteTx
from dirserver.store.prepared import Prepared
from dirserver.store.tables import counter

_ACCESS = "access"
_READ_ACCESS = Prepared(select(counter.c.number).where(counter.c.name == literal_column(f"'{_ACCESS}'")))


def access_number(tx: ReadTx) -> int:
    """Return the number that grows with each change of grants, groups, accounts or books."""
    # Without its row nothing could ever say that rights have changed: that must fail, not pass for a number.
    ((number,),) = _READ_ACCESS.all(tx)
    return int(number)


def advance_access(tx: WriteTx, *, by: int = 1) -> None:
    """Say that grants, groups, accounts or books have changed."""
    tx.connection.execute(update(counter).where(counter.c.name == _ACCESS).values(number=counter.c.number + by))
