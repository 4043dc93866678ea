# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening the database: engine settings, migrations, and the two kinds of transaction.

On SQLite every connection is in WAL mode with ``synchronous=FULL``: what was committed survives the power cut, and readers
never wait for the writer. A reading is one snapshot on both engines. A writing starts with ``BEGIN IMMEDIATE`` on SQLite, so
it waits for the other writer at its start and can't fail for having read before; on PostgreSQL it runs READ COMMITTED and
locks the row of each book that it writes (``store.books.claim``) before it reads the entries that it changes.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Dialect, Engine, PoolProxiedConnection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from dirserver.errors import BadConfig, BadInput, Conflict, DirserverError, Unavailable
from dirserver.store.pulse import Pulse

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

_BUSY_TIMEOUT_MS = 20_000
_PG_DISK_FULL = "53100"
_PG_UNDONE = frozenset({"40001", "40P01"})
"""The change clashed with another one, or PostgreSQL solved a deadlock at our cost."""
_READ = "reading"
_WRITE = "writing"
_SPARE = "writing if free"
_MOST_AT_HAND = 16
_SWITCH_AGAIN_S = 0.02


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


class ReadTx:
    """One open snapshot. Functions of this room that only read take it.

    What is asked with every request runs as ``store.prepared.Prepared`` on ``driver``; everything else through SQLAlchemy's
    ``connection``, which costs ten times as much a statement. Both are the same transaction.
    """

    __slots__ = ("_connection", "_engine", "_pooled", "driver", "is_sqlite")

    def __init__(self, engine: Engine, pooled: PoolProxiedConnection) -> None:
        self._engine = engine
        self._pooled = pooled
        self._connection: Connection | None = None
        self.driver = cast("Driver", pooled.dbapi_connection)
        self.is_sqlite = engine.dialect.name == "sqlite"

    @property
    def dialect(self) -> Dialect:
        """How SQLAlchemy writes for this engine."""
        return self._engine.dialect

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection in this transaction, made when it is asked for."""
        if self._connection is None:
            self._connection = Connection(self._engine, self._pooled)
        return self._connection


class WriteTx(ReadTx):
    """One open writing transaction. Functions of this room that write take it, so a write in a reading doesn't type-check."""

    __slots__ = ()


class Store:
    """An open database; safe to use from many threads. Close it when done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._errors = engine.dialect.loaded_dbapi
        self.is_sqlite = engine.dialect.name == "sqlite"
        # Connections that SQLAlchemy's pool handed out and that go from one transaction to the next without passing through it,
        # which would cost as much as two questions. Only SQLite's: the pool asks PostgreSQL's whether they still live.
        self._at_hand: deque[PoolProxiedConnection] = deque()

    @contextlib.contextmanager
    def reading(self) -> Iterator[ReadTx]:
        """Open one snapshot; nothing is written. Raises Unavailable when the database doesn't answer."""
        with self._transaction(_READ) as pooled:
            yield ReadTx(self._engine, pooled)

    @contextlib.contextmanager
    def writing(self) -> Iterator[WriteTx]:
        """Open one transaction: committed when the block ends, rolled back when it raises.

        Raises Unavailable when the database is locked or down, Conflict when a rule of the schema refuses the change.
        """
        with self._transaction(_WRITE) as pooled:
            yield WriteTx(self._engine, pooled)

    @contextlib.contextmanager
    def writing_if_free(self) -> Iterator[WriteTx]:
        """As ``writing``, but raises Unavailable at once where another writer would have to be waited for: for caches."""
        with self._transaction(_SPARE) as pooled:
            yield WriteTx(self._engine, pooled)

    def pulse(self) -> Pulse:
        """Return something that tells whether anything was written; its close is the caller's."""
        return Pulse(self._engine)

    def close(self) -> None:
        """Close all connections."""
        while self._at_hand:
            self._at_hand.pop().close()
        self._engine.dispose()

    @contextlib.contextmanager
    def _transaction(self, mode: str) -> Iterator[PoolProxiedConnection]:
        try:
            pooled = self._connection()
            is_kept = False
            try:
                self._begin(pooled, mode)
                yield pooled
                pooled.commit()
                is_kept = self._keep(pooled)
            except self._errors.Error as error:
                if pooled.is_valid and self._engine.dialect.is_disconnect(error, pooled.dbapi_connection, None):
                    pooled.invalidate(error)
                raise
            finally:
                # The pool rolls back what was not committed.
                if not is_kept and pooled.is_valid:
                    pooled.close()
        except (self._errors.Error, DBAPIError, PoolTimeoutError, UnicodeEncodeError) as error:
            meant = self._meaning(error)
            if meant is None:
                raise
            raise meant from error

    def _connection(self) -> PoolProxiedConnection:
        try:
            return self._at_hand.pop()
        except IndexError:
            return self._engine.raw_connection()

    def _keep(self, pooled: PoolProxiedConnection) -> bool:
        if not self.is_sqlite or len(self._at_hand) >= _MOST_AT_HAND:
            return False
        self._at_hand.append(pooled)
        return True

    def _begin(self, pooled: PoolProxiedConnection, mode: str) -> None:
        driver = cast("Driver", pooled.dbapi_connection)
        if self.is_sqlite:
            _begin_sqlite(driver, mode)
            return
        is_reading = mode == _READ
        if pooled.info.get("is_reading") is not is_reading:
            raw = cast("DBAPIConnection", driver)
            self._engine.dialect.set_isolation_level(raw, "REPEATABLE READ" if is_reading else "READ COMMITTED")
            cast("_PostgresDriver", driver).read_only = is_reading
            pooled.info["is_reading"] = is_reading
        if mode == _SPARE:
            driver.execute("SET LOCAL lock_timeout = '20ms'")

    def _meaning(self, error: Exception) -> DirserverError | None:
        """Return what an error of the driver is to the rooms above, None for a fault of ours."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, self._errors.IntegrityError):
            return Conflict("the change clashes with another one that was made at the same moment; try again")
        if isinstance(cause, (self._errors.DataError, UnicodeEncodeError)):
            return BadInput("a text holds characters that can't be stored, such as NUL")
        if isinstance(cause, (self._errors.OperationalError, PoolTimeoutError)):
            return Unavailable(_trouble(cause))
        is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if is_lost or getattr(cause, "sqlstate", "") in _PG_UNDONE:
            return Unavailable("the database does not answer now; try again")
        return None


def _trouble(cause: Exception) -> str:
    """Say what somebody has to do before the same request can work."""
    # The low octet is SQLite's result code, the others tell more of it.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", "") == _PG_DISK_FULL:
        return "the database's disk is full; make room there, then try again"
    if code == sqlite3.SQLITE_IOERR:
        return "the database's disk does not take or give data; look whether it is full or damaged, then try again"
    if code == sqlite3.SQLITE_READONLY:
        return "the database can't be written; check the owner and the permissions of its file and folder"
    return "the database does not answer now; try again"


def open_store(url: str, *, migrate: bool = True) -> Store:
    """Open the database at ``url`` and bring its schema up to date.

    ``url`` is ``sqlite:///FILE`` or ``postgresql+psycopg://...``. With ``migrate=False`` an out-of-date schema is an error.
    Raises BadConfig for a bad address or a database of a newer dirserver, Unavailable when nobody answers there.
    """
    engine = _make_engine(_parse(url))
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
            connection.rollback()
        _upgrade(engine, present, migrate=migrate)
    except OperationalError as error:
        engine.dispose()
        raise Unavailable(f"the database {_shown(engine.url)} can't be opened: {_reason(error)}") from error
    except DatabaseError as error:
        engine.dispose()
        raise BadConfig(f"[database] url: {_shown(engine.url)} is no database that dirserver can use: {_reason(error)}") from error
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise BadConfig("[database] url: not a database address; use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME") from None
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise BadConfig(f"[database] url: '{backend}' is not supported; use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    if not parsed.database or parsed.database == ":memory:":
        raise BadConfig("[database] url: a database in memory is gone with its process; use sqlite:///FILE")
    if not Path(parsed.database).absolute().parent.is_dir():
        raise BadConfig(f"[database] url: the folder of {parsed.database} does not exist; create it first")
    return parsed


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, connect_args={"check_same_thread": False, "timeout": _BUSY_TIMEOUT_MS / 1000}, pool_size=16, max_overflow=48
        )
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": "-c timezone=UTC -c synchronous_commit=on"},
    )


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by us (below), not by the driver's guess at the first write.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    _enter_wal(connection)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -16000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL unless it is there already. SQLite doesn't wait by itself when two make a new file at once."""
    until = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_SWITCH_AGAIN_S)
        else:
            return


def _begin_sqlite(driver: Driver, mode: str) -> None:
    if mode != _SPARE:
        driver.execute("BEGIN IMMEDIATE" if mode == _WRITE else "BEGIN")
        return
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        driver.execute("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")


def _upgrade(engine: Engine, present: str | None, *, migrate: bool) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    if present == newest:
        return
    if present is not None and present not in {revision.revision for revision in script.walk_revisions()}:
        raise BadConfig(
            f"the database {_shown(engine.url)} was made by a newer dirserver (schema {present}, this one knows up to {newest}); "
            "install that version or restore a backup of this one"
        )
    if not migrate:
        remedy = "run 'dirserver init' or 'dirserver serve' once"
        raise BadConfig(f"the database {_shown(engine.url)} has schema {present}, this dirserver needs {newest}; {remedy}")
    with engine.begin() as connection:
        # Several nodes may start at once: one migrates, the others wait and then find it done.
        is_sqlite = engine.dialect.name == "sqlite"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_sqlite else "SELECT pg_advisory_xact_lock(7150321)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if error.orig else "no reason given"
