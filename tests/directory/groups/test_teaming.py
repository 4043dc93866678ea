# SPDX-License-Identifier: GPL-3.0-or-later
"""A group and its card among the people are one thing, whichever is written."""

from __future__ import annotations

import pytest

from dirserver.card.card import Card
from dirserver.card.groups import member_keys
from dirserver.card.reader import read
from dirserver.directory.reading import Reading
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.book import Level
from dirserver.model.client import Family
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Href
from dirserver.model.principal import Door, Principal
from dirserver.store.rights import teams
from tests.cast import PEOPLE, Company, draft, uuid_of
from tests.parts import CoreParts

G = "99999999-0000-4000-8000-000000000009"


def group_card(name: str, *logins: str, uid: str = G, more: str = "") -> Card:
    members = "".join(f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:{uuid_of(login)}\r\n" for login in logins)
    head = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:{name};;;;\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"
    return read(f"{head}{members}{more}END:VCARD\r\n")


def put(parts: CoreParts, who: Principal, card: Card, href: str = "g.vcf") -> None:
    with parts.directory.writing(who) as writing:
        writing.put(writing.book(PEOPLE), Href(href), card)


def on_phone(parts: CoreParts, who: Principal) -> dict[str, Card]:
    """The groups that somebody's iPhone shows, by name."""
    with parts.directory.reading(who.using(Family.IOS)) as reading:
        cards = [read(one.body) for one in reading.renderings(reading.book(PEOPLE), None)]
        listed = len(list(reading.listing(reading.book(PEOPLE))))
        assert listed == len(cards) == reading.count(reading.book(PEOPLE), with_groups=True)
    return {card.formatted_name: card for card in cards if card.kind == "group"}


def said(parts: CoreParts, who: Principal) -> dict[str, set[str]]:
    """The names of the groups and the UUIDs of their members, as pages and LDAP tell them."""
    with parts.directory.reading(who) as reading:
        return {one.name: {member.uuid for member in one.members} for one in reading.groups()}


def agree(parts: CoreParts, who: Principal) -> dict[str, set[str]]:
    """What both tell of groups."""
    told = said(parts, who)
    assert {name: set(member_keys(card)) for name, card in on_phone(parts, who).items()} == told
    return told


def texts(card: Card, *keys: str) -> tuple[str | None, ...]:
    found = (card.first(key) for key in keys)
    return tuple(each.text() if each is not None else None for each in found)


def href_of(reading: Reading, name: str) -> Href:
    return Href(f"{reading.group(name).uuid}.vcf")


def test_every_group_is_a_card_of_whoever_sees_the_people(parts: CoreParts, company: Company) -> None:
    assert agree(parts, company.ada)["sales"] == {uuid_of("ada"), uuid_of("bruno")}
    assert agree(parts, company.esme)["contractors"] == {uuid_of("esme")}, "who may not read categories sees who is in a group all the same"
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("group:contractors"), Level.NONE))
        writing.grant(Grant(PEOPLE, Subject.parse("anonymous"), Level.VIEW, ("*",)))
    assert on_phone(parts, company.esme) == {}, "who sees nobody but themselves sees no group"
    assert on_phone(parts, company.nobody) == {}


def test_a_group_is_nobody_at_the_other_doors_and_counts_for_nobody(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        assert reading.count(reading.book(PEOPLE)) == len(list(reading.listing(reading.book(PEOPLE)))) == 8
        uuid = reading.group("sales").uuid
    for door in (Door.LDAP, Door.WEB):
        with parts.directory.reading(Principal(door, company.ada.account_id, "ada")) as reading:
            assert reading.suggested("sales") == 8, "of the people, nothing else"
            with pytest.raises(NotFound):
                reading.find(uuid)
            with pytest.raises(NotFound):
                reading.named(reading.book(PEOPLE), uuid)


def test_what_is_done_to_a_group_is_seen_in_its_card(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.admin) as writing:
        writing.add_group("Board", description="Decides", mail="board@example.com")
        writing.add_member("board", uuid_of("zoe"))
        writing.add_member("sales", uuid_of("zoe"))
        writing.remove_member("sales", uuid_of("ada"))
    told = agree(parts, company.ada)
    assert (told["Board"], told["sales"]) == ({uuid_of("zoe")}, {uuid_of("bruno"), uuid_of("zoe")})
    card = on_phone(parts, company.chika)["Board"]
    assert texts(card, "NOTE", "EMAIL") == ("Decides", "board@example.com")
    with parts.directory.writing(company.admin) as writing:
        writing.change_group("Board", name="Council", description="", mail="c@example.com")
        writing.drop_group("sales")
    assert agree(parts, company.ada).keys() == {"Council", "contractors", "hr"}
    card = on_phone(parts, company.chika)["Council"]
    assert (*texts(card, "NOTE", "EMAIL"), member_keys(card)) == (None, "c@example.com", (uuid_of("zoe"),))


def test_who_may_keep_groups_keeps_them_by_their_cards(parts: CoreParts, company: Company) -> None:
    put(parts, company.admin, group_card("Board", "zoe", "ludo", more="NOTE:Decides\r\n"))
    assert agree(parts, company.ada)["Board"] == {uuid_of("zoe"), uuid_of("ludo")}
    put(parts, company.admin, group_card("Council", "ludo", "ada"))
    assert agree(parts, company.ada)["Council"] == {uuid_of("ludo"), uuid_of("ada")}
    with parts.directory.reading(company.admin) as reading:
        assert reading.group("council").description == ""
    with parts.directory.writing(company.admin) as writing:
        writing.trash(G)
    assert "Council" not in agree(parts, company.ada)
    with parts.directory.writing(company.admin) as writing:
        writing.restore(G)
    assert agree(parts, company.ada)["Council"] == {uuid_of("ludo"), uuid_of("ada")}


def test_nobody_else_does_whatever_they_may_do_to_people(parts: CoreParts, company: Company) -> None:
    before = said(parts, company.admin)
    with parts.directory.reading(company.chika.using(Family.IOS)) as reading:
        there = href_of(reading, "hr")
        uuid = reading.group("hr").uuid
    for deed in (
        lambda writing, book: writing.put(book, there, group_card("hr", "ada", "chika", uid=uuid)),
        lambda writing, book: writing.put(book, Href("new.vcf"), group_card("Mine", "chika")),
        lambda writing, book: writing.trash(uuid),
        lambda writing, book: writing.archive(uuid),
        lambda writing, book: writing.rename(uuid, "somebody"),
        lambda writing, book: writing.take(book, there, writing.book("~chika"), is_move=True),
    ):
        with pytest.raises((NotAllowed, NotFound)), parts.directory.writing(company.chika) as writing:
            deed(writing, writing.book(PEOPLE))
    assert agree(parts, company.admin) == before


def test_a_group_that_something_is_granted_to_is_not_lost_by_deleting_its_card(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.admin) as reading:
        uuid = reading.group("contractors").uuid
    for deed in (lambda writing: writing.trash(uuid), lambda writing: writing.archive(uuid)):
        with pytest.raises(Conflict), parts.directory.writing(company.admin) as writing:
            deed(writing)
    assert "contractors" in agree(parts, company.admin)


def test_the_name_of_another_group_and_a_change_from_group_to_person_are_refused(parts: CoreParts, company: Company) -> None:
    for error, card in ((Conflict, group_card("SALES")), (BadInput, group_card("x" * 201))):
        with pytest.raises(error):
            put(parts, company.admin, card)
    put(parts, company.admin, group_card("Board"))
    with pytest.raises(BadInput):
        put(parts, company.admin, read(f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{G}\r\nFN:Bo\r\nN:Bo;;;;\r\nEND:VCARD\r\n"))
    with pytest.raises(BadInput), parts.directory.writing(company.admin) as writing:
        writing.add_member("sales", G)
    assert agree(parts, company.ada)["Board"] == set()


def test_members_come_and_go_with_their_entries(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("bruno"))
    assert agree(parts, company.ada)["sales"] == {uuid_of("ada")}
    with parts.directory.reading(company.admin) as reading:
        uuid = reading.group("sales").uuid
    put(parts, company.admin, group_card("sales", "zoe", uid=uuid), f"{uuid}.vcf")
    with parts.directory.writing(company.chika) as writing:
        writing.restore(uuid_of("bruno"))
    assert agree(parts, company.ada)["sales"] == {uuid_of("zoe"), uuid_of("bruno")}, "who was in the trash could not be taken out"


def test_an_import_may_bring_a_group_before_its_people_but_nobody_joins_one_later(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.admin) as writing:
        book = writing.book(PEOPLE)
        writing.put(book, Href("g.vcf"), group_card("Board", "new", "later", "zoe"))
        writing.add(book, draft("new", "New", "Comer", "Clerk", None))
    assert agree(parts, company.ada)["Board"] == {uuid_of("new"), uuid_of("zoe")}
    with parts.directory.writing(company.chika) as writing:
        writing.add(writing.book(PEOPLE), draft("later", "Later", "Comer", "Clerk", None))
    assert agree(parts, company.ada)["Board"] == {uuid_of("new"), uuid_of("zoe")}


def test_a_batch_that_made_a_group_can_be_undone_but_for_what_leans_on_it(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.admin) as writing:
        batch = writing.begin_batch("test", "")
        writing.put(writing.book(PEOPLE), Href("g.vcf"), group_card("Board", "zoe"))
        writing.put(writing.book(PEOPLE), Href("h.vcf"), group_card("Crew", "zoe", uid=G.replace("9", "8")))
    with parts.directory.writing(company.admin) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("group:crew"), Level.VIEW, ("public",)))
        undone = writing.undo_batch(batch)
    assert (undone.trashed, [uuid for uuid, _ in undone.skipped]) == (1, [G.replace("9", "8")])
    told = agree(parts, company.ada)
    assert "Board" not in told
    assert told["Crew"] == {uuid_of("zoe")}


def test_groups_of_before_there_were_cards_get_theirs(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        by = teams.By("admin", 1)
        number = teams.add(tx, teams.Told("Old", "old", "Was there", ""), by, G)
        teams.join(tx, number, [uuid_of("ada"), uuid_of("ludo")], by)
    with parts.directory.writing(company.chika) as writing:
        writing.archive(uuid_of("ludo"))
    assert "Old" not in on_phone(parts, company.ada)
    for _ in range(2):
        parts.directory.mirror_groups()
    assert agree(parts, company.ada)["Old"] == {uuid_of("ada")}
    with parts.directory.writing(company.chika) as writing:
        writing.restore(uuid_of("ludo"))
    assert agree(parts, company.ada)["Old"] == {uuid_of("ada"), uuid_of("ludo")}
