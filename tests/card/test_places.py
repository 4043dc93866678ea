# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from dirserver.card.card import Card, Property, Version
from dirserver.card.fields import field_of, fields_of
from dirserver.card.places import PLACE_OF, PLACES, Form
from dirserver.card.reader import read
from dirserver.model.attribute import CANONICAL, FIELDS, OWN_FIELD, find
from tests.card.strategies import cards, common_cards


def field(line: str, *others: str) -> str:
    card = read("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", "FN:A", line, *others, "END:VCARD", ""]))
    return field_of(card.properties[1], card)


@pytest.mark.parametrize(
    "line,expected",
    [
        ("TEL:1", "telephoneNumber"),
        ("TEL;TYPE=WORK,VOICE:1", "telephoneNumber"),
        ("TEL;TYPE=CELL:1", "mobile"),
        ("TEL;type=CELL;type=WORK:1", "mobile"),
        ("TEL;TYPE=HOME:1", "homePhone"),
        ("TEL;TYPE=HOME,CELL:1", "homePhone"),
        ("TEL;TYPE=HOME,FAX:1", "homePhone"),
        ("TEL;TYPE=FAX:1", "facsimileTelephoneNumber"),
        ("TEL;TYPE=PAGER:1", "pager"),
        ("TEL;HOME:1", "homePhone"),
        ('TEL;TYPE="home,voice":1', "homePhone"),
        ("TEL;TYPE=WORK,X-IPPHONE:1", "ipPhone"),
        ("EMAIL:a", "mail"),
        ("EMAIL;TYPE=home:a", "homeMail"),
        ("ADR;TYPE=HOME:;;;;;;", "homePostalAddress"),
        ("ADR:;;;;;;", "postalAddress"),
        ("LABEL;TYPE=HOME:x", "homePostalAddress"),
        ("URL:x", "labeledURI"),
        ("URL;TYPE=HOME:x", "homeUrl"),
        ("N:a", "cn"),
        ("nickname:a", "cn"),
        ("ORG:a", "o"),
        ("BDAY:1985-04-12", "birthDate"),
        ("X-EVOLUTION-MANAGER:Bruno", "manager"),
        ("X-JABBER:a", "impp"),
        ("SOCIALPROFILE:a", "socialProfile"),
        ("UID:1", OWN_FIELD),
        ("X-SomeThing:1", "x-something"),
        ("HOBBY:chess", "hobby"),
    ],
)
def test_every_property_has_one_field(line: str, expected: str) -> None:
    assert field(line) == expected


def test_a_label_belongs_to_the_field_of_what_it_labels() -> None:
    assert field("item1.X-ABLabel:Secret lover", "ITEM1.TEL;TYPE=HOME:1") == "homePhone"
    assert field("item1.X-ABADR:gb", "item1.ADR;TYPE=HOME:;;;;;;") == "homePostalAddress"
    assert field("item1.X-ABLabel:alone") == "x-ablabel"
    assert field("X-ABLabel:no group", "TEL:1") == "x-ablabel"


@pytest.mark.parametrize(
    "label,expected",
    [("_$!<Home>!$_", "homePhone"), ("_$!<HomeFAX>!$_", "homePhone"), ("_$!<Mobile>!$_", "mobile"), ("Büro", "telephoneNumber")],
)
def test_apples_own_labels_count_as_types(label: str, expected: str) -> None:
    assert field("item7.TEL:1", f"item7.X-ABLabel:{label}") == expected


@given(cards() | common_cards())
def test_fields_of_all_are_the_fields_of_each(card: Card) -> None:
    assert fields_of(card) == tuple(field_of(each, card) for each in card.properties)


def test_every_attribute_that_a_card_holds_has_one_place_and_the_others_none() -> None:
    assert len(PLACE_OF) == len(PLACES)
    assert set(PLACE_OF) == {attribute.name for attribute in CANONICAL if attribute.field != OWN_FIELD}


def test_a_new_property_lands_in_the_field_of_its_attribute() -> None:
    for place in PLACES:
        for version in Version:
            made = Property(place.name(version), "x", None, place.params(version))
            attribute = find(place.attribute)
            assert attribute is not None
            assert field_of(made, Card(version, (made,))) == attribute.field
            assert attribute.field in FIELDS
            assert place.form in Form


def test_the_corpus_hides_nothing_private_under_a_public_name() -> None:
    card = read((Path(__file__).parent / "corpus" / "apple.vcf").read_bytes())
    by_value = {each.value: name for each, name in zip(card.properties, fields_of(card), strict=True)}
    assert by_value["+44 20 7946 0001"] == "homePhone"
    assert by_value["_$!<HomeFAX>!$_"] == "homePhone"
    assert by_value["ada@home.example"] == "homeMail"
    assert by_value["2019-06-01"] == by_value["_$!<Anniversary>!$_"] == "anniversary"
    assert by_value["gb"] == "postalAddress"
