# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.access.view import FieldClasses
from dirserver.directory.views import asking
from dirserver.directory.views.asking import AccessMemo
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts
from dirserver.store.entries import books
from tests.cast import CLASSES, PEOPLE, Company, uuid_of
from tests.parts import CoreParts


@pytest.fixture
def memo() -> AccessMemo:
    return AccessMemo(FieldClasses.of(CLASSES))


def test_who_asks_again_is_not_looked_up_again_while_nothing_changed(
    parts: CoreParts, company: Company, memo: AccessMemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with parts.store.reading() as tx:
        first = memo.ask(tx, company.ada)
        people = books.by_slug(tx, "people")
        rights = first.rights_on(people)
    monkeypatch.setattr(accounts, "by_id", lambda *_: pytest.fail("looked up again"))
    with parts.store.reading() as tx:
        again = memo.ask(tx, Principal(Door.LDAP, company.ada.account_id, "ada"))
        assert again.standing == first.standing
        assert again.principal.door is Door.LDAP
        assert again.rights_on(people) is rights


def test_a_change_of_rights_counts_from_the_next_transaction_on(parts: CoreParts, company: Company, memo: AccessMemo) -> None:
    def level() -> Level:
        with parts.store.reading() as tx:
            return memo.ask(tx, company.dov).rights_on(books.by_slug(tx, "people")).view.level

    assert level() is Level.VIEW
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:dov"), Level.OWN, ("*",), ("*",)))
    assert level() is Level.OWN


def test_what_was_rolled_back_never_counts(parts: CoreParts, company: Company) -> None:
    with pytest.raises(RuntimeError), parts.directory.writing(company.system) as writing:
        writing.add_member("hr", uuid_of("dov"))
        raise RuntimeError
    with parts.directory.reading(company.dov) as reading:
        assert reading.book("people").level is Level.VIEW


def test_the_operator_and_nobody_are_kept_apart(parts: CoreParts, company: Company, memo: AccessMemo) -> None:
    with parts.store.reading() as tx:
        assert memo.ask(tx, company.system).standing.is_system
        assert not memo.ask(tx, company.nobody).standing.is_system
        assert memo.ask(tx, company.nobody).viewed(books.by_slug(tx, "people")) is None


def test_what_is_kept_is_bounded(parts: CoreParts, company: Company, memo: AccessMemo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_KEPT", 3)
    with parts.store.reading() as tx:
        for who in (company.ada, company.bruno, company.chika, company.dov, company.esme):
            memo.ask(tx, who)
    assert len(memo._known) == 3
