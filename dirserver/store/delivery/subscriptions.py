# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscriptions to changes of a book (WebDAV-Push): who wants to hear, what is to be told, and who is telling it now.

There is something to tell where a book's number is ahead of the one that the subscription was last told: no message is ever
queued, so no writer pays for one and none can be lost. Who delivers claims rows for a while; where they die, the claim ends
by itself and the next one delivers.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, func, insert, select, update

from dirserver.model.names import Slug
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.push_tables import push_subscription
from dirserver.store.schema.tables import account, book

_US = 1_000_000
_CHUNK = 500

_sub = push_subscription.c
_OF_OTHERS = {"login": account.c.login, "slug": book.c.slug}


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """What a device asks for. ``p256dh`` and ``auth`` are base64url without padding, as they came."""

    account_id: int
    device_id: int | None
    client: str
    book_id: int
    resource: str
    resource_key: str
    origin: str
    p256dh: str
    auth: str
    expires_us: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription that is claimed to be told of something. ``number`` is what it was told last."""

    id: str
    account_id: int
    client: str
    login: str
    slug: Slug
    resource: str
    origin: str
    p256dh: str
    auth: str
    number: int
    failures: int
    gap_s: int
    delivered_us: int | None


_DUE = tuple(_OF_OTHERS[each.name] if each.name in _OF_OTHERS else _sub[each.name] for each in fields(Due))


@dataclass(frozen=True, slots=True)
class Told:
    """A message was taken: up to which number, and how long the next one has to wait."""

    id: str
    number: int
    at_us: int
    gap_s: int


@dataclass(frozen=True, slots=True)
class Later:
    """A message was not taken, or not tried: when to try again. ``failures`` is the new count."""

    id: str
    due_us: int
    failures: int


def put(tx: WriteTx, new: NewSubscription, *, limit: int) -> tuple[str, bool]:
    """Keep a subscription, or renew the one of the same account, book and resource; return its id, and whether it is a new one.

    Beyond ``limit`` an account's oldest to expire makes room: a phone that was set up anew left it behind.
    """
    same = and_(_sub.account_id == new.account_id, _sub.book_id == new.book_id, _sub.resource_key == new.resource_key)
    known = tx.connection.execute(select(_sub.id).where(same)).scalar_one_or_none()
    given = {"device_id": new.device_id, "client": new.client, "p256dh": new.p256dh, "auth": new.auth, "expires_us": new.expires_us}
    if known is not None:
        tx.connection.execute(update(push_subscription).where(_sub.id == known).values(**given, failures=0, due_us=new.at_us))
        return str(known), False
    _make_room(tx, new.account_id, limit)
    made = secrets.token_urlsafe(16)
    number = select(book.c.number).where(book.c.id == new.book_id).scalar_subquery()
    tx.connection.execute(
        insert(push_subscription).values(
            **given,
            id=made,
            account_id=new.account_id,
            book_id=new.book_id,
            resource=new.resource,
            resource_key=new.resource_key,
            origin=new.origin,
            number=number,
            created_us=new.at_us,
        )
    )
    return made, True


def _make_room(tx: WriteTx, account_id: int, limit: int) -> None:
    held = list(tx.connection.execute(select(_sub.id).where(_sub.account_id == account_id).order_by(_sub.expires_us.desc())).scalars())
    if len(held) >= limit:
        tx.connection.execute(delete(push_subscription).where(_sub.id.in_(held[limit - 1 :])))


def drop(tx: WriteTx, subscription_id: str, account_id: int) -> bool:
    """Remove an account's subscription; False if it has none of that id."""
    done = tx.connection.execute(delete(push_subscription).where(_sub.id == subscription_id, _sub.account_id == account_id))
    return done.rowcount == 1


def drop_of_account(tx: WriteTx, account_id: int) -> None:
    """Remove all of an account's subscriptions."""
    tx.connection.execute(delete(push_subscription).where(_sub.account_id == account_id))


def skip(tx: WriteTx, account_id: int, book_id: int, number: int, ids: Sequence[str] | None) -> None:
    """Take it that these subscriptions of an account (None: all of them) know of change ``number`` of a book.

    One that has not been told of everything before is told of that still.
    """
    fitting = and_(_sub.account_id == account_id, _sub.book_id == book_id, _sub.number == number - 1)
    if ids is not None:
        fitting = and_(fitting, _sub.id.in_(ids))
    tx.connection.execute(update(push_subscription).where(fitting).values(number=number))


def next_due(tx: ReadTx, now_us: int) -> int | None:
    """Return when the first subscription that has something to hear may be told of it; None when none has."""
    found = tx.connection.execute(
        select(func.min(_sub.due_us)).select_from(push_subscription.join(book, book.c.id == _sub.book_id)).where(_pending(now_us))
    ).scalar_one()
    return None if found is None else int(found)


def claim(tx: WriteTx, claimant: str, now_us: int, until_us: int, limit: int) -> tuple[Due, ...]:
    """Take up to ``limit`` subscriptions that are due, so that nobody else tells them before ``until_us``."""
    question = (
        select(*_DUE)
        .select_from(push_subscription.join(book, book.c.id == _sub.book_id).join(account, account.c.id == _sub.account_id))
        .where(_pending(now_us), _sub.due_us <= now_us)
        .limit(limit)
    )
    if not tx.is_sqlite:
        question = question.with_for_update(of=push_subscription, skip_locked=True)
    found = tuple(Due(*row) for row in tx.connection.execute(question))
    if found:
        held = push_subscription.update().where(_sub.id.in_([one.id for one in found]))
        tx.connection.execute(held.values(claim=claimant, due_us=until_us))
    return found


def settle(tx: WriteTx, claimant: str, told: Sequence[Told], later: Sequence[Later], gone: Sequence[str]) -> None:
    """Write down what came of a claim. What another one has claimed since is left to them."""
    ours = and_(_sub.id == bindparam("b_id"), _sub.claim == claimant)
    if told:
        tx.connection.execute(
            update(push_subscription)
            .where(ours)
            .values(
                number=bindparam("b_number"),
                delivered_us=bindparam("b_at"),
                due_us=bindparam("b_due"),
                gap_s=bindparam("b_gap"),
                failures=0,
                claim="",
            ),
            [
                {"b_id": one.id, "b_number": one.number, "b_at": one.at_us, "b_due": one.at_us + one.gap_s * _US, "b_gap": one.gap_s}
                for one in told
            ],
        )
    if later:
        tx.connection.execute(
            update(push_subscription).where(ours).values(due_us=bindparam("b_due"), failures=bindparam("b_failures"), claim=""),
            [{"b_id": one.id, "b_due": one.due_us, "b_failures": one.failures} for one in later],
        )
    for start in range(0, len(gone), _CHUNK):
        dropped = and_(_sub.id.in_(gone[start : start + _CHUNK]), _sub.claim == claimant)
        tx.connection.execute(delete(push_subscription).where(dropped))


def has_expired(tx: ReadTx, now_us: int) -> bool:
    """Tell whether there is a subscription that is over."""
    return tx.connection.execute(select(_sub.id).where(_sub.expires_us <= now_us).limit(1)).scalar_one_or_none() is not None


def drop_expired(tx: WriteTx, now_us: int) -> int:
    """Remove the subscriptions that are over and return how many there were."""
    return int(tx.connection.execute(delete(push_subscription).where(_sub.expires_us <= now_us)).rowcount)


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A push service that devices named: subscriptions that go there, how many of them failed last time, when one was delivered last."""

    origin: str
    subscriptions: int
    failing: int
    delivered_us: int | None


def services(tx: ReadTx, now_us: int) -> tuple[ServiceRow, ...]:
    """Return the push services of the subscriptions that hold, the one of the most devices first."""
    count, failing = func.count(), func.coalesce(func.sum(case((_sub.failures > 0, 1), else_=0)), 0)
    question = select(_sub.origin, count, failing, func.max(_sub.delivered_us)).where(_sub.expires_us > now_us)
    rows = tx.connection.execute(question.group_by(_sub.origin).order_by(count.desc(), _sub.origin))
    return tuple(ServiceRow(str(row[0]), int(row[1]), int(row[2]), row[3]) for row in rows)


def _pending(now_us: int) -> ColumnElement[bool]:
    return and_(_sub.number < book.c.number, _sub.expires_us > now_us)
