# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.card import Card, Property, Version
from dirserver.card.reader import read
from dirserver.directory.ledger.drafting import Stamp, checked, fields_given, indexed, new_row, next_row, touched, uuids_for
from dirserver.directory.views.entry import Draft
from dirserver.errors import BadCard, BadInput
from dirserver.model.book import Book, BookKind
from dirserver.model.change import What
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from tests.cast import draft, uuid_of

BOOK = Book(7, "6c1c7d7e-8a9c-4d1a-9a3e-000000000001", Slug("people"), BookKind.PEOPLE, "People", "", None, 3, "e")
STAMP = Stamp(Principal(Door.WEB, 1, "ada"), 1000, 4, "b1")
ADA = draft("ada", "Ada", "Łukasińska", "Manager", "bruno")
PHOTO = Property("PHOTO", "blob:sha256-" + "0" * 64)


def test_a_row_says_who_made_the_entry_when_and_how_it_is_found() -> None:
    row = new_row(BOOK, ADA, STAMP).row
    assert (row.uuid, row.uid, row.href, row.name, row.name_key) == (uuid_of("ada"), uuid_of("ada"), f"{uuid_of('ada')}.vcf", "ada", "ada")
    assert (row.display, row.sort_key, row.manager, row.kind) == (
        "Ada Łukasińska",
        "lukasinska ada ada lukasinska",
        uuid_of("bruno"),
        "individual",
    )
    assert (row.created_us, row.created_by, row.modified_door, row.number, row.batch, row.revision) == (1000, "ada", "web", 4, "b1", 1)
    found = indexed(1, row, ADA.card).values
    assert {("uid", "ada"), ("entryuuid", uuid_of("ada")), ("manager", uuid_of("bruno")), ("sn", "lukasinska")} <= found


def test_an_entry_without_a_uid_gets_one() -> None:
    card = Card(Version.V4, (Property.of_text("FN", "Nova"),))
    one, other = (new_row(BOOK, Draft(card), STAMP).row for _ in range(2))
    assert one.uuid == one.uid == one.name
    assert one.uuid != other.uuid


def test_a_uid_that_is_no_uuid_makes_the_same_uuid_every_time_but_another_in_each_book() -> None:
    card = ADA.card.with_uid("abc@host")
    one, other = (new_row(BOOK, Draft(card), STAMP).row for _ in range(2))
    assert (one.uid, one.uuid) == ("abc@host", other.uuid)
    assert uuids_for(BOOK, Draft(card, uuid=uuid_of("zoe").upper()), "abc@host")[0] == uuid_of("zoe")
    assert new_row(BOOK, Draft(card), STAMP, taken=frozenset({one.uuid})).row.uuid != one.uuid


def test_a_change_is_a_new_revision_and_time_never_goes_back() -> None:
    row = new_row(BOOK, ADA, STAMP).row
    later = Stamp(Principal.system(), 500, 9, None)
    after = next_row(row, ADA.card.with_property(Property.of_text("TITLE", "Boss")), What.CHANGED, later).row
    assert (after.revision, after.number, after.modified_us, after.modified_by, after.batch) == (2, 9, 1000, "system", None)
    assert after.digest != row.digest
    assert touched(row, What.TRASHED, later).digest == row.digest


def test_the_digest_of_a_card_is_drawn_by_lot() -> None:
    assert len({new_row(BOOK, ADA, STAMP).row.digest for _ in range(5)}) == 5


def test_only_photos_that_the_writer_was_shown_may_be_referred_to() -> None:
    with pytest.raises(BadCard, match="photo"):
        checked(ADA.card.with_property(PHOTO))


def test_fields_given_are_those_that_need_a_right() -> None:
    card = read("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x\r\nREV:2020-01-01\r\nFN:Nova\r\nN:;Nova;;;\r\nX-ODD:1\r\nEND:VCARD\r\n")
    assert set(fields_given(card)) == {"cn", "x-odd"}


@pytest.mark.parametrize("uid", ["x" * 201, "a\u200eb"])
def test_a_uid_that_cannot_be_a_name_is_refused(uid: str) -> None:
    with pytest.raises(BadInput, match="UID"):
        new_row(BOOK, Draft(ADA.card.with_uid(uid)), STAMP)
