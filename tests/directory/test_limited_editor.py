# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that sees part of a card and may write less of it sends whole cards: what it couldn't see or write is kept."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from dirserver.card.card import Card, Parameter, Property
from dirserver.card.convert import convert
from dirserver.card.reader import read
from dirserver.card.writer import write
from dirserver.directory.views.entry import Form, Put
from dirserver.errors import NotAllowed, Stale
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import ETag, Href
from tests.cast import PEOPLE, Company, uuid_of
from tests.parts import CoreParts

ADA = Href(f"{uuid_of('ada')}.vcf")
HIDDEN = (
    Property("X-SALARY-BAND", "band-77"),
    Property.of_text("NOTE", "not for everybody"),
    Property("X-ABDATE", "2020-01-02", "item1"),
    Property("X-ABLabel", "_$!<Anniversary>!$_", "item1"),
    Property("TEL", "+49 30 99", "item2", (Parameter("TYPE", ("HOME",)),)),
    Property("X-ABLabel", "Cottage", "item2"),
)


@pytest.fixture
def edited(parts: CoreParts, company: Company) -> CoreParts:
    """Dov sees what is public and writes titles; Ada's card has more than that."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    with parts.directory.writing(company.system) as writing:
        writing.add_group("editors")
        writing.add_member("editors", uuid_of("dov"))
        writing.grant(Grant(PEOPLE, Subject.parse("group:editors"), Level.EDIT, ("public",), ("title",)))
        writing.modify(uuid_of("ada"), [Modification("jpegPhoto", Operation.REPLACE, (out.getvalue(),))])
        entry = writing.find(uuid_of("ada"))
        writing.replace_card(entry.uuid, entry.card.with_properties((*entry.card.properties, *HIDDEN)))
    return parts


def whole(parts: CoreParts, company: Company) -> Card:
    with parts.directory.reading(company.system) as reading:
        return reading.find(uuid_of("ada")).card


def fetched(parts: CoreParts, company: Company, form: Form = Form.NATIVE) -> tuple[Card, ETag]:
    with parts.directory.reading(company.dov) as reading:
        (served,) = reading.renderings(reading.book("people"), [ADA], form)
        return read(served.body), served.etag


def put(parts: CoreParts, company: Company, card: Card, etag: ETag | None = None) -> Put:
    with parts.directory.writing(company.dov) as writing:
        return writing.put(writing.book("people"), ADA, read(write(card)), if_match=etag)


@pytest.mark.parametrize("form", [Form.NATIVE, Form.VCARD3, Form.VCARD4])
def test_a_new_title_changes_nothing_else(edited: CoreParts, company: Company, form: Form) -> None:
    before = whole(edited, company)
    card, etag = fetched(edited, company, form)
    assert not any(hidden.value in write(card) for hidden in HIDDEN[:3])
    assert card.first("PHOTO") is None
    done = put(edited, company, card.with_property(Property.of_text("TITLE", "Boss")), etag)
    assert not done.was_created
    after = whole(edited, company)
    expected = convert(before, card.version).with_property(Property.of_text("TITLE", "Boss"))
    assert sorted(map(repr, after.properties)) == sorted(map(repr, expected.properties))


def test_groups_of_the_client_do_not_take_over_hidden_labels(edited: CoreParts, company: Company) -> None:
    card, _ = fetched(edited, company)
    title = Property("TITLE", "Boss", "item1")
    put(edited, company, card.without("TITLE").with_properties((*card.without("TITLE").properties, title)))
    after = whole(edited, company)
    date = after.first("X-ABDATE")
    labels = {one.group: one.value for one in after.all("X-ABLABEL")}
    assert date is not None
    assert date.group != after.first("TITLE").group
    assert labels[date.group] == "_$!<Anniversary>!$_"
    assert {one.value for one in after.all("X-ABLABEL")} == {"_$!<Anniversary>!$_", "Cottage"}


def test_what_may_not_be_written_stays_as_it_is_whatever_was_sent(edited: CoreParts, company: Company) -> None:
    before = whole(edited, company)
    card, etag = fetched(edited, company)
    sent = card.with_property(Property.of_text("TITLE", "Boss")).with_property(Property.of_text("FN", "Someone Else")).without("TEL")
    sent = sent.with_properties((*sent.properties, Property("TEL", "+49 666"), Property("X-SALARY-BAND", "13")))
    done = put(edited, company, sent, etag)
    assert not done.is_as_given
    assert done.entry.card.first("TITLE").value == "Boss"
    after = whole(edited, company)
    assert {repr(one) for one in after.properties if one.key != "TITLE"} == {repr(one) for one in before.properties if one.key != "TITLE"}


def test_a_card_in_which_nothing_allowed_was_changed_is_refused(edited: CoreParts, company: Company) -> None:
    card, etag = fetched(edited, company)
    with pytest.raises(NotAllowed):
        put(edited, company, card.with_property(Property.of_text("FN", "Someone Else")), etag)
    put(edited, company, card, etag)
    with edited.directory.reading(company.system) as reading:
        assert reading.find(uuid_of("ada")).revision == 3, "a card that was sent back as it came changes nothing"


def test_removing_the_title_removes_the_title_only(edited: CoreParts, company: Company) -> None:
    before = whole(edited, company)
    card, etag = fetched(edited, company)
    put(edited, company, card.without("TITLE"), etag)
    assert {repr(one) for one in whole(edited, company).properties} == {repr(one) for one in before.without("TITLE").properties}


def test_history_keeps_the_whole_card_and_reverting_keeps_what_is_hidden(edited: CoreParts, company: Company) -> None:
    card, etag = fetched(edited, company)
    put(edited, company, card.with_property(Property.of_text("TITLE", "Boss")), etag)
    with edited.directory.reading(company.system) as reading:
        found = reading.history(reading.find(uuid_of("ada")))
        assert found[0].changed == ("title",)
        assert all(one.card.first("X-SALARY-BAND") is not None for one in found[:2])
    with edited.directory.writing(company.dov) as writing:
        writing.revert(uuid_of("ada"), 1)
    after = whole(edited, company)
    assert after.first("TITLE").value == "Account Manager"
    assert after.first("X-SALARY-BAND") is not None
    assert after.first("PHOTO") is not None


def test_a_card_that_changed_meanwhile_in_what_is_hidden_is_stale_too(edited: CoreParts, company: Company) -> None:
    card, etag = fetched(edited, company)
    with edited.directory.writing(company.system) as writing:
        writing.modify(uuid_of("ada"), [Modification("homePhone", Operation.REPLACE, ("+49 30 7",))])
    with pytest.raises(Stale):
        put(edited, company, card.with_property(Property.of_text("TITLE", "Boss")), etag)


def test_forms_are_held_to_the_same_fields(edited: CoreParts, company: Company) -> None:
    with edited.directory.writing(company.dov) as writing:
        writing.modify(uuid_of("ada"), [Modification("jobTitle", Operation.REPLACE, ("Boss",))])
    for name in ("mail", "cn", "homePhone", "jpegPhoto", "uid", "entryUUID", "memberOf", "manager"):
        with pytest.raises(NotAllowed, match=name), edited.directory.writing(company.dov) as writing:
            writing.modify(uuid_of("ada"), [Modification(name, Operation.REPLACE, ("x",))])
    for deed in (lambda writing: writing.trash(uuid_of("ada")), lambda writing: writing.rename(uuid_of("ada"), "mine")):
        with pytest.raises(NotAllowed), edited.directory.writing(company.dov) as writing:
            deed(writing)
