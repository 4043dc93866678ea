# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.views.entry import Draft
from dirserver.errors import DirserverError, NotAllowed, NotAuthenticated, NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href, Slug
from dirserver.model.principal import Door, Principal
from tests.cast import ADA_HOME, ADA_MOBILE, PEOPLE, Company, draft, entry_of, uuid_of
from tests.parts import CoreParts


def slugs(parts: CoreParts, who: Principal) -> list[str]:
    with parts.directory.reading(who) as reading:
        return [view.slug for view in reading.books()]


def test_people_come_first_shared_books_by_name_and_ones_own_last(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        for slug, name in (("zoo", "Ärzte"), ("alpha", "Zoo")):
            writing.add_book(slug, "shared", name)
            writing.grant(Grant(Slug(slug), Subject.parse("authenticated"), Level.VIEW, ("*",)))
    assert slugs(parts, company.ada) == ["people", "zoo", "clients", "alpha", "~ada"]


@pytest.mark.parametrize(
    "who, shown",
    [
        ("ada", ["people", "clients", "~ada"]),
        ("esme", ["people", "~esme"]),
        ("printer", ["people", "clients", "~printer"]),
        ("admin", ["people", "clients", "~admin"]),
        ("nobody", []),
    ],
)
def test_everybody_has_the_books_that_they_were_given(parts: CoreParts, company: Company, who: str, shown: list[str]) -> None:
    assert slugs(parts, getattr(company, who)) == shown


def test_a_personal_book_is_its_owners_even_against_admins(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        friend = writing.add(writing.book("~ada"), draft("friend", "Fri", "End", "", None))
    for who in (company.admin, company.bruno, company.nobody):
        with parts.directory.reading(who) as reading:
            with pytest.raises(NotFound):
                reading.book("~ada")
            with pytest.raises(NotFound):
                reading.find(friend.uuid)
        with pytest.raises(NotFound), parts.directory.writing(who) as writing:
            writing.trash(friend.uuid)
    assert "~ada" in slugs(parts, company.system)


@pytest.mark.parametrize("slug", ["", "nothing", "PEOPLE", "~nemo", "x" * 5000, "a/b", "'"])
def test_a_book_that_is_not_there_is_not_found(parts: CoreParts, company: Company, slug: str) -> None:
    with pytest.raises(NotFound), parts.directory.reading(company.ada) as reading:
        reading.book(slug)


STRANGE = ["", "nothing.vcf", "x" * 5000, "..", "%", "\x00", "a\x00b", "\ud800", "💥"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_name_that_no_entry_can_have_is_not_found(parts: CoreParts, company: Company, name: str) -> None:
    with parts.directory.reading(company.ada) as reading:
        people = reading.book("people")
        for ask in (
            lambda: reading.entry(people, name),
            lambda: reading.named(people, name),
            lambda: reading.find(name),
            lambda: reading.book(name),
            lambda: reading.group(name),
        ):
            with pytest.raises(NotFound):
                ask()
        assert list(reading.renderings(people, [Href(name)])) == []
        assert reading.listed(people, [Href(name)]) == ()


def test_hidden_and_missing_entries_look_the_same(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.system) as reading:
        acme = next(iter(reading.listing(reading.book("clients"))))
        uuid = reading.entry(reading.book("clients"), acme.href).uuid
    with parts.directory.reading(company.esme) as reading:
        told = []
        for wanted in (uuid, uuid_of("nobody there")):
            with pytest.raises(NotFound) as raised:
                reading.find(wanted)
            told.append(raised.value.public_message)
    assert told[0] == told[1]


def test_each_sees_of_ada_what_they_may(parts: CoreParts, company: Company) -> None:
    seen = {who: entry_of(parts.directory, getattr(company, who), "ada") for who in ("ada", "bruno", "chika", "dov", "esme", "printer")}
    numbers = {who: {one.text() for one in entry.card.all("TEL")} for who, entry in seen.items()}
    assert {who for who, found in numbers.items() if ADA_MOBILE in found} == {"ada", "bruno", "chika", "dov", "printer"}
    assert {who for who, found in numbers.items() if ADA_HOME in found} == {"ada", "chika"}
    assert {who for who, entry in seen.items() if entry.card.first("X-EMPLOYEENUMBER")} == {"ada", "bruno", "chika"}
    assert {who for who, entry in seen.items() if entry.manager is not None} == {"ada", "bruno", "chika", "dov", "printer"}
    assert [who for who, entry in seen.items() if entry.is_self] == ["ada"]
    assert len({entry.etag for entry in seen.values()}) == 4, "who is shown the same shares a View"


def test_one_knows_oneself_and_ones_reports(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        me = reading.me()
        assert me is not None
        assert me.name == "ada"
        assert {one.name for one in reading.reports_of(me)} == {"finn", "zoe", "ludo"}
    for who in (company.printer, company.nobody, company.system):
        with parts.directory.reading(who) as reading:
            assert reading.me() is None
    with parts.directory.reading(company.esme) as reading:
        assert reading.reports_of(reading.find(uuid_of("ada"))) == ()


def test_the_change_number_grows_with_whatever_could_change_an_answer(parts: CoreParts, company: Company) -> None:
    def number() -> int:
        with parts.directory.reading(company.system) as reading:
            return reading.change_number()

    seen = [number()]
    assert number() == seen[0]
    for deed in (
        lambda writing: writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("Boss",))]),
        lambda writing: writing.trash(uuid_of("zoe")),
        lambda writing: writing.grant(Grant(PEOPLE, Subject.parse("anonymous"), Level.VIEW)),
        lambda writing: writing.add_group("new"),
        lambda writing: writing.add_member("new", uuid_of("ada")),
        lambda writing: writing.rename_book(writing.book("people"), "Staff"),
        lambda writing: writing.drop_group("new"),
    ):
        with parts.directory.writing(company.system) as writing:
            deed(writing)
        seen.append(number())
    parts.identity.close_account("dov")
    seen.append(number())
    assert seen == sorted(set(seen))


def test_only_operators_see_all_batches(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        batch = writing.begin_batch("import", "friends.vcf")
        writing.add(writing.book("~ada"), draft("friend", "Fri", "End", "", None))
    for who in (company.admin, company.system):
        with parts.directory.reading(who) as reading:
            assert [(one.id, one.actor, one.note) for one in reading.batches()] == [(batch, "ada", "friends.vcf")]
    for who in (company.ada, company.chika, company.nobody):
        with pytest.raises(NotAllowed), parts.directory.reading(who) as reading:
            reading.batches()


def test_an_account_that_never_was_asks_nothing(parts: CoreParts, company: Company) -> None:
    with pytest.raises(NotAuthenticated), parts.directory.reading(Principal(Door.DAV, 10_000, "nemo")):
        pass


def test_counts_listings_and_searches_agree_for_everybody(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.archive(uuid_of("finn"))
        writing.add(writing.book("people"), Draft(draft("nova", "No", "Va", "", "ada").card))
    for who in ("ada", "esme", "printer", "admin", "system"):
        with parts.directory.reading(getattr(company, who)) as reading:
            for view in reading.books():
                listed = [one.href for one in reading.listing(view)]
                assert len(set(listed)) == len(listed)
                assert len(listed) == reading.count(view) == len(list(reading.renderings(view, None)))
                assert {one.href for one in reading.changes(view, None).changed} == set(listed)


def test_every_error_of_a_reading_is_safe_to_show(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.esme) as reading, pytest.raises(DirserverError) as raised:
        reading.book("clients'; DROP TABLE entry; --")
    assert "SELECT" not in raised.value.public_message
