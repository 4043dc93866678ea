# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Principal
from tests.cast import PEOPLE, Company
from tests.parts import CoreParts


def found(parts: CoreParts, who: Principal, name: str) -> str:
    with parts.directory.writing(who) as writing:
        return writing.found_book(name)


def test_who_makes_a_book_owns_it_and_nobody_else_sees_it(parts: CoreParts, company: Company) -> None:
    slug = found(parts, company.ada, "  Łódź  & Suppliers ")
    assert slug == "lodz-suppliers"
    with parts.directory.reading(company.ada) as reading:
        view = reading.book(slug)
        assert (view.name, view.level) == ("Łódź & Suppliers", Level.OWN)
        assert reading.owners(view) == (Subject.parse("account:ada"),)
    with parts.directory.reading(company.bruno) as reading, pytest.raises(NotFound):
        reading.book(slug)


@pytest.mark.parametrize("name", ["", "   ", "a\tb\0c", "x" * 121])
def test_a_book_needs_a_name(parts: CoreParts, company: Company, name: str) -> None:
    with pytest.raises(BadInput):
        found(parts, company.ada, name)


def test_a_name_that_is_taken_gets_another_slug(parts: CoreParts, company: Company) -> None:
    assert [found(parts, company.ada, name) for name in ("Clients", "Clients", "Books", "日本")] == [
        "clients-2",
        "clients-3",
        "books-2",
        "book",
    ]


def test_only_those_whom_the_settings_name_make_books(parts: CoreParts, company: Company) -> None:
    for who in (company.esme, company.nobody):
        with pytest.raises(NotAllowed):
            found(parts, who, "Mine")
        with parts.directory.reading(who) as reading:
            assert not reading.may_make_books
    for who in (company.admin, company.bruno):
        with parts.directory.reading(who) as reading:
            assert reading.may_make_books


def test_the_last_owner_stays_until_there_is_another(parts: CoreParts, company: Company) -> None:
    slug = found(parts, company.ada, "Suppliers")
    ada, bruno = Subject.parse("account:ada"), Subject.parse("account:bruno")
    with parts.directory.writing(company.ada) as writing:
        view = writing.book(slug)
        with pytest.raises(Conflict):
            writing.revoke(view, ada)
        with pytest.raises(Conflict):
            writing.grant(Grant(view.slug, ada, Level.VIEW))
        writing.grant(Grant(view.slug, bruno, Level.OWN, ("*",), ("*",)))
        writing.revoke(view, ada)
    with parts.directory.reading(company.bruno) as reading:
        assert reading.book(slug).level is Level.OWN
    with parts.directory.reading(company.ada) as reading, pytest.raises(NotFound):
        reading.book(slug)


def test_who_may_share_a_book_is_told_why_others_see_it(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:dov"), Level.MANAGE, ("public",)))
    with parts.directory.reading(company.dov) as reading:
        assert reading.may(company.esme.account_id, reading.book("people")).in_general().decided_by[0].subject.name == "contractors"
    with parts.directory.reading(company.chika) as reading, pytest.raises(NotAllowed):
        reading.may(company.esme.account_id, reading.book("people"))
