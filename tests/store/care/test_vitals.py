# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from sqlalchemy import select, update

from dirserver.model.principal import Door, Principal
from dirserver.store.care import vitals
from dirserver.store.care.vitals import PushCount
from dirserver.store.delivery import subscriptions
from dirserver.store.delivery.subscriptions import NewSubscription
from dirserver.store.entries import books
from dirserver.store.schema.push_tables import push_subscription
from dirserver.store.schema.tables import account
from tests.cast import Company, uuid_of
from tests.parts import CoreParts

NOW = 1_000_000_000


def test_entries_are_counted_by_the_kind_of_their_book_and_their_state(parts: CoreParts, company: Company) -> None:
    def counts() -> dict[tuple[str, str], int]:
        with parts.store.reading() as tx:
            return {(each.kind, each.state): each.count for each in vitals.entries(tx)}

    before = counts()
    with parts.directory.writing(Principal.system(Door.CLI)) as writing:
        writing.trash(uuid_of("esme"))
    after = counts()
    assert after["people", "trashed"] == before.get(("people", "trashed"), 0) + 1
    assert after["people", "active"] == before["people", "active"] - 1
    assert sum(after.values()) == sum(before.values())


def test_of_subscriptions_those_that_are_over_do_not_count(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        assert vitals.pushes(tx, NOW) == PushCount(0, 0, 0)
        book = books.by_slug(tx, "clients")
        ada = tx.connection.execute(select(account.c.id).where(account.c.login == "ada")).scalar_one()
        assert book is not None
        ids = [
            subscriptions.put(
                tx, NewSubscription(ada, None, "", book.id, name, name, "https://push.example", "key", "secret", ends, NOW), limit=100
            )[0]
            for name, ends in (("a", 2 * NOW), ("b", 2 * NOW), ("over", NOW))
        ]
        assert vitals.pushes(tx, NOW) == PushCount(2, 0, 0)
        books.advance(tx, book.id, books.claim(tx, book.id))
        tx.connection.execute(update(push_subscription).where(push_subscription.c.id == ids[0]).values(failures=3))
        assert vitals.pushes(tx, NOW) == PushCount(2, 2, 1)
