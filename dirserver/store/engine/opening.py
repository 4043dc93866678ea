# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening the database: engine settings, migrations, and the two kinds of transaction.

On SQLite every connection is in WAL mode with ``synchronous=FULL``: what was committed survives the power cut, and readers
never wait for the writer. A reading is one snapshot on both engines. A writing starts with ``BEGIN IMMEDIATE`` on SQLite, so
it waits for the other writer at its start and can't fail for having read before; on PostgreSQL it runs READ COMMITTED and
locks the row of each book that it writes (``store.entries.books.claim``) before it reads the entries that it changes.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TypeVar, cast

from sqlalchemy import URL, Connection, Dialect, Engine, PoolProxiedConnection, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError, OperationalError

from dirserver.errors import BadConfig, Unavailable
from dirserver.store.engine.connections import BRIEF, BUSY_TIMEOUT_MS, GLANCE, READ, SPARE, WRITE, Connections, Driver, trouble
from dirserver.store.engine.pulse import Pulse
from dirserver.store.engine.together import NO_ANSWER

APPLICATION = "dirserver"
"""What connections are called in ``pg_stat_activity``, unless the address says otherwise."""
_SWITCH_AGAIN_S = 0.02
_HAS_MAIL = "dirserver_has_mail"


_Tx = TypeVar("_Tx", bound="ReadTx")


class ReadTx:
    """One open snapshot. Functions of this room that only read take it.

    What is asked with every request runs as ``store.engine.prepared.Prepared`` on ``driver``; everything else through SQLAlchemy's
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
    def has_mail(self) -> bool:
        """Whether letters are delivered; nothing is written to the outbox where they aren't."""
        return bool(self._engine.get_execution_options().get(_HAS_MAIL))

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

    __slots__ = ("_last_steps", "stands_alone")

    def __init__(self, engine: Engine, pooled: PoolProxiedConnection) -> None:
        super().__init__(engine, pooled)
        self._last_steps: list[Callable[[], None]] = []
        self.stands_alone = False
        """True where nobody else may see its changes before they are committed: what is remembered follows from them."""

    def at_commit(self, step: Callable[[], None]) -> None:
        """Let ``step`` be taken just before the commit: for what must be locked as briefly as can be. It makes no further steps."""
        self._last_steps.append(step)

    def finish(self) -> None:
        """Take the last steps; the commit is the caller's."""
        for step in self._last_steps:
            step()


class Store:
    """An open database; safe to use from many threads. Close it when done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connections = Connections(engine)
        self.is_sqlite = engine.dialect.name == "sqlite"

    def reading(self) -> AbstractContextManager[ReadTx]:
        """Open one snapshot; nothing is written. Raises Unavailable when the database doesn't answer."""
        return _Block(self._engine, self._connections, READ, ReadTx)

    def glance(self) -> AbstractContextManager[ReadTx]:
        """Open what one question alone is asked in: as ``reading``, for a third less. Two questions may see two states."""
        return _Block(self._engine, self._connections, GLANCE, ReadTx)

    def writing(self, *, is_brief: bool = False) -> AbstractContextManager[WriteTx]:
        """Open one transaction: committed when the block ends, rolled back when it raises.

        One that ``is_brief``, milliseconds, may share its commit with others (``store.engine.together``). Raises Unavailable when
        the database is locked or down, Conflict when a rule of the schema refuses the change.
        """
        return _Block(self._engine, self._connections, BRIEF if is_brief else WRITE, WriteTx)

    def writing_if_free(self) -> AbstractContextManager[WriteTx]:
        """As ``writing``, but raises Unavailable at once where another writer would have to be waited for: for caches."""
        return _Block(self._engine, self._connections, SPARE, WriteTx)

    def pulse(self) -> Pulse:
        """Return something that tells whether anything was written; its close is the caller's."""
        return Pulse(self._engine)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()
        self._engine.dispose()


class _Block(AbstractContextManager[_Tx]):
    """One transaction as a block of code. A class, since a generator would cost as much as a question."""

    __slots__ = ("_connections", "_engine", "_kind", "_mode", "_pooled", "_tx")

    def __init__(self, engine: Engine, connections: Connections, mode: str, kind: type[_Tx]) -> None:
        self._engine = engine
        self._connections = connections
        self._mode = mode
        self._kind = kind

    def __enter__(self) -> _Tx:
        self._pooled = self._connections.begin(self._mode)
        self._tx = self._kind(self._engine, self._pooled)
        return self._tx

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            error = self._finished()
        if error is None:
            is_alone = isinstance(self._tx, WriteTx) and self._tx.stands_alone
            self._connections.commit(self._pooled, WRITE if is_alone else self._mode)
            return
        meant = self._connections.undo(self._pooled, self._mode, error)
        if meant is not None:
            raise meant from error
        if kind is None:
            raise error

    def _finished(self) -> BaseException | None:
        try:
            if isinstance(self._tx, WriteTx):
                self._tx.finish()
        except BaseException as error:  # noqa: BLE001 # whatever it is, nothing is committed, and it goes on from __exit__
            return error
        return None


def open_store(url: str, *, migrate: bool = True, has_mail: bool = False) -> Store:
    """Open the database at ``url`` and bring its schema up to date.

    ``url`` is ``sqlite:///FILE`` or ``postgresql+psycopg://...``. With ``migrate=False`` an out-of-date schema is an error. ``has_mail``:
    somebody delivers what is posted (``store.delivery.outbox``).
    Raises BadConfig for a bad address or a database of a newer dirserver, Unavailable when nobody answers there.
    """
    engine = make_engine(parse(url))
    try:
        with engine.connect() as connection:
            present = _revision(connection)
            connection.rollback()
        if present is None or present != _newest():
            # It takes a tenth of a second to load, for nothing at nearly every start.
            from dirserver.store.engine.migrating import upgrade  # noqa: PLC0415

            upgrade(engine, present, shown=shown(engine.url), may_migrate=migrate)
    except OperationalError as error:
        engine.dispose()
        raise Unavailable(f"the database {shown(engine.url)} can't be opened: {_reason(error)}") from error
    except DatabaseError as error:
        engine.dispose()
        raise BadConfig(f"[database] url: {shown(engine.url)} is no database that dirserver can use: {_reason(error)}") from error
    except BaseException:
        engine.dispose()
        raise
    engine.update_execution_options(**{_HAS_MAIL: has_mail})
    return Store(engine)


def parse(url: str) -> URL:
    """Return the address of a database. Raises BadConfig where it is none that can be used."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise BadConfig("[database] url: not a database address; use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME") from None
    if backend == "postgresql":
        return with_password_apart(parsed).set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise BadConfig(f"[database] url: '{backend}' is not supported; use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    if not parsed.database or parsed.database == ":memory:":
        raise BadConfig("[database] url: a database in memory is gone with its process; use sqlite:///FILE")
    if not Path(parsed.database).absolute().parent.is_dir():
        raise BadConfig(f"[database] url: the folder of {parsed.database} does not exist; create it first")
    return parsed


def with_password_apart(url: URL) -> URL:
    """Return an address whose password stands where passwords are hidden, where it was given as ``?password=``, as libpq allows."""
    given = url.query.get("password")
    if not isinstance(given, str):
        return url
    return url.set(password=url.password or given).difference_update_query(["password"])


def make_engine(url: URL) -> Engine:
    """Return what opens connections with the settings of this room; none is open yet."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}, pool_size=16, max_overflow=48
        )
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": "-c timezone=UTC -c synchronous_commit=on", "fallback_application_name": APPLICATION},
    )


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by us (below), not by the driver's guess at the first write.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _enter_wal(connection)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        # KiB of each connection, of which a process has several. One that reads a whole book fills it and as much again to sort; up to
        # eight times the size made nothing quicker (synchronizations, cards, imports): what isn't here is in the system's cache.
        "cache_size = -2000",
        # Pages (16 MB). A page that many commits change is copied home once, and the disk waited for then; with 1 000, every thirty PUTs.
        "wal_autocheckpoint = 4000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL unless it is there already. SQLite doesn't wait by itself when two make a new file at once."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_SWITCH_AGAIN_S)
        else:
            return


def _revision(connection: Connection) -> str | None:
    """Return the revision that the database says it has; None if it has never had any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _newest() -> str:
    """Return the newest revision there is: files of migrations begin with their numbers."""
    return max(file.name.partition("_")[0] for file in (Path(__file__).parents[1] / "migrations" / "versions").glob("[0-9]*_*.py"))


def shown(url: URL) -> str:
    """Return an address without its password."""
    return url.render_as_string(hide_password=True)


def _reason(error: DBAPIError) -> str:
    reason = str(error.orig).strip().splitlines()[0] if error.orig else "no reason given"
    remedy = trouble(error.orig)
    return reason if remedy == NO_ANSWER else f"{reason}: {remedy}"
