# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving everything from one database to another, of the other engine or the same: what clients hold is true there as it was here.

The database that is left is held for the whole time, and says afterwards that it was left: a server on it would give numbers to changes
that the other database gives to others. What is written there is one transaction: there is all of it or nothing.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, select
from sqlalchemy.exc import DatabaseError, OperationalError

from dirserver.errors import BadConfig, BadInput, Conflict, Unavailable
from dirserver.model.audit import Action, Event
from dirserver.model.moved import Moved, Part
from dirserver.model.principal import Principal
from dirserver.store.care import audit, numbering, transfer
from dirserver.store.care.transfer import MOVED, Row, Sum
from dirserver.store.engine import counters
from dirserver.store.engine.alone import alone, lock, require_no_server
from dirserver.store.engine.line import SUFFIX
from dirserver.store.engine.opening import ReadTx, WriteTx, make_engine, open_store, parse, shown
from dirserver.store.schema.tables import counter
from dirserver.store.schema.whole import TABLES

Watch = Callable[[int, int], None]
"""Hears how many rows were moved, of how many."""
_REVISION_TABLE = "alembic_version"
_EVERY = 500


def look(url: str, to: str) -> tuple[Part, ...]:
    """Return what ``move`` would move, and change nothing. Servers may run. Raises as ``move`` does."""
    with contextlib.closing(open_store(url, migrate=False)) as store, store.reading() as tx:
        _require_in_use(tx)
        _require_storable(tx, to)
        parts = _parts(tx)
    _require_empty(to)
    return parts


def move(url: str, to: str, watch: Watch) -> Moved:
    """Move everything from ``url`` to the empty database at ``to``, whose tables are made here, and compare both.

    Raises Conflict where a server uses the one or something is in the other, BadConfig for an address or a schema that can't be used,
    BadInput for what the other engine can't hold, Unavailable; nothing was moved then.
    """
    _require_empty(to)
    with alone(url, TABLES) as source:
        _require_in_use(source)
        _require_storable(source, to)
        with _taken_away_on_failure(to), contextlib.closing(open_store(to)) as store, store.writing() as target:
            parts = _fill(source, target, watch)
            require_no_server(source)
            at_us = time.time_ns() // 1000
            event = Event(Action.DATABASE_MOVED, f"database:{_place(parse(to))}", about=f"database:{_place(parse(url))}")
            for tx in (target, source):
                # The same link on both sides: each says where the other one is.
                audit.record(tx, event, Principal.system(), at_us)
            # Committed last: a database that says that it was left, was.
            counters.note_moved(source, at_us)
    there = parse(to)
    # In the settings a relative path would begin at their folder.
    query = there.query if there.get_backend_name() != "sqlite" else None
    return Moved(parts, _place(there, query), has_password=there.password is not None)


def left_at(tx: ReadTx) -> datetime | None:
    """Return when everything was moved from here to another database; None for one that is in use."""
    at_us = counters.moved_us(tx)
    return None if at_us is None else datetime.fromtimestamp(at_us // 1_000_000, UTC)


def _place(url: URL, query: Mapping[str, str | tuple[str, ...]] | None = None) -> str:
    """Return an address without its password; what its query says may hold others (``sslpassword``), so only what is given of it stays."""
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{Path(url.database or '').absolute()}"
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database, query or {}).render_as_string()


def _fill(source: ReadTx, target: WriteTx, watch: Watch) -> tuple[Part, ...]:
    if not target.is_sqlite:
        # A server that was started on it too early waits, and so does a second move.
        lock(target, TABLES, "SHARE ROW EXCLUSIVE")
    _refuse_rows(target.connection, "the other database")
    target.connection.execute(counter.delete())
    total, done, sent = sum(part.rows for part in _parts(source)), 0, {}
    for table in MOVED:
        sent[table.name] = Sum()
        transfer.write(target, table, _watched(sent[table.name].through(transfer.each(source, table)), done, total, watch))
        numbering.continue_after(target, table, numbering.last_number(source, table))
        done += sent[table.name].rows
    transfer.index_texts(target)
    if not target.is_sqlite:
        for table in TABLES:
            # It has never seen these tables: without figures the first searches would walk through all of them.
            target.driver.execute(f"ANALYZE {target.dialect.identifier_preparer.format_table(table)}")
    for table in MOVED:
        transfer.compare(target, table, sent[table.name])
    return tuple(Part(name, summed.rows, summed.digest) for name, summed in sorted(sent.items()))


def _watched(rows: Iterator[Row], done: int, total: int, watch: Watch) -> Iterator[Row]:
    watch(done, total)
    for number, row in enumerate(rows, done):
        if number % _EVERY == 0:
            watch(number, total)
        yield row


def _parts(tx: ReadTx) -> tuple[Part, ...]:
    return tuple(sorted((Part(table.name, transfer.number_of_rows(tx, table)) for table in MOVED), key=lambda part: part.table))


def _require_in_use(tx: ReadTx) -> None:
    at = left_at(tx)
    if at is not None:
        raise Conflict(told_as_left(at))


def told_as_left(at: datetime) -> str:
    """Say that a database was left, and what to do."""
    return (
        f"everything in this database was moved to another one at {at:%Y-%m-%d %H:%M} UTC: set [database] url to that one. To use this "
        "one again in spite of it: dirserver restore --renew-only, which makes every client start over"
    )


def _require_storable(tx: ReadTx, to: str) -> None:
    if not tx.is_sqlite or parse(to).get_backend_name() == "sqlite":
        return
    found = [f"{table.name}.{column} ({rows})" for table in MOVED for column, rows in transfer.unstorable(tx, table)]
    if found:
        raise BadInput(f"texts with a NUL, which PostgreSQL can't hold, are in {', '.join(found)}; change or remove them first")


def _require_empty(to: str) -> None:
    """Raise Conflict unless there is nothing at ``to`` but, on PostgreSQL, tables of ours without rows."""
    url = parse(to)
    if url.get_backend_name() == "sqlite":
        if Path(url.database or "").exists():
            raise Conflict(f"{url.database}: there is a file already, and nothing was changed; choose the name of a new one")
        return
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            there = set(inspect(connection).get_table_names())
            foreign = sorted(there - {table.name for table in TABLES} - {_REVISION_TABLE})
            if foreign:
                raise Conflict(f"{shown(url)}: there are other tables ({', '.join(foreign[:5])}); make a database for dirserver alone")
            _refuse_rows(connection, shown(url), there)
    except OperationalError as error:
        raise Unavailable(f"the database {shown(url)} can't be opened: {str(error.orig).strip().splitlines()[0]}") from error
    except DatabaseError as error:
        raise BadConfig(f"{shown(url)} is no database that can be used: {str(error.orig).strip().splitlines()[0]}") from error
    finally:
        engine.dispose()


def _refuse_rows(connection: Connection, name: str, there: set[str] | None = None) -> None:
    for table in TABLES:
        if there is not None and table.name not in there:
            continue
        # A new schema has one row: the number of access, with which it begins.
        question = select(counter.c.name).where(counter.c.number != 0) if table is counter else select(table.primary_key.columns[0])
        if connection.execute(question.limit(1)).first() is not None:
            raise Conflict(
                f"{name}: something is there already (table {table.name}), and nothing was changed; make an empty database to move to"
            )


@contextlib.contextmanager
def _taken_away_on_failure(to: str) -> Iterator[None]:
    url = parse(to)
    try:
        yield
    except BaseException:
        if url.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm", SUFFIX):
                Path(f"{url.database}{suffix}").unlink(missing_ok=True)
        raise
