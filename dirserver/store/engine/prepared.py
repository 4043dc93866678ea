# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements that run with every request: written with SQLAlchemy, run on the driver's own connection.

SQLAlchemy's way from a question to the driver costs 50 to 150 microseconds a statement, SQLite's answer 5. A ``Prepared`` is
turned into text once for each engine; after that it costs what the driver costs. It runs in the same transaction as everything
else and gives plain tuples in the order of the columns, with values as SQLAlchemy would return them.

    _BY_SLUG = Prepared(select(*_COLUMNS).where(book.c.slug == bindparam("slug")), "slug")
    row = _BY_SLUG.one(tx, "people")

    _NAMED = Prepared(select(entry.c.id).where(among(entry.c.href, "hrefs")), "hrefs")
    rows = _NAMED.all(tx, ["a.vcf", "b.vcf"])

Make them at the top of a file: making one is what is dear. Values that come from clients have to be storable (``store.engine.texts``).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Delete, Dialect, Insert, Select, Text, Update, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine

from dirserver.store.engine.opening import ReadTx, WriteTx

_STREAMED = 1000
_numbers = itertools.count()

Values = tuple[Any, ...]
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement as one engine takes it.

    PostgreSQL's driver takes the values by ``names``; SQLite's by place: ``order`` says which value stands where, None for as given.
    ``fixed`` are values that stand in the question itself.
    """

    text: str
    names: tuple[str, ...] | None
    order: tuple[int, ...] | None
    fixed: Values
    given: tuple[tuple[int, Convert], ...]
    shown: tuple[tuple[int, Convert], ...]
    is_plain: bool
    """Values are taken as they are given."""

    def parameters(self, values: Values) -> Values | Mapping[str, Any]:
        values += self.fixed
        for place, convert in self.given:
            values = (*values[:place], convert(values[place]), *values[place + 1 :])
        if self.names is not None:
            return dict(zip(self.names, values, strict=True))
        return values if self.order is None else tuple([values[place] for place in self.order])

    def row(self, values: Values) -> Values:
        row = list(values)
        for place, convert in self.shown:
            row[place] = convert(row[place])
        return tuple(row)


class Prepared:
    """One statement; ``parameters`` names its values in the order in which they are given when it runs. Safe for threads."""

    def __init__(self, question: Select[Any] | CompoundSelect[Any] | Insert | Update | Delete, *parameters: str) -> None:
        self._question = question
        self._names = parameters
        self._written: dict[bool, _Written] = {}

    def all(self, tx: ReadTx, *values: object) -> list[Values]:
        """Return all rows."""
        written = self._written.get(tx.is_sqlite) or self._write(tx)
        rows = tx.driver.execute(written.text, values if written.is_plain else written.parameters(values)).fetchall()
        return [written.row(row) for row in rows] if written.shown else rows

    def one(self, tx: ReadTx, *values: object) -> Values | None:
        """Return the first row, or None."""
        written = self._written.get(tx.is_sqlite) or self._write(tx)
        row = tx.driver.execute(written.text, values if written.is_plain else written.parameters(values)).fetchone()
        return written.row(row) if written.shown and row is not None else row

    def stream(self, tx: ReadTx, *values: object) -> Iterator[Values]:
        """Yield the rows as they come, in flat memory. Who stops early has to close it: an open one holds the snapshot."""
        written = self._written.get(tx.is_sqlite) or self._write(tx)
        cursor = tx.driver.cursor() if tx.is_sqlite else tx.driver.cursor(f"streamed_{next(_numbers)}")
        try:
            cursor.execute(written.text, values if written.is_plain else written.parameters(values))
            while rows := cursor.fetchmany(_STREAMED):
                yield from map(written.row, rows) if written.shown else rows
        finally:
            cursor.close()

    def run(self, tx: WriteTx, *values: object) -> int:
        """Change something; return how many rows were touched."""
        written = self._written.get(tx.is_sqlite) or self._write(tx)
        return tx.driver.execute(written.text, values if written.is_plain else written.parameters(values)).rowcount

    def run_many(self, tx: WriteTx, rows: Sequence[Values]) -> None:
        """Change something once for each row of values."""
        written = self._written.get(tx.is_sqlite) or self._write(tx)
        if len(rows) == 1:
            # Three times as quick as a cursor for one row.
            tx.driver.execute(written.text, rows[0] if written.is_plain else written.parameters(rows[0]))
        else:
            tx.driver.cursor().executemany(written.text, rows if written.is_plain else [written.parameters(row) for row in rows])

    def _write(self, tx: ReadTx) -> _Written:
        compiled = self._question.compile(dialect=tx.dialect, column_keys=list(self._names))
        names = (*self._names, *(name for name in compiled.params if name not in self._names))
        kinds = [compiled.binds[name].type for name in names]
        given = ((place, kind.dialect_impl(tx.dialect).bind_processor(tx.dialect)) for place, kind in enumerate(kinds))
        shown = (
            (place, column.type.dialect_impl(tx.dialect).result_processor(tx.dialect, None))
            for place, column in enumerate(self._question.exported_columns)
        )
        placed = compiled.positiontup
        order = tuple(map(names.index, placed)) if placed is not None else None
        order = order if order != tuple(range(len(names))) else None
        fixed = tuple(compiled.params[name] for name in names[len(self._names) :])
        converted = tuple((place, convert) for place, convert in given if convert is not None)
        written = _Written(
            compiled.string,
            names if placed is None else None,
            order,
            fixed,
            converted,
            tuple((place, convert) for place, convert in shown if convert is not None),
            is_plain=not (placed is None or order or fixed or converted),
        )
        self._written[tx.is_sqlite] = written
        return written


def among(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Return the condition that a column is among the values of ``parameter``, of which there may be any number (a sequence)."""
    return _Among(column, parameter)


class _Several(TypeDecorator[Sequence[object]]):
    """Any number of values as one parameter: JSON for SQLite, an array for PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        super().__init__()
        self._kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self._kind))

    def process_bind_param(self, value: Sequence[object] | None, dialect: Dialect) -> object:
        values = list(value or ())
        return json.dumps(values) if dialect.name == "sqlite" else values


class _Among(ColumnElement[bool]):
    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], parameter: str) -> None:
        self.type = Boolean()
        self.column = column
        # A collation has no place in the type of an array.
        self.values = bindparam(parameter, type_=_Several(Text() if column.type.python_type is str else column.type))

    def self_group(self, against: object = None) -> _Among:  # noqa: ARG002 - SQLAlchemy names it
        """Stand in a condition as it is: with the "= 1" that SQLAlchemy adds for SQLite, no index would be used."""
        return self


@compiles(_Among, "sqlite")
def _among_on_sqlite(among: _Among, compiler: SQLCompiler, **options: object) -> str:
    column, values = compiler.process(among.column, **options), compiler.process(among.values, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled parts, no values


@compiles(_Among, "postgresql")
def _among_on_postgresql(among: _Among, compiler: SQLCompiler, **options: object) -> str:
    return f"{compiler.process(among.column, **options)} = ANY({compiler.process(among.values, **options)})"
