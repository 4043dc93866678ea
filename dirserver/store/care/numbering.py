# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that the database gives to new rows: behind the highest that was ever given, so that none is given twice.

The change log and the history name entries that are gone; who gets the number of one of them would inherit its past.
"""

from __future__ import annotations

from sqlalchemy import Column, Table, func, literal_column, select, text

from dirserver.store.engine.opening import ReadTx, WriteTx


def last_number(tx: ReadTx, table: Table) -> int:
    """Return the highest number that a row of the table was ever given; 0 where none is known, or rows aren't numbered."""
    column = table.autoincrement_column
    if column is None:
        return 0
    highest = tx.connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
    return max(int(highest), _given(tx, table, column))


def continue_after(tx: WriteTx, table: Table, number: int) -> None:
    """Let new rows of the table be numbered from ``number`` + 1 on."""
    column = table.autoincrement_column
    if column is None or not number:
        return
    if not tx.is_sqlite:
        tx.connection.execute(select(func.setval(_sequence(table, column), number)))
    elif table.dialect_options["sqlite"]["autoincrement"]:
        # An ordinary table (sqlite.org/autoinc.html). The others number from their highest row on by themselves.
        tx.connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        tx.connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), {"name": table.name, "last": number})


def _given(tx: ReadTx, table: Table, column: Column[int]) -> int:
    if tx.is_sqlite:
        found = tx.connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}).scalar_one_or_none()
    else:
        found = tx.connection.execute(select(func.pg_sequence_last_value(_sequence(table, column)))).scalar_one_or_none()
    return int(found or 0)


def _sequence(table: Table, column: Column[int]) -> object:
    named = func.pg_get_serial_sequence(table.name, column.name)
    return named.op("::")(literal_column("regclass"))
