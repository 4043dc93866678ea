# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters that tell what was resolved earlier whether it still holds; among them rows that say when a backup was made, or all moved."""

from __future__ import annotations

from sqlalchemy import delete, insert, literal_column, select, update
from sqlalchemy.sql.elements import ColumnElement

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.schema.tables import counter

_ACCESS = "access"
_BACKUP = "backup"
_MOVED = "moved"
OF_THIS_DATABASE = (_BACKUP, _MOVED)
"""Rows that tell something of the database itself, not of what is in it."""
is_access: ColumnElement[bool] = counter.c.name == literal_column(f"'{_ACCESS}'")
"""The row of the access number, for statements that ask for it among other things."""
_READ_ACCESS = Prepared(select(counter.c.number).where(is_access))


def access_number(tx: ReadTx) -> int:
    """Return the number that grows with each change of grants, groups, accounts or books."""
    # Without its row nothing could ever say that rights have changed: that must fail, not pass for a number.
    ((number,),) = _READ_ACCESS.all(tx)
    return int(number)


def advance_access(tx: WriteTx, *, by: int = 1) -> None:
    """Say that grants, groups, accounts or books have changed."""
    tx.stands_alone = True
    tx.connection.execute(update(counter).where(is_access).values(number=counter.c.number + by))


def backed_up_us(tx: ReadTx) -> int | None:
    """Return when a backup was made last; None where none is known of."""
    found = tx.connection.execute(select(counter.c.number).where(counter.c.name == _BACKUP)).scalar_one_or_none()
    return None if found is None else int(found)


def note_backup(tx: WriteTx, at_us: int) -> None:
    """A backup was made."""
    tx.connection.execute(delete(counter).where(counter.c.name == _BACKUP))
    tx.connection.execute(insert(counter).values(name=_BACKUP, number=at_us))


def moved_us(tx: ReadTx) -> int | None:
    """Return when everything was moved to another database, which is in use since; None for a database that is in use itself."""
    found = tx.connection.execute(select(counter.c.number).where(counter.c.name == _MOVED)).scalar_one_or_none()
    return None if found is None else int(found)


def note_moved(tx: WriteTx, at_us: int) -> None:
    """Everything is in another database from now on."""
    tx.connection.execute(insert(counter).values(name=_MOVED, number=at_us))


def forget_moved(tx: WriteTx) -> None:
    """This database is in use again."""
    tx.connection.execute(delete(counter).where(counter.c.name == _MOVED))
