# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections on their way from one transaction to the next: how each kind begins and ends, and what the driver's errors mean.

Every request comes through here two or three times, so nothing of it takes a detour.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from dirserver.errors import BadInput, Conflict, DirserverError, NoRoom, Unavailable
from dirserver.store.engine.line import Line
from dirserver.store.engine.together import NO_ANSWER, Turns

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_TIMEOUT_MS = 20_000
READ = "reading"
GLANCE = "one question"
WRITE = "writing"
BRIEF = "writing briefly"
SPARE = "writing if free"
READING = frozenset({READ, GLANCE})

_PG_DISK_FULL = "53100"
_PG_UNDONE = frozenset({"40001", "40P01"})
"""The change clashed with another one, or PostgreSQL solved a deadlock at our cost."""
_MOST_AT_HAND = 16


class Cursor(Protocol):
    """What a statement gave: rows as plain tuples, or how many rows it touched."""

    @property
    def rowcount(self) -> int:
        """Rows that were changed."""
        ...

    def execute(self, statement: str, parameters: object, /) -> object:
        """Run one statement."""
        ...

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, or None."""
        ...

    def fetchmany(self, size: int, /) -> Sequence[tuple[Any, ...]]:
        """Return up to ``size`` rows."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        ...

    def executemany(self, statement: str, rows: Iterable[Any], /) -> object:
        """Run a statement once for each row of parameters."""
        ...

    def close(self) -> None:
        """Let go of what is left."""
        ...


class Driver(Protocol):
    """The engine's own connection, as both drivers (sqlite3, psycopg) have it."""

    def execute(self, statement: str, parameters: object = ..., /) -> Cursor:
        """Run one statement."""
        ...

    def cursor(self, name: str = ..., /) -> Cursor:
        """Return a cursor; PostgreSQL keeps the rows of a named one until they are fetched."""
        ...

    def commit(self) -> None:
        """End the transaction."""
        ...


class _PostgresDriver(Driver, Protocol):
    read_only: bool | None


class Connections:
    """The connections of one store. Safe for threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._errors = engine.dialect.loaded_dbapi
        self._is_sqlite = engine.dialect.name == "sqlite"
        # Connections that SQLAlchemy's pool handed out and that go from one transaction to the next without passing through it,
        # which would cost as much as two questions. Only SQLite's: the pool asks PostgreSQL's whether they still live.
        self._at_hand: deque[PoolProxiedConnection] = deque()
        # SQLite has one writer at a time, and who waits for it looks again and again. So the threads of a process queue up here, and
        # only one of them has to look.
        self._turns = Turns(self)
        self._line = Line(Path(engine.url.database or "")) if self._is_sqlite else None

    def begin(self, mode: str) -> PoolProxiedConnection:
        """Begin a transaction, which has to end by ``commit`` or ``undo``. ``BRIEF``: it may share its commit with others of its kind."""
        if not self._is_sqlite or mode in READING:
            return self._begun(mode)
        joint = self._turns.take(0 if mode == SPARE else BUSY_TIMEOUT_MS / 1000, is_brief=mode == BRIEF)
        if joint is not None:
            return joint.pooled
        try:
            self._stand_in_line(mode)
            pooled = self._begun(mode)
        except BaseException:
            self._turns.give()
            raise
        self._turns.begun(pooled)
        return pooled

    def _begun(self, mode: str) -> PoolProxiedConnection:
        try:
            pooled = self._at_hand.pop() if self._at_hand else self._engine.raw_connection()
        except IndexError:
            # Another thread has just taken the last one.
            return self._begun(mode)
        except Exception as error:
            meant = self.meant(error)
            if meant is None:
                raise
            raise meant from error
        try:
            self._begin(pooled, mode)
        except BaseException as error:
            meant = self.drop(pooled, error)
            if meant is None:
                raise
            raise meant from error
        return pooled

    def _stand_in_line(self, mode: str) -> None:
        if self._line is not None and not self._line.wait(0 if mode == SPARE else BUSY_TIMEOUT_MS / 1000):
            raise Unavailable(NO_ANSWER)

    def commit(self, pooled: PoolProxiedConnection, mode: str) -> None:
        """End a transaction that was begun in this mode."""
        if self._is_sqlite and mode not in READING:
            self._turns.commit(is_brief=mode == BRIEF)
        else:
            self.end(pooled)

    def end(self, pooled: PoolProxiedConnection) -> None:
        """Commit; ``Ends``."""
        try:
            # Not through the pool's proxy, which costs as much as the commit of a reading.
            cast("Driver", pooled.dbapi_connection).commit()
        except BaseException as error:
            meant = self.drop(pooled, error)
            if meant is None:
                raise
            raise meant from error
        if self._is_sqlite and len(self._at_hand) < _MOST_AT_HAND:
            self._at_hand.append(pooled)
        else:
            pooled.close()

    def undo(self, pooled: PoolProxiedConnection, mode: str, error: BaseException) -> DirserverError | None:
        """End a transaction without its changes, for an error. Returns what that is to the rooms above, None where it stays as it is."""
        if self._is_sqlite and mode not in READING:
            return self._turns.undo(error)
        return self.drop(pooled, error)

    def over(self) -> None:
        """Let other processes write; ``Ends``."""
        if self._line is not None:
            self._line.leave()

    def run(self, pooled: PoolProxiedConnection, statement: str) -> None:
        """Run a statement; ``Ends``."""
        cast("Driver", pooled.dbapi_connection).execute(statement)

    def is_open(self, pooled: PoolProxiedConnection) -> bool:
        """Tell whether a transaction of SQLite is still there; ``Ends``."""
        return pooled.is_valid and cast("sqlite3.Connection", pooled.dbapi_connection).in_transaction

    def drop(self, pooled: PoolProxiedConnection, error: BaseException) -> DirserverError | None:
        """Roll back; ``Ends``."""
        is_lost = isinstance(error, self._errors.Error) and self._engine.dialect.is_disconnect(error, pooled.dbapi_connection, None)
        if is_lost and pooled.is_valid:
            pooled.invalidate(error)
        if pooled.is_valid:
            # The pool rolls back what was not committed.
            pooled.close()
        return self.meant(error)

    def close(self) -> None:
        """Close what is at hand."""
        while self._at_hand:
            self._at_hand.pop().close()
        if self._line is not None:
            self._line.close()

    def _begin(self, pooled: PoolProxiedConnection, mode: str) -> None:
        driver = cast("Driver", pooled.dbapi_connection)
        if self._is_sqlite:
            _begin_sqlite(driver, mode)
            return
        is_reading = mode in READING
        if pooled.info.get("is_reading") is not is_reading:
            raw = cast("DBAPIConnection", driver)
            self._engine.dialect.set_isolation_level(raw, "REPEATABLE READ" if is_reading else "READ COMMITTED")
            cast("_PostgresDriver", driver).read_only = is_reading
            pooled.info["is_reading"] = is_reading
        if mode == SPARE:
            driver.execute("SET LOCAL lock_timeout = '20ms'")

    def meant(self, error: BaseException) -> DirserverError | None:
        """Return what an error of the driver is to the rooms above, None for anything else and for a fault of ours."""
        if not isinstance(error, (self._errors.Error, DBAPIError, PoolTimeoutError, UnicodeEncodeError)):
            return None
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, self._errors.IntegrityError):
            return Conflict("the change clashes with another one that was made at the same moment; try again")
        if isinstance(cause, (self._errors.DataError, UnicodeEncodeError)):
            return BadInput("a text holds characters that can't be stored, such as NUL")
        if isinstance(cause, (self._errors.OperationalError, PoolTimeoutError)):
            return (NoRoom if _is_full(cause) else Unavailable)(trouble(cause))
        if _sqlite_code(cause) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return Unavailable(
                "the database's file is damaged; 'dirserver check database' tells where, 'dirserver restore' brings a backup back"
            )
        is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if is_lost or getattr(cause, "sqlstate", "") in _PG_UNDONE:
            return Unavailable(NO_ANSWER)
        return None


def _is_full(cause: BaseException | None) -> bool:
    return _sqlite_code(cause) == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", "") == _PG_DISK_FULL


def _sqlite_code(cause: BaseException | None) -> int:
    # The low octet is SQLite's result code, the others tell more of it.
    code: int = getattr(cause, "sqlite_errorcode", 0)
    return code & 0xFF


def trouble(cause: BaseException | None) -> str:
    """Say what somebody has to do before the same request can work."""
    code = _sqlite_code(cause)
    if _is_full(cause):
        return "the database's disk is full; make room there, then try again"
    if code == sqlite3.SQLITE_IOERR:
        return "the database's disk does not take or give data; look whether it is full or damaged, then try again"
    if code == sqlite3.SQLITE_READONLY:
        return "the database can't be written; check the owner and the permissions of its file and folder"
    return NO_ANSWER


def _begin_sqlite(driver: Driver, mode: str) -> None:
    if mode == GLANCE:
        # A statement alone is a snapshot, and ends with its last row.
        return
    if mode != SPARE:
        driver.execute("BEGIN IMMEDIATE" if mode in {WRITE, BRIEF} else "BEGIN")
        return
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        driver.execute("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
