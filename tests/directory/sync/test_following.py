# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in any order is in agreement/test_sync_never_loses.py; here are the single rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dirserver.card.reader import read
from dirserver.directory.views.entry import Draft
from dirserver.model.book import Level
from dirserver.model.change import Changes, SyncToken
from dirserver.model.client import Family
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href
from dirserver.model.principal import Principal
from dirserver.store.entries import lists
from tests.cast import PEOPLE, Company, draft, uuid_of
from tests.parts import CoreParts


def changes(parts: CoreParts, who: Principal, since: SyncToken | None, limit: int | None = None) -> Changes:
    with parts.directory.reading(who) as reading:
        return reading.changes(reading.book(PEOPLE), since, limit)


def now(parts: CoreParts, who: Principal) -> SyncToken:
    with parts.directory.reading(who) as reading:
        return reading.token(reading.book(PEOPLE))


def retitle(parts: CoreParts, company: Company, *logins: str, field: str = "title") -> None:
    with parts.directory.writing(company.system) as writing:
        for login in logins:
            revision = writing.find(uuid_of(login)).revision
            writing.modify(uuid_of(login), [Modification(field, Operation.REPLACE, (f"+49 30 {revision}",))])


def href(login: str) -> Href:
    return Href(f"{uuid_of(login)}.vcf")


def groups(parts: CoreParts, company: Company) -> set[Href]:
    """The hrefs of the company's groups: no cards to a program that nothing is known of, so it is told that they are gone."""
    with parts.directory.reading(company.ada) as reading:
        return {Href(f"{each.uuid}.vcf") for each in reading.groups()}


def test_a_client_that_has_nothing_gets_everything_and_no_tombstones(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
    found = changes(parts, company.ada, None)
    assert len(found.changed) == 7
    assert found.gone == ()
    assert found.token == now(parts, company.ada)


def test_where_nothing_happened_there_is_nothing_to_do(parts: CoreParts, company: Company) -> None:
    token = now(parts, company.ada)
    found = changes(parts, company.ada, token)
    assert (found.changed, found.gone, found.token, found.is_truncated) == ((), (), token, False)


def test_what_changed_and_what_went_are_told_once(parts: CoreParts, company: Company) -> None:
    token = now(parts, company.ada)
    retitle(parts, company, "ada", "zoe")
    retitle(parts, company, "ada")
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("zoe"))
        writing.archive(uuid_of("ludo"))
    found = changes(parts, company.ada, token)
    assert [one.href for one in found.changed] == [href("ada")]
    assert set(found.gone) == {href("zoe"), href("ludo")}


def test_the_etag_of_a_change_is_that_of_the_rendering_and_of_the_listing(parts: CoreParts, company: Company) -> None:
    token = now(parts, company.ada)
    retitle(parts, company, "ada")
    (changed,) = changes(parts, company.ada, token).changed
    with parts.directory.reading(company.ada) as reading:
        (served,) = reading.renderings(reading.book(PEOPLE), [changed.href])
        assert served.etag == changed.etag == reading.entry(reading.book(PEOPLE), changed.href).etag
        assert changed in tuple(reading.listing(reading.book(PEOPLE)))


def strange_tokens(token: SyncToken) -> Iterator[SyncToken]:
    for other in (
        {"book": "00000000-0000-0000-0000-000000000000"},
        {"epoch": "abc"},
        {"view": "0"},
        {"number": token.number + 1},
        {"number": 10**18 - 1},
    ):
        yield SyncToken(**{"book": token.book, "epoch": token.epoch, "number": token.number, "view": token.view, **other})


def test_a_token_that_says_nothing_to_us_gets_everything_and_every_tombstone(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
    for token in strange_tokens(now(parts, company.ada)):
        found = changes(parts, company.ada, token)
        assert len(found.changed) == 7
        assert set(found.gone) == {href("zoe"), *groups(parts, company)}
        assert found.token == now(parts, company.ada)


def test_a_change_of_rights_shows_as_changes_and_tombstones(parts: CoreParts, company: Company) -> None:
    token = now(parts, company.esme)
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("group:contractors"), Level.VIEW, ("public", "work")))
    found = changes(parts, company.esme, token)
    assert len(found.changed) == 8
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("group:contractors"), Level.NONE))
    found = changes(parts, company.esme, found.token)
    assert [one.href for one in found.changed] == [href("esme")], "one's own entry shows still"
    assert len(set(found.gone) - groups(parts, company)) == 7
    assert changes(parts, company.ada, now(parts, company.ada)).changed == ()


def test_an_href_that_goes_to_another_entry_is_a_change_of_that_href(parts: CoreParts, company: Company) -> None:
    token = now(parts, company.ada)
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("zoe"))
        writing.add(writing.book(PEOPLE), Draft(draft("nova", "No", "Va", "", None).card, href=href("zoe")))
    found = changes(parts, company.ada, token)
    assert ([one.href for one in found.changed], found.gone) == ([href("zoe")], ())


def test_what_one_may_not_see_changes_ones_token_but_not_ones_cards(parts: CoreParts, company: Company) -> None:
    def body(who: Principal) -> bytes:
        with parts.directory.reading(who) as reading:
            (served,) = reading.renderings(reading.book(PEOPLE), [href("ada")])
            return served.body

    before = body(company.esme)
    retitle(parts, company, "ada", field="homePhone")
    assert body(company.esme) == before


def test_the_trees_of_two_books_are_followed_apart(parts: CoreParts, company: Company) -> None:
    token = now(parts, company.ada)
    with parts.directory.writing(company.ada) as writing:
        writing.add(writing.book("clients"), draft("nova", "No", "Va", "", None))
        writing.add(writing.book("~ada"), draft("nova", "No", "Va", "", None))
    assert now(parts, company.ada) == token


@pytest.mark.parametrize("at_once", [1, 3, 256])
def test_lines_say_what_a_listing_does(parts: CoreParts, company: Company, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_LINES", at_once)
    with parts.directory.writing(company.ada) as writing:
        # A label that comes to a card later shows in its ETag, where labels show; a name may hold what stands before it.
        for number, label in enumerate(("", "CATEGORIES:Blue\r\n", "", "CATEGORIES:Red\r\n")):
            text = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u{number}\r\nFN:Ann\r\nN:Ann;;;;\r\n{label}END:VCARD\r\n"
            writing.put(writing.book("~ada"), Href(f"\xe4 +{number}%.vcf"), read(text.encode()))
        group = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:g\r\nFN:Blue\r\nN:Blue;;;;\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"
        members = "".join(f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:u{number}\r\n" for number in range(3))
        writing.put(writing.book("~ada"), Href("g.vcf"), read(f"{group}{members}END:VCARD\r\n".encode()))
    with parts.store.reading() as tx:
        assert any("+" in row[0] for row in tx.driver.execute("SELECT digest FROM entry").fetchall())
    askers = [
        asker.using(family) for asker in (company.ada, company.bruno, company.chika, company.esme, company.admin) for family in Family
    ]
    told = set()
    for asker in askers:
        with parts.directory.reading(asker) as reading:
            for book in reading.books():
                lines = "".join(reading.lines(book))
                assert sorted(lines.splitlines()) == sorted(f"{each.href}\t{each.etag}" for each in reading.listing(book))
                assert lines == "" or lines.endswith("\n")
                told.add(lines)
    assert len(told) > 30, "Views and forms differ"


def test_lines_of_who_sees_some_entries_only(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("authenticated"), Level.NONE))
    with parts.directory.reading(company.ada) as reading:
        book = reading.book(PEOPLE)
        lines = "".join(reading.lines(book)).splitlines()
        assert sorted(lines) == sorted(f"{each.href}\t{each.etag}" for each in reading.listing(book))
        assert {line.partition("\t")[0] for line in lines} == {href(login) for login in ("ada", "finn", "zoe", "ludo")}
