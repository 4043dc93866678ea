# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.care.connected import connected
from dirserver.identity.tokens import Tokens, TokenScope
from dirserver.store.delivery import subscriptions
from dirserver.store.delivery.subscriptions import Later, NewSubscription
from dirserver.store.entries import books
from tests.cast import Company
from tests.parts import CoreParts

NOW = 1_800_000_000_000_000
_DAY_US = 24 * 3600 * 1_000_000


def test_programs_are_listed_with_whom_they_act_for(parts: CoreParts, company: Company) -> None:
    tokens = Tokens(parts.store, b"k" * 32, clock=lambda: NOW)
    tokens.add("esme", label="Scanner", scopes=[TokenScope.READ])
    tokens.add("ada", label="Intranet", scopes=[TokenScope.READ, TokenScope.BULK], days=1)
    with parts.store.reading() as tx:
        told = connected(tx, NOW).programs
        assert [(each.login, each.token.label, each.has_expired) for each in told] == [
            ("ada", "Intranet", False),
            ("esme", "Scanner", False),
        ]
        assert [each.has_expired for each in connected(tx, NOW + 2 * _DAY_US).programs] == [True, False]


def test_push_services_are_counted_with_what_fails(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        book = books.by_slug(tx, "clients")
        assert book is not None
        assert company.ada.account_id is not None
        for name, origin in (("a", "https://push.example"), ("b", "https://push.example"), ("c", "https://other.example")):
            new = NewSubscription(company.ada.account_id, None, "", book.id, name, name, origin, "key", "secret", NOW + _DAY_US, NOW)
            subscriptions.put(tx, new, limit=10)
        number = books.claim(tx, book.id)
        books.advance(tx, book.id, number)
        due = subscriptions.claim(tx, "me", NOW, NOW + 1, 10)
        failing = next(each for each in due if each.resource == "a")
        subscriptions.settle(tx, "me", [], [Later(failing.id, NOW, 3)], [])
        services = connected(tx, NOW).services
        assert [(each.origin, each.subscriptions, each.failing, each.delivered_at) for each in services] == [
            ("https://push.example", 2, 1, None),
            ("https://other.example", 1, 0, None),
        ]
        assert connected(tx, NOW + 2 * _DAY_US).services == ()


def test_without_letters_none_waits(parts: CoreParts) -> None:
    with parts.store.reading() as tx:
        told = connected(tx, NOW)
    assert (told.letters_waiting, told.letters_failed) == (0, 0)
