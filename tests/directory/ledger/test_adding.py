# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.card.groups import with_categories
from dirserver.card.reader import read
from dirserver.care.checks import Code, Standards
from dirserver.care.hygiene import Hygiene
from dirserver.care.looking import Looking
from dirserver.directory.views.entry import Draft
from dirserver.errors import BadCard, BadInput, Conflict, DirserverError, NotAllowed, NotFound, UidTaken
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Href
from dirserver.model.principal import Door
from dirserver.store.entries import books, entries
from tests.cast import CLIENTS, PEOPLE, Company, draft, entry_of, uuid_of
from tests.parts import CoreParts

ONE_CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{}\r\nFN:Nova\r\nN:;Nova;;;\r\nEND:VCARD\r\n"


def some(count: int, start: int = 0) -> list[Draft]:
    return [draft(f"n{number}", f"Given{number}", "Family", "New", "ada") for number in range(start, start + count)]


def test_many_at_once_are_what_they_would_be_one_by_one(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        first, second = writing.add_book("first", "shared", "First"), writing.add_book("second", "shared", "Second")
        for one in some(30):
            writing.add(first, one)
        assert writing.add_all(second, iter(some(30))) == 30
    with parts.store.reading() as tx:
        rows = []
        for slug in ("first", "second"):
            book = books.by_slug(tx, slug)
            found = sorted(entries.whole(tx, book.id, entries.Reach(is_whole=True)), key=lambda one: one.row.name)
            rows.append([one.row._replace(uuid="", href="", book_id=0, number=0, digest="") for one in found])
    assert rows[0] == rows[1]


def test_a_batch_of_any_size_takes_one_change_number(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.system) as reading:
        token = reading.token(reading.book("people"))
    with parts.directory.writing(company.system) as writing:
        assert writing.add_all(writing.book("people"), some(1200)) == 1200
    with parts.directory.reading(company.system) as reading:
        changes = reading.changes(reading.book("people"), token)
    assert changes.token.number == token.number + 1
    assert len(changes.changed) == 1200


def _clashes() -> list[tuple[Draft, type[DirserverError], str]]:
    fresh = draft("nova", "No", "Va", "", None)
    return [
        (Draft(draft("ada", "Other", "Ada", "", None).card, name="other"), UidTaken, uuid_of("ada")),
        (replace(fresh, name="ADA"), Conflict, "named 'ada'"),
        (replace(fresh, href=Href(f"{uuid_of('ada')}.vcf")), Conflict, uuid_of("ada")),
    ]


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("many", [True, False])
def test_a_clash_names_what_clashes_and_nothing_is_added(parts: CoreParts, company: Company, number: int, many: bool) -> None:
    clashing, kind, named = _clashes()[number]
    with pytest.raises(kind, match=named), parts.directory.writing(company.system) as writing:
        people = writing.book("people")
        if many:
            writing.add_all(people, [*some(600), clashing])
        else:
            writing.add(people, clashing)
    with parts.directory.reading(company.system) as reading:
        assert reading.count(reading.book("people")) == 8


@pytest.mark.parametrize("apart", [0, 700])
def test_two_of_the_same_in_one_go_are_refused(parts: CoreParts, company: Company, apart: int) -> None:
    with pytest.raises(Conflict, match="n0|" + uuid_of("n0")), parts.directory.writing(company.system) as writing:
        writing.add_all(writing.book("people"), [*some(1), *some(apart, start=1), *some(1)])
    with parts.directory.reading(company.system) as reading:
        assert reading.count(reading.book("people")) == 8


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x" * 201},
        {"name": "\u200b"},
        {"name": "a\nb"},
        {"href": Href("a/b.vcf")},
        {"href": Href("x" * 201)},
        {"href": Href("a\x00b")},
        {"href": Href("..")},
        {"href": Href(".")},
    ],
    ids=repr,
)
def test_a_name_that_cannot_be_one_is_refused(parts: CoreParts, company: Company, change: dict[str, str]) -> None:
    with pytest.raises(BadInput), parts.directory.writing(company.system) as writing:
        writing.add(writing.book("people"), replace(draft("nova", "No", "Va", "", None), **change))


def test_a_bad_card_among_many_adds_none(parts: CoreParts, company: Company) -> None:
    bad = Draft(read(ONE_CARD.format("x").replace("FN:Nova", "FN:Nova\r\nURL:javascript:alert(1)")))
    with pytest.raises(BadCard), parts.directory.writing(company.system) as writing:
        writing.add_all(writing.book("people"), [*some(600), bad])
    with parts.directory.reading(company.system) as reading:
        assert reading.count(reading.book("people")) == 8


def test_adding_needs_the_level_and_every_field_that_is_given(parts: CoreParts, company: Company) -> None:
    for who in (company.ada, company.esme, company.bruno):
        with pytest.raises(NotAllowed), parts.directory.writing(who) as writing:
            writing.add(writing.book("people"), draft("nova", "No", "Va", "", None))
        with pytest.raises(NotAllowed), parts.directory.writing(who) as writing:
            writing.add_all(writing.book("people"), [draft("nova", "No", "Va", "", None)])
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:dov"), Level.EDIT, ("public",), ("title",)))
    with pytest.raises(NotAllowed), parts.directory.writing(company.dov) as writing:
        writing.add(writing.book("people"), draft("nova", "No", "Va", "", None))
    with parts.directory.writing(company.dov) as writing:
        assert writing.add(writing.book("people"), Draft(read(ONE_CARD.format("x")))).display == "Nova"


def test_rights_that_were_lost_since_the_book_was_fetched_do_not_count(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.chika) as reading:
        book = reading.book("people")
    with parts.directory.writing(company.system) as writing:
        writing.remove_member("hr", uuid_of("chika"))
    for add in (lambda writing: writing.add(book, some(1)[0]), lambda writing: writing.add_all(book, some(1))):
        with pytest.raises(NotAllowed), parts.directory.writing(company.chika) as writing:
            add(writing)


def test_what_is_added_again_after_its_deletion_comes_back_under_its_name(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("zoe"))
    with parts.directory.writing(company.chika) as writing:
        back = writing.add(writing.book("people"), Draft(draft("zoe", "Zoë", "Back", "", None).card))
    assert (back.uuid, back.name, back.revision) == (uuid_of("zoe"), "zoe", 3)


def test_what_comes_back_after_its_name_has_gone_gets_another(parts: CoreParts, company: Company) -> None:
    card = entry_of(parts.directory, company.chika, "zoe").card
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("zoe"))
        writing.add(writing.book("people"), replace(draft("nova", "No", "Va", "", None), name="zoe"))
    with parts.directory.writing(company.chika) as writing:
        back = writing.put(writing.book("people"), Href("zoe.vcf"), card).entry
    assert back.uuid == uuid_of("zoe")
    assert back.name != "zoe"
    assert entry_of(parts.directory, company.chika, "zoe").display == "No Va"


def test_photos_come_apart_and_back_together(parts: CoreParts, company: Company) -> None:
    text = ONE_CARD.format("x").replace("END", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\nEND")
    with parts.directory.writing(company.system) as writing:
        for slug in ("one", "two"):
            book = writing.add_book(slug, "shared", slug)
            made = writing.add(book, Draft(read(text)))
            assert "blob:sha256-" in made.card.first("PHOTO").value
            assert writing.full_card(made) == read(text)


def test_a_uuid_that_somebody_took_elsewhere_does_not_keep_an_entry_out(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        writing.add(writing.book("~ada"), Draft(draft("nova", "No", "Va", "", None).card))
    with parts.directory.writing(company.chika) as writing:
        made = writing.add(writing.book("people"), draft("nova", "No", "Va", "", None))
        assert made.uuid != uuid_of("nova")
        assert made.card.uid == uuid_of("nova")
        assert writing.named(writing.book("people"), "nova").uuid == made.uuid


def test_an_entry_of_a_book_that_does_not_show_cannot_be_added_to(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.system) as reading:
        clients = reading.book("clients")
    with pytest.raises((NotAllowed, NotFound)), parts.directory.writing(company.esme) as writing:
        writing.add(clients, some(1)[0])


def test_where_a_book_wants_labels_a_contact_needs_one_but_a_phone_may_give_it_later(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.need_label(writing.book("clients"), is_needed=True)
        with pytest.raises(BadInput):
            writing.need_label(writing.book("people"), is_needed=True)
    at_the_pages = replace(company.ada, door=Door.WEB)
    plain = draft("nova", "No", "Va", "", None)
    with pytest.raises(BadInput, match="label"), parts.directory.writing(at_the_pages) as writing:
        writing.add(writing.book("clients"), plain)
    with pytest.raises(BadInput, match="label"), parts.directory.writing(at_the_pages) as writing:
        writing.add_all(writing.book("clients"), [plain])
    with pytest.raises(NotAllowed), parts.directory.writing(company.ada) as writing:
        writing.need_label(writing.book("clients"), is_needed=False)
    with parts.directory.writing(at_the_pages) as writing:
        writing.add_label(writing.book("clients"), "VIP")
        writing.add(writing.book("clients"), Draft(with_categories(plain.card, added=("VIP",))))
    with parts.directory.writing(company.ada) as writing:
        writing.put(writing.book("clients"), Href("x.vcf"), read(ONE_CARD.format("x")))
    looking = Looking(parts.store, Standards())
    looking.catch_up(CLIENTS)
    found = Hygiene(parts.store, parts.directory, Standards()).found(company.ada, CLIENTS, (Code.REQUIRED,))
    # The one from the phone, and the three that were there before.
    assert sorted(one.entry.display for one in found) == ["Acme GmbH", "Nova", "Ñandú S.A.", "Żuraw sp. z o.o."]
