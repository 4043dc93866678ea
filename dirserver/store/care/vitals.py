# SPDX-License-Identifier: GPL-3.0-or-later
"""How much there is of everything, for those who watch a server: counts, and nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select

from dirserver.store.engine.opening import ReadTx
from dirserver.store.schema.push_tables import push_subscription
from dirserver.store.schema.tables import book, entry

_sub = push_subscription.c


@dataclass(frozen=True, slots=True)
class EntryCount:
    """How many entries of one state the books of one kind hold together."""

    kind: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class PushCount:
    """Subscriptions that hold: all, those that have something to hear, and those whose last message wasn't taken."""

    all: int
    behind: int
    failing: int


def entries(tx: ReadTx) -> tuple[EntryCount, ...]:
    """Count all entries, from the index alone: 20 ms for 100 000."""
    by_book = select(entry.c.book_id, entry.c.state, func.count().label("count")).group_by(entry.c.book_id, entry.c.state).subquery()
    question = (
        select(book.c.kind, by_book.c.state, func.sum(by_book.c.count))
        .join_from(by_book, book, book.c.id == by_book.c.book_id)
        .group_by(book.c.kind, by_book.c.state)
        .order_by(book.c.kind, by_book.c.state)
    )
    return tuple(EntryCount(str(kind), str(state), int(count)) for kind, state, count in tx.connection.execute(question))


def pushes(tx: ReadTx, now_us: int) -> PushCount:
    """Count subscriptions."""
    behind, failing = (func.coalesce(func.sum(case((what, 1), else_=0)), 0) for what in (_sub.number < book.c.number, _sub.failures > 0))
    question = select(func.count(), behind, failing).select_from(push_subscription.join(book, book.c.id == _sub.book_id))
    row = tx.connection.execute(question.where(_sub.expires_us > now_us)).one()
    return PushCount(*map(int, row))
