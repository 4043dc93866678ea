# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.store.engine import counters
from dirserver.store.entries import books
from dirserver.store.rights import permissions
from tests.cast import CLIENTS, PEOPLE, Company
from tests.parts import CoreParts

SUBJECTS = ("account:ada", "group:sales", "authenticated", "anonymous", "self", "manager")


def test_a_grant_comes_back_as_it_was_given_and_moves_the_access_number(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        book = books.by_slug(tx, "clients")
        for subject in SUBJECTS:
            before = counters.access_number(tx)
            given = Grant(CLIENTS, Subject.parse(subject), Level.EDIT, ("public", "*"), ("title", "x-ödd"))
            permissions.put(tx, book.id, given)
            assert [one for one in permissions.listed(tx) if one.book == CLIENTS and one.subject == given.subject] == [given]
            assert counters.access_number(tx) > before
            permissions.revoke(tx, book.id, given.subject)
            assert not any(one.book == CLIENTS and one.subject == given.subject for one in permissions.listed(tx))
            assert counters.access_number(tx) > before + 1


def test_a_grant_on_one_book_says_nothing_about_another(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        before = [one for one in permissions.listed(tx) if one.book == PEOPLE]
        permissions.revoke(tx, books.by_slug(tx, "clients").id, Subject.parse("authenticated"))
        assert [one for one in permissions.listed(tx) if one.book == PEOPLE] == before


@pytest.mark.parametrize("subject", ["account:nemo", "group:nemo"])
def test_nobody_unknown_is_granted_to(parts: CoreParts, company: Company, subject: str) -> None:
    with pytest.raises(NotFound, match="nemo"), parts.store.writing() as tx:
        permissions.put(tx, books.by_slug(tx, "clients").id, Grant(CLIENTS, Subject.parse(subject), Level.VIEW))
