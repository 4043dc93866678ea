# SPDX-License-Identifier: GPL-3.0-or-later
"""The rest is held where it is used: tests/push."""

from __future__ import annotations

from sqlalchemy import select

from dirserver.store.delivery import subscriptions
from dirserver.store.delivery.subscriptions import Later, NewSubscription, Told
from dirserver.store.engine.opening import WriteTx
from dirserver.store.entries import books
from dirserver.store.schema.push_tables import push_subscription
from dirserver.store.schema.tables import account
from tests.cast import Company
from tests.parts import CoreParts

NOW = 1_000_000_000


def added(tx: WriteTx, name: str, *, slug: str = "clients", expires_us: int = 2 * NOW) -> str:
    book = books.by_slug(tx, slug)
    assert book is not None
    ada = tx.connection.execute(select(account.c.id).where(account.c.login == "ada")).scalar_one()
    new = NewSubscription(ada, None, "", book.id, name, name, "https://push.example", "key", "secret", expires_us, NOW)
    return subscriptions.put(tx, new, limit=100)[0]


def move(tx: WriteTx, slug: str = "clients") -> int:
    book = books.by_slug(tx, slug)
    assert book is not None
    number = books.claim(tx, book.id)
    books.advance(tx, book.id, number)
    return number


def test_there_is_something_to_tell_where_the_book_is_ahead(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        added(tx, "a")
        added(tx, "over", expires_us=NOW)
        assert subscriptions.next_due(tx, NOW) is None
        assert subscriptions.claim(tx, "me", NOW, NOW + 30, 10) == ()
        number = move(tx)
        assert subscriptions.next_due(tx, NOW) == 0
        (due,) = subscriptions.claim(tx, "me", NOW, NOW + 30, 10)
        assert (due.login, due.slug, due.resource, due.number) == ("ada", "clients", "a", number - 1)


def test_what_is_claimed_is_nobody_else_s_until_the_claim_ends(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        names = {added(tx, name) for name in "abc"}
        number = move(tx)
        first = subscriptions.claim(tx, "me", NOW, NOW + 30, 2)
        second = subscriptions.claim(tx, "you", NOW, NOW + 30, 2)
        assert {each.id for each in (*first, *second)} == names
        assert (len(first), len(second)) == (2, 1)
        assert subscriptions.next_due(tx, NOW) == NOW + 30
        again = subscriptions.claim(tx, "you", NOW + 30, NOW + 60, 10)
        assert len(again) == 3
        # The first one comes too late with what it has to say.
        subscriptions.settle(tx, "me", [Told(first[0].id, number, NOW, 2)], [Later(first[1].id, 7, 7)], [second[0].id])
        rows = {row.id: row for row in tx.connection.execute(select(push_subscription))}
        assert {row.claim for row in rows.values()} == {"you"}
        assert len(rows) == 3
        subscriptions.settle(tx, "you", [Told(first[0].id, number, NOW, 2)], [Later(first[1].id, NOW + 99, 7)], [second[0].id])
        rows = {row.id: row for row in tx.connection.execute(select(push_subscription))}
        assert (rows[first[0].id].number, rows[first[0].id].due_us, rows[first[0].id].gap_s) == (number, NOW + 2_000_000, 2)
        assert (rows[first[1].id].failures, rows[first[1].id].due_us) == (7, NOW + 99)
        assert second[0].id not in rows


def test_several_writers_claim_at_the_same_time_without_waiting(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        added(tx, "a")
        move(tx)
    if parts.store.is_sqlite:
        return
    with parts.store.writing() as mine:
        assert len(subscriptions.claim(mine, "me", NOW, NOW + 30, 10)) == 1
        with parts.store.writing() as yours:
            assert subscriptions.claim(yours, "you", NOW, NOW + 30, 10) == ()


def test_a_book_goes_with_its_subscriptions(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        made = writing.add_book("short", books.BookKind.SHARED, "Short-lived")
    with parts.store.writing() as tx:
        kept, gone = added(tx, "a"), added(tx, "a", slug="short")
    with parts.directory.writing(company.system) as writing:
        writing.drop_book(made)
    with parts.store.reading() as tx:
        assert set(tx.connection.execute(select(push_subscription.c.id)).scalars()) == {kept} != {gone}
