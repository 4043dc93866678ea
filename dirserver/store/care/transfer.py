# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a table on their way from one database to another, of whichever engines: streamed, summed, and compared at the end.

Both engines hold integers, texts, octets and booleans, so rows go as they are; a boolean is 0 or 1 on the way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol, cast

from sqlalchemy import Boolean, ColumnElement, Integer, LargeBinary, Table, Text, func, select, true, type_coerce
from sqlalchemy import cast as as_type

from dirserver.errors import BadInput, Conflict
from dirserver.store.engine import counters
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.entries import index
from dirserver.store.schema.tables import counter, gram, haystack, haystack_fresh, rendering
from dirserver.store.schema.whole import TABLES

STAYS_BEHIND: Mapping[str, str] = {
    rendering.name: "made anew when they are asked for",
    haystack_fresh.name: "what waits for SQLite's trigram index",
    gram.name: "made of the texts, where it is needed",
}
"""Tables whose rows aren't moved, and why."""
MOVED: tuple[Table, ...] = tuple(table for table in TABLES if table.name not in STAYS_BEHIND)
_ONLY: Mapping[str, ColumnElement[bool]] = {counter.name: counter.c.name.not_in(counters.OF_THIS_DATABASE)}
_AT_ONCE, _LARGE_AT_ONCE = 500, 4
_MODULUS = 1 << 128
_numbers = count()

Row = tuple[Any, ...]


class _Copying(Protocol):
    def write_row(self, row: Row, /) -> None: ...


class _CanCopy(Protocol):
    def copy(self, statement: str, /) -> AbstractContextManager[_Copying]: ...


@dataclass(slots=True)
class Sum:
    """How many rows there were and what they come to, in whatever order they came."""

    rows: int = 0
    _total: int = 0

    def add(self, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        made = hashlib.blake2b(repr(row).encode(), digest_size=16).digest()
        self._total = (self._total + int.from_bytes(made)) % _MODULUS

    def through(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Count rows that go by."""
        for row in rows:
            self.add(row)
            yield row

    @property
    def digest(self) -> str:
        """What they come to, in hexadecimal digits."""
        return f"{self._total:032x}"


def number_of_rows(tx: ReadTx, table: Table) -> int:
    """Return how many rows of a table would be moved."""
    question = select(func.count()).select_from(table).where(_only(table))
    return int(tx.connection.execute(question).scalar_one())


def each(tx: ReadTx, table: Table) -> Iterator[Row]:
    """Give the rows of a table that are moved, in memory that doesn't grow with them."""
    columns = [type_coerce(as_type(column, Integer), Integer) if isinstance(column.type, Boolean) else column for column in table.c]
    question = str(select(*columns).where(_only(table)).compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True}))
    cursor = tx.driver.cursor() if tx.is_sqlite else tx.driver.cursor(f"moved_{next(_numbers)}")
    try:
        cursor.execute(question, ())
        at_once = _LARGE_AT_ONCE if any(isinstance(column.type, LargeBinary) for column in table.c) else _AT_ONCE
        while rows := cursor.fetchmany(at_once):
            yield from rows
    finally:
        cursor.close()


def unstorable(tx: ReadTx, table: Table) -> tuple[tuple[str, int], ...]:
    """Return the columns of a table on SQLite with texts that PostgreSQL can't hold, since there is a NUL in them, and how many."""
    found = []
    for column in table.c:
        if isinstance(column.type, Text):
            holds_nul = func.instr(column, func.char(0)) > 0
            rows = int(tx.connection.execute(select(func.count()).select_from(table).where(holds_nul, _only(table))).scalar_one())
            found += [(column.name, rows)] if rows else []
    return tuple(found)


def write(tx: WriteTx, table: Table, rows: Iterable[Row]) -> None:
    """Write rows into an empty table. Raises BadInput where the database refuses one."""
    names = ", ".join(map(tx.dialect.identifier_preparer.format_column, table.c))
    into = f"{tx.dialect.identifier_preparer.format_table(table)} ({names})"
    errors = tx.dialect.loaded_dbapi
    try:
        if tx.is_sqlite:
            marks = ", ".join("?" * len(table.c))
            tx.driver.cursor().executemany(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608 # names of the schema
        else:
            with cast("_CanCopy", tx.driver.cursor()).copy(f"COPY {into} FROM STDIN") as copying:
                for row in rows:
                    copying.write_row(row)
    except (errors.IntegrityError, errors.DataError) as error:
        # Its first line; the others show values.
        reason = str(error).partition("\n")[0]
        raise BadInput(
            f"table {table.name}: the other database refuses a row ({reason}); 'dirserver check database' may tell more"
        ) from error


def compare(tx: ReadTx, table: Table, sent: Sum) -> None:
    """Raise Conflict unless a table holds what was sent there."""
    found = Sum()
    for row in each(tx, table):
        found.add(row)
    if found != sent:
        raise Conflict(f"table {table.name}: {sent.rows} rows were read and {found.rows} are there, or they differ; please report this")


def index_texts(tx: WriteTx) -> None:
    """Make what the engine needs to find texts by their parts, where it doesn't make it by itself."""
    if tx.is_sqlite:
        index.settle(tx)
    elif not index.has_own_trigrams(tx):
        some: list[tuple[int, str]] = []
        for entry_id, text in each(tx, haystack):
            some.append((int(entry_id), str(text)))
            if len(some) == _AT_ONCE:
                index.add_grams(tx, some)
                some = []
        index.add_grams(tx, some)


def _only(table: Table) -> ColumnElement[bool]:
    return _ONLY.get(table.name, true())
