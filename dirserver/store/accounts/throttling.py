# SPDX-License-Identifier: GPL-3.0-or-later
"""Failed sign-ins by whoever is counted together, and places where somebody is known. Names are keyed hashes; rows end by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Case, ColumnElement, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.schema.tables import throttle


@dataclass(frozen=True, slots=True)
class ThrottleRow:
    """How often something of that name happened; from ``over_us`` on nothing of it counts."""

    name: str
    count: int
    over_us: int


_NAMED = Prepared(select(throttle.c.name, throttle.c.count, throttle.c.over_us).where(among(throttle.c.name, "names")), "names")


def named(tx: ReadTx, names: Sequence[str]) -> dict[str, ThrottleRow]:
    """Return the rows of these names, by name."""
    return {row[0]: ThrottleRow(*row) for row in _NAMED.all(tx, names)}


_FEWEST_HELD = 10


def held(tx: ReadTx, at_us: int) -> Iterator[ThrottleRow]:
    """Yield what was counted so often, of accounts and networks, that somebody may be refused for it."""
    kinds = or_(*(throttle.c.name.startswith(f"{kind} ") for kind in ("account", "pair", "network")))
    question = select(throttle.c.name, throttle.c.count, throttle.c.over_us)
    for row in tx.connection.execute(question.where(throttle.c.over_us > at_us, throttle.c.count >= _FEWEST_HELD, kinds)):
        yield ThrottleRow(*row)


def count(tx: WriteTx, name: str, at_us: int, *, lasting_us: int, most: int, stopping_us: int) -> None:
    """Count one more; it is forgotten after ``lasting_us`` without another, from ``most`` on after ``stopping_us``."""
    is_over = throttle.c.over_us <= at_us
    lasts = case((is_over | (throttle.c.count + 1 < most), at_us + lasting_us), else_=at_us + stopping_us)
    _put(tx, name, 1, at_us + lasting_us, case((is_over, 1), else_=throttle.c.count + 1), lasts)


def pour(tx: WriteTx, name: str, at_us: int, step_us: int) -> None:
    """Put one more into a bucket that leaks one each ``step_us``: it is empty at ``over_us``."""
    begins = case((throttle.c.over_us > at_us, throttle.c.over_us), else_=at_us)
    _put(tx, name, 1, at_us + step_us, throttle.c.count + 1, begins + step_us)


def keep(tx: WriteTx, name: str, until_us: int) -> None:
    """Keep a name until then."""
    _put(tx, name, 0, until_us, throttle.c.count, case((throttle.c.over_us > until_us, throttle.c.over_us), else_=until_us))


def _put(
    tx: WriteTx, name: str, first: int, over_us: int, count_: ColumnElement[int] | Case[int], over: ColumnElement[int] | Case[int]
) -> None:
    # One statement, so that what two processes count at once is counted twice.
    insert = insert_in_sqlite if tx.is_sqlite else insert_in_postgresql
    question = insert(throttle).values(name=name, count=first, over_us=over_us)
    tx.connection.execute(question.on_conflict_do_update(index_elements=["name"], set_={"count": count_, "over_us": over}))


def forgive(tx: WriteTx, name: str, less: int) -> None:
    """Take back that many of what was counted."""
    left = case((throttle.c.count > less, throttle.c.count - less), else_=0)
    tx.connection.execute(update(throttle).where(throttle.c.name == name).values(count=left))


def drop(tx: WriteTx, name: str) -> None:
    """Forget what was counted under a name."""
    tx.connection.execute(delete(throttle).where(throttle.c.name == name))


def sweep(tx: WriteTx, at_us: int, most: int) -> None:
    """Remove the rows that are over, and of more than ``most`` those that would be over first."""
    tx.connection.execute(delete(throttle).where(throttle.c.over_us <= at_us))
    surplus = tx.connection.execute(select(func.count()).select_from(throttle)).scalar_one() - most
    if surplus > 0:
        first = select(throttle.c.name).order_by(throttle.c.over_us, throttle.c.name).limit(surplus)
        tx.connection.execute(delete(throttle).where(throttle.c.name.in_(first)))
