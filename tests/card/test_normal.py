# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card
from dirserver.card.normal import REVERSED, IndexValue, index_values, normalise, phone_key
from dirserver.card.reader import read
from dirserver.model.attribute import CANONICAL
from tests.card.strategies import cards, common_cards


@pytest.mark.parametrize(
    "attribute,value,expected",
    [
        ("cn", "  Łukasz  ĆWIK ", "lukasz cwik"),
        ("surname", "Straße", "strasse"),
        ("mail", "Ada@Example.COM", "ada@example.com"),
        ("telephoneNumber", "+49 (0)30 12-34", "49301234"),
        ("telephoneNumber", "0049 30 1234", "49301234"),
        ("telephoneNumber", "678", "678"),
        ("telephoneNumber", "foo", None),
        ("cellPhone", "", None),
        ("entryUUID", "ADAE078A1AF048EB82389CB55207C5D4", "adae078a-1af0-48eb-8238-9cb55207c5d4"),
        ("entryUUID", "urn:uuid:ADAE078A-1AF0-48EB-8238-9CB55207C5D4", "adae078a-1af0-48eb-8238-9cb55207c5d4"),
        ("entryUUID", "adae", None),
        ("manager", "uid=bruno,ou=people", None),
        ("birthDate", "19850412", "1985-04-12"),
        ("birthDate", "--0412", "--04-12"),
        ("birthDate", "a\nb", None),
        ("modifyTimestamp", "20260101T000000Z", "20260101000000Z"),
        ("modifyTimestamp", "2026-01-01T10:20:30Z", "20260101102030Z"),
        ("modifyTimestamp", "20260101000000.5Z", "20260101000000Z"),
        ("modifyTimestamp", "yesterday", None),
        ("jpegPhoto", "anything", None),
        ("noSuchThing", "Text", "text"),
        ("cn", " \u200b ", None),
    ],
)
def test_values_are_compared_in_their_normal_form(attribute: str, value: str, expected: str | None) -> None:
    assert normalise(attribute, value) == expected


@pytest.mark.parametrize(
    "typed", ["+49 30 1234567", "0049301234567", "030 1234567", "(030) 1234567", "tel:+49-30-1234567", "+49 (0)30 1234567", "301234567"]
)
@pytest.mark.parametrize("stored", ["+49 30 1234567", "030-1234567", "0049 30 1234567"])
def test_a_number_is_found_from_the_right_in_any_spelling(typed: str, stored: str) -> None:
    key = phone_key(typed)
    assert key is not None
    card = read(f"BEGIN:VCARD\nVERSION:3.0\nFN:A\nTEL;TYPE=CELL:{stored}\nEND:VCARD")
    rows = [row.norm for row in index_values(card) if row.attribute == "mobile" + REVERSED]
    assert len(rows) == 1
    assert rows[0].startswith(key[::-1])


@pytest.mark.parametrize("typed", ["678", "foo", "", "+49 30", "030 123"])
def test_a_short_number_is_not_matched_from_the_right(typed: str) -> None:
    assert phone_key(typed) is None


def test_the_index_holds_each_value_once_under_its_lower_case_name() -> None:
    card = read("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nN:Ada;ADA;;;\nTEL:+44 1\nTEL:0044 1 \nTEL:foo\nEND:VCARD")
    assert index_values(card) == (
        IndexValue("cn", "ada"),
        IndexValue("sn", "ada"),
        IndexValue("givenname", "ada"),
        IndexValue("telephonenumber", "441"),
        IndexValue("telephonenumber;r", "144"),
        IndexValue("telephonenumber", "00441"),
        IndexValue("telephonenumber;r", "14400"),
        IndexValue("displayname", "ada"),
    )


@given(st.sampled_from([attribute.name for attribute in CANONICAL]), st.text() | st.text("0+ 19(x"))
def test_a_normal_form_is_its_own_normal_form(attribute: str, value: str) -> None:
    norm = normalise(attribute, value)
    assert norm is None or normalise(attribute, norm) == norm


@given(cards() | common_cards())
def test_index_rows_are_unique_and_can_be_stored(card: Card) -> None:
    rows = index_values(card)
    assert len(set(rows)) == len(rows)
    for row in rows:
        assert row.norm
        row.norm.encode()
        assert "\x00" not in row.norm
