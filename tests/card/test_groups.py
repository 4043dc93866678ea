# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.card import Property, Version
from dirserver.card.convert import convert
from dirserver.card.groups import (
    categories_of,
    in_apples_words,
    member_key,
    member_keys,
    member_value,
    new_group,
    with_categories,
    with_members,
)
from dirserver.card.reader import read

ONE = "11111111-0000-4000-8000-00000000000A"


def test_a_member_is_named_by_its_uid_in_any_spelling() -> None:
    assert member_key(Property("MEMBER", f"URN:UUID:{ONE}")) == ONE.lower()
    assert member_key(Property("MEMBER", "urn:uuid:abc@host")) == "abc@host"
    assert member_key(Property("MEMBER", "mailto:x@example.com")) is None
    assert member_value(f"urn:uuid:{ONE}") == member_value(ONE) == f"urn:uuid:{ONE}"


def test_members_are_put_in_and_taken_out_and_the_others_stay_as_they_are() -> None:
    card = read(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:G\r\nKIND:group\r\nMEMBER:mailto:x@example.com\r\nMEMBER:urn:uuid:gone\r\n"
        "MEMBER:urn:uuid:unknown\r\nNOTE:n\r\nEND:VCARD\r\n"
    )
    made = with_members(card, {"new": "urn:uuid:new"}, {"gone", "new"})
    assert [each.value for each in made.all("MEMBER")] == ["mailto:x@example.com", "urn:uuid:unknown", "urn:uuid:new"]
    assert made.properties[-1].key == "NOTE"
    assert with_members(made, {"new": "urn:uuid:new"}, {"gone"}) is made


def test_a_group_is_spelled_as_each_version_and_apple_do() -> None:
    card = with_members(new_group("u", "A, B"), {"x": "urn:uuid:x"}, ())
    assert card.first("X-ADDRESSBOOKSERVER-MEMBER")
    four = convert(card, Version.V4)
    assert (four.kind, member_keys(four)) == ("group", ("x",))
    assert four.first("MEMBER")
    assert in_apples_words(four).first("X-ADDRESSBOOKSERVER-MEMBER")
    assert convert(four, Version.V3).first("X-ADDRESSBOOKSERVER-KIND")


def test_categories_change_one_by_one_and_keep_their_spelling() -> None:
    card = read("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nCATEGORIES:A\\,a, B \r\nNOTE:n\r\nCATEGORIES:C\r\nEND:VCARD\r\n")
    assert categories_of(card) == ("A,a", "B", "C")
    assert categories_of(with_categories(card, added=["D", "B"], removed={"A,a"})) == ("B", "C", "D")
    assert with_categories(card, removed={"C"}).all("CATEGORIES") == card.all("CATEGORIES")[:1]
    assert with_categories(card, added=["B"]) == card
    assert categories_of(with_categories(card.without("CATEGORIES"), added=["x;y"])) == ("x;y",)
