# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.card import Property
from dirserver.card.reader import read
from dirserver.directory.views.entry import Draft, Form, Search
from dirserver.errors import BadCard, Conflict, NotAllowed, NotFound, Stale, UidTaken
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href
from tests.cast import ADA_MOBILE, Company, draft, entry_of, uuid_of
from tests.parts import CoreParts


def _card(uid: str, name: str = "Nova Kontakto", more: str = "") -> str:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:Kontakto;Nova;;;\r\n{more}END:VCARD\r\n"


def test_ada_changes_her_own_mobile_and_keeps_the_rest(parts: CoreParts, company: Company) -> None:
    before = entry_of(parts.directory, company.chika, "ada")
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("mobile", Operation.REPLACE, ("+49 151 999",))])
    after = entry_of(parts.directory, company.chika, "ada")
    changed = {one.key for one in set(before.card.properties) ^ set(after.card.properties)}
    assert changed == {"TEL"}
    assert after.revision == before.revision + 1
    assert after.modified_by == "ada"


def test_ada_may_not_change_her_mail(parts: CoreParts, company: Company) -> None:
    with pytest.raises(NotAllowed, match="mail"), parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("mail", Operation.REPLACE, ("boss@example.com",))])
    assert entry_of(parts.directory, company.ada, "ada").revision == 1


def test_ada_may_not_change_zoe(parts: CoreParts, company: Company) -> None:
    with pytest.raises(NotAllowed), parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("zoe"), [Modification("mobile", Operation.REPLACE, ("1",))])


def test_what_fails_halfway_changes_nothing(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.system) as reading:
        number = reading.book("people").book.number
    with pytest.raises(NotFound), parts.directory.writing(company.chika) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("Boss",))])
        writing.trash("00000000-0000-0000-0000-000000000000")
    assert entry_of(parts.directory, company.ada, "ada").revision == 1
    with parts.directory.reading(company.system) as reading:
        assert reading.book("people").book.number == number


def test_a_change_that_changes_nothing_is_none(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        token = reading.token(reading.book("people"))
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("mobile", Operation.REPLACE, (ADA_MOBILE,))])
    with parts.directory.reading(company.ada) as reading:
        assert reading.token(reading.book("people")) == token


def test_a_revision_that_is_gone_is_stale(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("A",))], if_revision=1)
    with pytest.raises(Stale), parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("B",))], if_revision=1)


def test_a_put_is_kept_as_given_and_served_back_to_the_letter(parts: CoreParts, company: Company) -> None:
    text = _card("abc@host", more="item1.X-ABLabel:_$!<Anniversary>!$_\r\nTEL;type=CELL;type=pref:+1 (555) 0100\r\nX-ODD;A=1:x\\,y\r\n")
    with parts.directory.writing(company.ada) as writing:
        put = writing.put(writing.book("~ada"), Href("abc.vcf"), read(text))
        assert put.was_created
        assert put.is_as_given
    with parts.directory.reading(company.ada) as reading:
        (served,) = reading.renderings(reading.book("~ada"), [Href("abc.vcf")])
        assert served.body.decode() == text
        assert served.etag == put.entry.etag
        (as_v4,) = reading.renderings(reading.book("~ada"), [Href("abc.vcf")], Form.VCARD4)
        assert b"VERSION:4.0\r\n" in as_v4.body
        assert as_v4.etag != served.etag


def test_a_put_with_a_taken_uid_names_the_href_that_has_it(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        writing.put(writing.book("~ada"), Href("a.vcf"), read(_card("one")))
    with pytest.raises(UidTaken) as raised, parts.directory.writing(company.ada) as writing:
        writing.put(writing.book("~ada"), Href("b.vcf"), read(_card("one")))
    assert raised.value.href == "a.vcf"


def test_put_honours_its_conditions(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        book = writing.book("~ada")
        first = writing.put(book, Href("a.vcf"), read(_card("one")), must_be_new=True)
        second = writing.put(book, Href("a.vcf"), read(_card("one", "Other")), if_match=first.entry.etag)
        assert second.entry.etag != first.entry.etag
    for conditions in ({"must_be_new": True}, {"if_match": first.entry.etag}):
        with pytest.raises(Stale), parts.directory.writing(company.ada) as writing:
            writing.put(writing.book("~ada"), Href("a.vcf"), read(_card("one", "Third")), **conditions)
    with pytest.raises(Stale), parts.directory.writing(company.ada) as writing:
        writing.put(writing.book("~ada"), Href("none.vcf"), read(_card("two")), if_match=first.entry.etag)


def test_a_put_over_ones_own_card_keeps_what_one_cannot_see(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        entry = writing.find(uuid_of("ada"))
        card = entry.card.with_properties((*entry.card.properties, Property("X-SALARY-BAND", "7")))
        writing.replace_card(entry.uuid, card)
    with parts.directory.writing(company.system) as writing:
        shown = writing.find(uuid_of("ada"))
        assert shown.card.first("X-SALARY-BAND") is not None
    mine = entry_of(parts.directory, company.bruno, "ada")
    assert mine.card.first("X-SALARY-BAND") is None
    with pytest.raises(NotAllowed), parts.directory.writing(company.bruno) as writing:
        writing.put(writing.book("people"), mine.href, mine.card.with_property(Property.of_text("TITLE", "Intern")))


def test_the_photo_of_another_entry_cannot_be_had_by_naming_its_digest(parts: CoreParts, company: Company) -> None:
    digest = "0" * 64
    text = _card("thief", more=f"PHOTO;ENCODING=b;TYPE=JPEG:blob:sha256-{digest}\r\n")
    with pytest.raises(BadCard), parts.directory.writing(company.ada) as writing:
        writing.put(writing.book("~ada"), Href("t.vcf"), read(text))


def test_deleting_needs_the_level_and_restoring_brings_all_back(parts: CoreParts, company: Company) -> None:
    with pytest.raises(NotAllowed), parts.directory.writing(company.ada) as writing:
        writing.trash(uuid_of("zoe"))
    before = entry_of(parts.directory, company.chika, "zoe")
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("zoe"))
    with pytest.raises(NotFound):
        entry_of(parts.directory, company.chika, "zoe")
    with parts.directory.reading(company.chika) as reading:
        found = reading.search(Search(with_state=State.TRASHED)).entries
        assert [one.name for one in found] == ["zoe"]
    with parts.directory.reading(company.ada) as reading:
        assert reading.search(Search(with_state=State.TRASHED)).entries == ()
    with parts.directory.writing(company.chika) as writing:
        after = writing.restore(uuid_of("zoe"))
    assert (after.card, after.name, after.href, after.etag) == (before.card, before.name, before.href, before.etag)


def test_a_name_that_went_to_somebody_else_blocks_the_restore(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("zoe"))
        writing.add(writing.book("people"), Draft(draft("zora", "Zora", "New", "X", None).card, name="zoe"))
    with pytest.raises(Conflict, match="name"), parts.directory.writing(company.chika) as writing:
        writing.restore(uuid_of("zoe"))


def test_what_is_put_again_after_its_deletion_is_the_same_entry(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        first = writing.put(writing.book("~ada"), Href("a.vcf"), read(_card("one"))).entry
        writing.trash(first.uuid)
    with parts.directory.writing(company.ada) as writing:
        again = writing.put(writing.book("~ada"), Href("a.vcf"), read(_card("one", "Back")))
    assert again.entry.uuid == first.uuid
    assert [one.what for one in _history(parts, company, again.entry.uuid)] == [What.RESTORED, What.TRASHED, What.CREATED]


def _history(parts: CoreParts, company: Company, uuid: str) -> tuple:
    with parts.directory.reading(company.ada) as reading:
        return reading.history(reading.find(uuid))


def test_undoing_a_change_is_a_new_revision_with_the_old_card(parts: CoreParts, company: Company) -> None:
    before = entry_of(parts.directory, company.ada, "ada")
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("ada"), [Modification("mobile", Operation.REPLACE, ("+49 151 999",))])
        writing.revert(uuid_of("ada"), 1)
    after = entry_of(parts.directory, company.ada, "ada")
    assert after.card == before.card
    history = _history(parts, company, uuid_of("ada"))
    assert [one.number for one in history] == [3, 2, 1]
    assert history[0].changed == ("mobile",)


def test_undoing_a_batch_takes_back_what_it_made_and_changed(parts: CoreParts, company: Company) -> None:
    before = entry_of(parts.directory, company.chika, "ada")
    with parts.directory.writing(company.system) as writing:
        batch = writing.begin_batch("import", "people.csv")
        writing.add(writing.book("people"), draft("nova", "Nova", "Neue", "X", None))
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("Boss",))])
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Boss",))])
    with parts.directory.writing(company.chika) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Lead",))])
    with parts.directory.writing(company.system) as writing:
        undone = writing.undo_batch(batch)
    assert (undone.restored, undone.trashed) == (1, 1)
    assert [uuid for uuid, _ in undone.skipped] == [uuid_of("zoe")]
    assert entry_of(parts.directory, company.chika, "ada").card == before.card
    with pytest.raises(NotFound):
        entry_of(parts.directory, company.chika, "nova")
    with pytest.raises(Conflict, match="undone"), parts.directory.writing(company.system) as writing:
        writing.undo_batch(batch)


def test_a_bad_card_changes_nothing(parts: CoreParts, company: Company) -> None:
    with pytest.raises(BadCard), parts.directory.writing(company.ada) as writing:
        writing.put(writing.book("~ada"), Href("a.vcf"), read(_card("one", more="URL:javascript:alert(1)\r\n")))
    with parts.directory.reading(company.ada) as reading:
        assert reading.count(reading.book("~ada")) == 0


def test_the_same_card_in_two_books_gets_two_uuids(parts: CoreParts, company: Company) -> None:
    card = entry_of(parts.directory, company.ada, "zoe").card
    with parts.directory.writing(company.ada) as writing:
        copy = writing.put(writing.book("~ada"), Href("zoe.vcf"), card).entry
    assert copy.card.uid == uuid_of("zoe")
    assert copy.uuid != uuid_of("zoe")
