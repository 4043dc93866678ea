# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.reader import read
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Href, Slug
from dirserver.model.principal import Principal
from tests.cast import Company
from tests.parts import CoreParts

SLUG = Slug("suppliers")
ADA = Subject.parse("account:ada")
CARD = read("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:one\r\nFN:Nina\r\nN:;Nina;;;\r\nEND:VCARD\r\n")


def put(parts: CoreParts, who: Principal, name: str = "one") -> bool:
    with parts.directory.writing(who, is_brief=True) as writing:
        return writing.put(writing.book(SLUG), Href(f"{name}.vcf"), CARD.with_uid(name)).was_created


def give(parts: CoreParts, company: Company, level: Level) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(SLUG, ADA, level, ("*",), ("*",)))


def test_a_book_that_is_known_is_known_as_long_as_nobodys_rights_change(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.add_book(SLUG, BookKind.SHARED, "Suppliers")
    with pytest.raises(NotFound):
        put(parts, company.ada)
    give(parts, company, Level.EDIT)
    assert put(parts, company.ada)
    assert not put(parts, company.ada)
    give(parts, company, Level.VIEW)
    with pytest.raises(NotAllowed):
        put(parts, company.ada, "two")
    with parts.directory.writing(company.system) as writing:
        writing.revoke(writing.book(SLUG), ADA)
    with pytest.raises(NotFound):
        put(parts, company.ada, "two")


def test_a_book_that_is_made_anew_under_its_old_name_is_another_one(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.add_book(SLUG, BookKind.SHARED, "Suppliers")
    give(parts, company, Level.VIEW)
    with pytest.raises(NotAllowed):
        put(parts, company.ada)
    # Nothing was ever in it: its name is free again.
    with parts.directory.writing(company.system) as writing:
        writing.drop_book(writing.book(SLUG))
    with pytest.raises(NotFound):
        put(parts, company.ada)
    with parts.directory.writing(company.system) as writing:
        book = writing.add_book(SLUG, BookKind.SHARED, "Suppliers")
    give(parts, company, Level.EDIT)
    assert put(parts, company.ada)
    with parts.directory.reading(company.system) as reading:
        assert reading.count(book) == 1
