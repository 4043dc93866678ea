# SPDX-License-Identifier: GPL-3.0-or-later
"""A database for oneself alone: no server has it open, and none can begin to write while somebody reads all of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn, cast

from sqlalchemy import Engine, PoolProxiedConnection, Table, func, select, text

from dirserver.errors import Conflict
from dirserver.store.engine.connections import GLANCE, WRITE, Connections
from dirserver.store.engine.opening import APPLICATION, WriteTx, make_engine, open_store, parse, shown

_PATIENCE_S = 3.0
"""Who has just ended may be listed, or hold its locks, for a moment longer."""
_AGAIN_S = 0.05
_BUSY = 5


@contextmanager
def alone(url: str, tables: Sequence[Table]) -> Iterator[WriteTx]:
    """Open a transaction on a database that nobody else uses, and keep it so: committed at the block's end, rolled back when it raises.

    On SQLite nobody else can even read until then. On PostgreSQL ``tables`` are locked against writers; ``require_no_server`` tells whether
    somebody came meanwhile. Raises Conflict while a server uses the database, BadConfig when its schema isn't this version's, Unavailable.
    """
    open_store(url, migrate=False).close()
    engine = make_engine(parse(url))
    connections = Connections(engine)
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        # On SQLite a glance begins nothing yet: its journal can't be changed inside of a transaction.
        pooled = connections.begin(GLANCE if is_sqlite else WRITE)
        try:
            tx = WriteTx(engine, pooled)
            _keep_out_others(tx, engine, pooled, tables)
            yield tx
            tx.finish()
        except BaseException as error:
            meant = connections.drop(pooled, error)
            if meant is None:
                raise
            raise meant from error
        connections.end(pooled)
    finally:
        connections.close()
        engine.dispose()


def require_no_server(tx: WriteTx) -> None:
    """Raise Conflict where a server has come to PostgreSQL since; SQLite lets nobody in."""
    until = time.monotonic() + _PATIENCE_S
    while not tx.is_sqlite and _others(tx):
        if time.monotonic() > until:
            raise Conflict(f"a server is using the database ({_others(tx)} connections); stop every node first")
        time.sleep(_AGAIN_S)


def _keep_out_others(tx: WriteTx, engine: Engine, pooled: PoolProxiedConnection, tables: Sequence[Table]) -> None:
    if tx.is_sqlite:
        _take_file(cast("sqlite3.Connection", pooled.dbapi_connection), shown(engine.url))
        return
    require_no_server(tx)
    lock(tx, tables, "EXCLUSIVE")


def lock(tx: WriteTx, tables: Sequence[Table], mode: str) -> None:
    """Lock tables of PostgreSQL until the transaction ends. Raises Unavailable where that takes too long."""
    tx.driver.execute("SET LOCAL lock_timeout = '10s'")
    names = ", ".join(map(tx.dialect.identifier_preparer.format_table, tables))
    tx.driver.execute(f"LOCK TABLE {names} IN {mode} MODE")


def _take_file(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_S * 1000:.0f}")
    try:
        # Leaving WAL mode needs the file for oneself alone (sqlite.org/wal.html), and only outside of it are readers kept out.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != _BUSY:
            raise
        _refuse(name)
    if mode != "delete":
        _refuse(name)


def _refuse(name: str) -> NoReturn:
    raise Conflict(f"{name}: a server is using the database; stop it first (systemctl stop dirserver)") from None


def _others(tx: WriteTx) -> int:
    # What it said once it says again until the transaction ends.
    tx.driver.execute("SELECT pg_stat_clear_snapshot()")
    table = text("pg_stat_activity")
    is_here = text("datname = current_database() AND pid <> pg_backend_pid() AND application_name = :name").bindparams(name=APPLICATION)
    return int(tx.connection.execute(select(func.count()).select_from(table).where(is_here)).scalar_one())
