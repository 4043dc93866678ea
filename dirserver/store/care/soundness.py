# SPDX-License-Identifier: GPL-3.0-or-later
"""Is what is stored sound? The engine's own checks, and the rules that tables hold between each other."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Select, exists, func, select
from sqlalchemy.exc import DatabaseError, OperationalError

from dirserver.store.engine.opening import ReadTx
from dirserver.store.schema.tables import book, change, entry, history, value

_MOST = 20


def faults(tx: ReadTx) -> tuple[str, ...]:
    """Return one sentence for each fault found, the first of each kind; empty when all is well. Reads everything: takes a while."""
    found: list[str] = []
    try:
        found.extend(_engine_faults(tx))
        found.extend(_rule_faults(tx.connection))
    except DatabaseError as error:
        if not tx.is_sqlite or isinstance(error, OperationalError):
            raise
        # Where pages are damaged, the statements that look end so, too.
        found.append(f"SQLite: {error.orig}")
    return tuple(found)


def _engine_faults(tx: ReadTx) -> Iterator[str]:
    if not tx.is_sqlite:
        return
    for (line,) in tx.connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})"):
        if line != "ok":
            yield f"SQLite: {line}"
    for row in tx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST):
        yield f"table {row[0]}, row {row[1]}: refers to a row of {row[2]} that is not there"


def _rule_faults(connection: Connection) -> Iterator[str]:
    newest = select(change.c.book_id, func.max(change.c.number).label("number")).group_by(change.c.book_id).subquery()
    ahead = select(book.c.slug).join(newest, newest.c.book_id == book.c.id).where(newest.c.number > book.c.number)
    yield from _each(connection, ahead, "book {}: its change log is ahead of its change number")
    silent = select(entry.c.uuid).where(
        ~exists().where(change.c.book_id == entry.c.book_id, change.c.entry_id == entry.c.id, change.c.number == entry.c.number)
    )
    yield from _each(connection, silent, "entry {}: its last change is not in the change log")
    lost = (
        select(entry.c.uuid)
        .outerjoin(history, history.c.entry_id == entry.c.id)
        .group_by(entry.c.id, entry.c.uuid, entry.c.revision)
        .having(func.count(history.c.revision) != entry.c.revision - 1)
    )
    yield from _each(connection, lost, "entry {}: its history has a gap")
    unindexed = select(entry.c.uuid).where(entry.c.state == "active", ~exists().where(value.c.entry_id == entry.c.id))
    yield from _each(connection, unindexed, "entry {}: it is not in the index, no search finds it")


def _each(connection: Connection, question: Select[tuple[str]], told: str) -> Iterator[str]:
    for (name,) in connection.execute(question.limit(_MOST)):
        yield told.format(name)
