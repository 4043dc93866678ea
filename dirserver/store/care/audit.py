# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit trail as rows: only ever added to (triggers of migration 0011), each with the hash of the one before.

The chain is made at the end of the writing transaction, when it holds whatever else it locks, and ends with it; so the links
are in commit order, nobody waits for more than another's commit, and nobody who waits is waited for.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select

from dirserver.model.audit import FIRST, Event, Head, Recorded, hash_of
from dirserver.model.origin import current_origin
from dirserver.model.principal import Principal
from dirserver.store.accounts import accounts
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.schema.audit_tables import audit_event

_NAMES = tuple(field.name for field in fields(Recorded))
_COLUMNS = tuple(audit_event.c[name] for name in _NAMES)
_CHAIN_LOCK = 7150322
_AT_ONCE = 1000
_HEAD = Prepared(select(audit_event.c.number, audit_event.c.hash).order_by(audit_event.c.number.desc()).limit(1))
_LOCK = Prepared(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))
_ADD = Prepared(insert(audit_event), *_NAMES)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; empty and None mean any."""

    actor: str = ""
    action: str = ""
    target: str = ""
    since_us: int | None = None
    after_number: int = 0


def record(tx: WriteTx, event: Event, by: Principal | None, at_us: int) -> None:
    """Let ``event`` be written down with what this transaction changes, or not at all. ``by`` None: nobody who has signed in."""
    tx.at_commit(functools.partial(_append, tx, event, by, at_us))


def head(tx: ReadTx) -> Head:
    """Return the last link."""
    row = _HEAD.one(tx)
    return Head() if row is None else Head(int(row[0]), str(row[1]))


def each(tx: ReadTx, wanted: Wanted) -> Iterator[Recorded]:
    """Give the wanted events, oldest first, in memory that doesn't grow with them."""
    last = wanted.after_number
    while True:
        chosen = select(*_COLUMNS).where(audit_event.c.number > last, *_conditions(wanted)).order_by(audit_event.c.number).limit(_AT_ONCE)
        rows = [_recorded(row) for row in tx.connection.execute(chosen)]
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].number


def newest(tx: ReadTx, wanted: Wanted, most: int) -> tuple[Recorded, ...]:
    """Return the newest of the wanted events, oldest first."""
    chosen = select(*_COLUMNS).where(audit_event.c.number > wanted.after_number, *_conditions(wanted))
    rows = tx.connection.execute(chosen.order_by(audit_event.c.number.desc()).limit(most))
    return tuple(reversed([_recorded(row) for row in rows]))


def at(tx: ReadTx, number: int) -> Recorded | None:
    """Return one link."""
    row = tx.connection.execute(select(*_COLUMNS).where(audit_event.c.number == number)).one_or_none()
    return None if row is None else _recorded(row)


def _append(tx: WriteTx, event: Event, by: Principal | None, at_us: int) -> None:
    if not tx.is_sqlite:
        # Kept until the commit is seen by others: the next one then reads our row as the last.
        _LOCK.all(tx)
    before, origin = head(tx), current_origin()
    made = Recorded(
        number=before.number + 1,
        at_us=at_us,
        actor=_actor(tx, by),
        credential=by.credential if by is not None else "",
        door=by.door if by is not None else "",
        address=origin.address,
        action=event.action,
        target=event.target,
        about=event.about,
        fields=event.fields,
        count=event.count,
        previous=before.hash if before.number else FIRST,
        hash="",
    )
    made = replace(made, hash=hash_of(made))
    _ADD.run(tx, *(json.dumps(made.fields, ensure_ascii=False) if name == "fields" else getattr(made, name) for name in _NAMES))


def _actor(tx: ReadTx, by: Principal | None) -> str:
    if by is None or by.is_anonymous:
        return "anonymous"
    if by.is_system or by.account_id is None:
        return "system"
    row = accounts.by_id(tx, by.account_id)
    return f"account:{row.uuid}" if row is not None else "account"


def _conditions(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        audit_event.c[name] == value for name, value in (("actor", wanted.actor), ("action", wanted.action)) if value
    ]
    if wanted.target:
        found.append((audit_event.c.target == wanted.target) | (audit_event.c.about == wanted.target))
    if wanted.since_us is not None:
        found.append(audit_event.c.at_us >= wanted.since_us)
    return found


def _recorded(row: Sequence[Any]) -> Recorded:
    made = Recorded(*row)
    return replace(made, fields=tuple(json.loads(str(row[_NAMES.index("fields")]))))
