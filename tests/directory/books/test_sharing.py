# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, PEOPLE, Company, draft, uuid_of
from tests.parts import CoreParts


def give(parts: CoreParts, who: Principal, grant: Grant) -> None:
    with parts.directory.writing(who) as writing:
        writing.grant(grant)


def grant(subject: str, level: Level, reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()) -> Grant:
    return Grant(PEOPLE, Subject.parse(subject), level, reads, writes)


@pytest.mark.parametrize(
    "given",
    [
        grant("account:esme", Level.OWN),
        grant("account:esme", Level.VIEW, ("hr",)),
        grant("account:esme", Level.VIEW, ("homePhone",)),
        grant("account:esme", Level.VIEW, ("private",)),
        grant("account:esme", Level.VIEW, ("x-odd",)),
        grant("account:esme", Level.VIEW, ("*",)),
        grant("account:esme", Level.EDIT, (), ("mail",)),
        grant("account:esme", Level.EDIT, (), ("public",)),
        grant("anonymous", Level.EDIT, (), ("*",)),
    ],
    ids=str,
)
def test_nobody_gives_more_than_they_have(parts: CoreParts, company: Company, given: Grant) -> None:
    give(parts, company.system, grant("account:dov", Level.MANAGE, ("public", "work"), ("title",)))
    with pytest.raises(NotAllowed):
        give(parts, company.dov, given)
    with parts.directory.reading(company.system) as reading:
        assert not any(one.subject == given.subject for one in reading.grants(reading.book("people")))


@pytest.mark.parametrize(
    "given",
    [
        grant("account:esme", Level.MANAGE, ("public", "work"), ("title",)),
        grant("account:esme", Level.VIEW, ("cn", "surname", "mail")),
        grant("account:esme", Level.EDIT, ("businessRole",), ("title",)),
        grant("anonymous", Level.NONE),
    ],
    ids=str,
)
def test_one_may_give_what_one_has_or_less(parts: CoreParts, company: Company, given: Grant) -> None:
    give(parts, company.system, grant("account:dov", Level.MANAGE, ("public", "work"), ("title",)))
    give(parts, company.dov, given)
    with parts.directory.reading(company.system) as reading:
        assert given in reading.grants(reading.book("people"))


def test_who_has_every_class_may_give_everything(parts: CoreParts, company: Company) -> None:
    give(parts, company.system, grant("account:dov", Level.MANAGE, ("public", "work", "hr", "private")))
    give(parts, company.dov, grant("account:esme", Level.VIEW, ("*",)))


@pytest.mark.parametrize("who", ["ada", "bruno", "chika", "esme", "nobody"])
def test_sharing_and_seeing_grants_need_the_level(parts: CoreParts, company: Company, who: str) -> None:
    principal = getattr(company, who)
    with pytest.raises((NotAllowed, NotFound)):
        give(parts, principal, grant("account:zoe", Level.VIEW))
    with pytest.raises((NotAllowed, NotFound)), parts.directory.reading(principal) as reading:
        reading.grants(reading.book("people"))
    with pytest.raises((NotAllowed, NotFound)), parts.directory.writing(principal) as writing:
        writing.revoke(writing.book("people"), Subject.parse("group:contractors"))


def test_a_grant_counts_from_the_next_question_on_and_ends_with_its_revocation(parts: CoreParts, company: Company) -> None:
    def mail() -> bool:
        with parts.directory.reading(company.esme) as reading:
            return reading.named(reading.book("people"), "ada").view.may_read("mail")

    assert not mail()
    give(parts, company.system, grant("account:esme", Level.VIEW, ("work",)))
    assert mail()
    with parts.directory.writing(company.system) as writing:
        writing.revoke(writing.book("people"), Subject.parse("account:esme"))
    assert not mail()


def test_a_second_grant_takes_the_place_of_the_first(parts: CoreParts, company: Company) -> None:
    give(parts, company.system, grant("account:esme", Level.OWN, ("*",), ("*",)))
    give(parts, company.system, grant("account:ESME", Level.NONE))
    with pytest.raises(NotFound), parts.directory.reading(company.esme) as reading:
        reading.find(uuid_of("zoe"))


def test_an_account_or_group_with_accents_can_be_granted_to(parts: CoreParts, company: Company) -> None:
    parts.identity.add_account("łucja", name="Łucja", mail="")
    with parts.directory.writing(company.system) as writing:
        writing.add_group("Zarząd")
        writing.add_member("Zarząd", uuid_of("dov"))
        writing.grant(grant("account:Łucja", Level.VIEW, ("mail",)))
        writing.grant(grant("group:ZARZĄD", Level.EDIT, ("*",), ("title",)))
    with parts.directory.reading(company.dov) as reading:
        assert reading.book("people").view.may_write("title")


def test_granting_to_nobody_known_is_said(parts: CoreParts, company: Company) -> None:
    for subject in ("account:nemo", "group:nemo"):
        with pytest.raises(NotFound, match="nemo"):
            give(parts, company.system, grant(subject, Level.VIEW))
    with pytest.raises(NotFound):
        give(parts, company.system, Grant(Slug("nowhere"), Subject.parse("authenticated"), Level.VIEW))


def test_the_owner_of_a_personal_book_shares_it_and_it_stays_out_of_others_lists(parts: CoreParts, company: Company) -> None:
    give(parts, company.ada, Grant(Slug("~ada"), Subject.parse("account:dov"), Level.EDIT, ("*",), ("*",)))
    with parts.directory.writing(company.dov) as writing:
        writing.add(writing.book("~ada"), draft("friend", "Fri", "End", "", None))
        assert "~ada" not in [view.slug for view in writing.books()]
    with pytest.raises(NotFound), parts.directory.reading(company.admin) as reading:
        reading.book("~ada")


@pytest.mark.parametrize("slug", ["", "Upper", "white space", "contacts", "a/b", "-x", "ä", "x" * 64, "~ada", "a\x00b"])
def test_a_shared_book_cannot_be_called_anything(parts: CoreParts, company: Company, slug: str) -> None:
    with pytest.raises(BadInput), parts.directory.writing(company.system) as writing:
        writing.add_book(slug, BookKind.SHARED, "Name")


def test_making_renaming_and_dropping_books(parts: CoreParts, company: Company) -> None:
    with pytest.raises(NotAllowed), parts.directory.writing(company.chika) as writing:
        writing.add_book("mine", BookKind.SHARED, "Mine")
    with parts.directory.writing(company.admin) as writing:
        made = writing.add_book("press", BookKind.SHARED, "Press", description="Papers")
        writing.rename_book(made, "The Press", description="All papers")
        assert writing.book("press").name == "The Press"
        assert writing.book("press").book.description == "All papers"
    with pytest.raises(Conflict, match="press"), parts.directory.writing(company.admin) as writing:
        writing.add_book("press", BookKind.SHARED, "Again")
    with parts.directory.writing(company.admin) as writing:
        writing.drop_book(writing.book("press"))
    with pytest.raises(NotFound), parts.directory.reading(company.admin) as reading:
        reading.book("press")


def test_a_book_that_was_ever_filled_is_not_dropped(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        book = writing.add_book("press", BookKind.SHARED, "Press")
        writing.trash(writing.add(book, draft("paper", "Pa", "Per", "", None)).uuid)
    with pytest.raises(Conflict, match="1 entries"), parts.directory.writing(company.system) as writing:
        writing.drop_book(writing.book("press"))


def test_what_a_book_that_ever_held_something_was_called_no_other_is_called(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        book = writing.add_book("press", BookKind.SHARED, "Press")
        uuid = writing.add(book, draft("paper", "Pa", "Per", "", None)).uuid
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid)
        writing.purge(uuid)
        writing.add_book("empty", BookKind.SHARED, "Empty")
    with parts.directory.writing(company.system) as writing:
        for slug in ("press", "empty"):
            writing.drop_book(writing.book(slug))
    # Phones that were away meanwhile would go on showing the paper.
    with pytest.raises(Conflict, match="another book was called 'press'"), parts.directory.writing(company.system) as writing:
        writing.add_book("press", BookKind.SHARED, "Again")
    with parts.directory.writing(company.system) as writing:
        writing.add_book("empty", BookKind.SHARED, "Again")
        assert writing.found_book("Press") == "press-2"


def test_only_who_owns_a_book_renames_or_drops_it(parts: CoreParts, company: Company) -> None:
    for who in (company.chika, company.ada):
        with parts.directory.writing(who) as writing:
            book = writing.book(CLIENTS if who is company.ada else PEOPLE)
            with pytest.raises(NotAllowed):
                writing.rename_book(book, "Mine")
            with pytest.raises(NotAllowed):
                writing.drop_book(book)


def test_a_manager_neither_takes_nor_replaces_a_grant_above_their_own(parts: CoreParts, company: Company) -> None:
    manager, owner = Subject.parse("account:dov"), Subject.parse("account:zoe")
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(CLIENTS, manager, Level.MANAGE, ("*",), ("*",)))
        writing.grant(Grant(CLIENTS, owner, Level.OWN, ("*",), ("*",)))
    with pytest.raises(NotAllowed), parts.directory.writing(company.dov) as writing:
        writing.revoke(writing.book(CLIENTS), owner)
    with pytest.raises(NotAllowed), parts.directory.writing(company.dov) as writing:
        writing.grant(Grant(CLIENTS, Subject.parse("account:ZOE"), Level.VIEW, ("public",)))
    with parts.directory.reading(company.system) as reading:
        assert {one.level for one in reading.grants(reading.book(CLIENTS)) if one.subject == owner} == {Level.OWN}
    with parts.directory.writing(company.dov) as writing:
        writing.revoke(writing.book(CLIENTS), Subject.parse("group:sales"))
