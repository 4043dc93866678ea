# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from dirserver.card.card import Card, Version
from dirserver.card.projection import attributes, octet_attributes, uuid_of
from dirserver.card.reader import read, read_many
from dirserver.model.attribute import find
from tests.card.strategies import cards, common_cards

CORPUS = Path(__file__).parent / "corpus"


def of(*lines: str) -> dict[str, tuple[str, ...]]:
    return dict(attributes(read("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]))))


def test_apples_card_is_seen_as_ldap_attributes() -> None:
    assert attributes(read((CORPUS / "apple.vcf").read_bytes())) == {
        "cn": ("Dr. Ada King Lovelace",),
        "displayName": ("Dr. Ada King Lovelace",),
        "sn": ("Lovelace",),
        "givenName": ("Ada",),
        "middleName": ("King",),
        "personalTitle": ("Dr.",),
        "o": ("Example Corp",),
        "ou": ("Engines", "Analytical"),
        "mail": ("ada@example.com",),
        "mozillaSecondEmail": ("ada@home.example",),
        "mobile": ("+44 7400 000001",),
        "homeFacsimileTelephoneNumber": ("+44 20 7946 0001",),
        "street": ("12 St James's Sq., 2nd floor",),
        "l": ("London",),
        "postalCode": ("SW1Y 4JH",),
        "co": ("United Kingdom",),
        "c": ("GB",),
        "postalAddress": ("12 St James's Sq., 2nd floor$SW1Y 4JH London$United Kingdom",),
        "labeledURI": ("http://example.com/a,b;c",),
        "birthDate": ("--12-10",),
        "socialProfile": ("https://www.linkedin.com/in/ada",),
        "impp": ("xmpp:ada@example.com",),
    }


def test_androids_card_is_seen_as_ldap_attributes() -> None:
    seen = attributes(read((CORPUS / "android.vcf").read_bytes()))
    assert seen["telephoneNumber"] == ("+81-3-0000-0001;ext=12", "+81300000002")
    assert seen["postalAddress"] == ("1-2-3, Chiyoda$Tokyo",)
    assert seen["preferredLanguage"] == ("ja",)
    assert seen["nickname"] == ("Chi", "C-chan")
    assert seen["categories"] == ("HR", "Tokyo, 2F")
    assert (seen["birthDate"], seen["anniversary"]) == (("--03-04",), ("2015-06-06",))


def test_what_is_not_said_is_derived() -> None:
    assert of("ORG:Example Corp")["cn"] == ("Example Corp",)
    assert of("FN:Ada Lovelace")["sn"] == ("Lovelace",)
    assert of("FN:Example Corp Ltd", "X-ABShowAs:COMPANY")["sn"] == ("Example Corp Ltd",)
    assert of("FN:Ada", "N:;Ada;;;")["sn"] == ("Ada",)
    assert of("FN:Ada", "X-DISPLAYNAME:A.")["displayName"] == ("A.",)
    assert of("UID:1") == {}


def test_a_written_address_stands_for_the_address_before_it_else_for_the_first_of_its_types() -> None:
    first, second, label = "ADR;TYPE=WORK:;;S1;T1;;;", "ADR;TYPE=WORK:;;S2;T2;;;", "LABEL;TYPE=WORK:Written\\nLine"
    assert of("FN:A", first, second, label)["postalAddress"] == ("S1$T1", "Written$Line")
    assert of("FN:A", label, first, second)["postalAddress"] == ("Written$Line", "S2$T2")
    assert of("FN:A", first, "LABEL;TYPE=HOME:x", label)["postalAddress"] == ("Written$Line",)
    assert of("FN:A", first, "LABEL;TYPE=HOME:x")["homePostalAddress"] == ("x",)
    assert of("FN:A", label, first, second)["l"] == ("T1", "T2")
    assert of("FN:A", f"item1.{first}", label)["postalAddress"] == ("Written$Line",)
    at_home = ("item1.ADR:;;S1;T1;;;", "item1.X-ABLabel:_$!<Home>!$_", "LABEL:Work")
    assert (of("FN:A", *at_home)["postalAddress"], of("FN:A", *at_home)["homePostalAddress"]) == (("Work",), ("S1$T1",))


def test_empty_and_repeated_values_are_left_out() -> None:
    seen = of("FN:A", "TEL:1", "TEL:1", "NOTE:", "TITLE: ", "N:;;;;", "ADR:;;;;;;")
    assert seen == {"cn": ("A",), "displayName": ("A",), "sn": ("A",), "telephoneNumber": ("1",)}


def test_a_reference_has_one_spelling() -> None:
    assert of("FN:A", "X-MANAGER;VALUE=uri:URN:UUID:ADAE078A-1AF0-48EB-8238-9CB55207C5D4")["manager"] == (
        "urn:uuid:adae078a-1af0-48eb-8238-9cb55207c5d4",
    )
    assert of("FN:A", "X-MANAGER:Bruno")["manager"] == ("Bruno",)
    assert uuid_of("adae078a") is None


def test_photos_are_shown_apart_as_octets() -> None:
    card = read((CORPUS / "apple.vcf").read_bytes())
    assert octet_attributes(card)["jpegPhoto"][0][:3] == b"\xff\xd8\xff"
    assert "jpegPhoto" not in attributes(card)


@given(cards() | common_cards())
def test_every_attribute_is_known_and_no_value_is_empty_or_repeated(card: Card) -> None:
    for name, values in attributes(card).items():
        known = find(name)
        assert known is not None
        assert known.name == name
        assert values
        assert all(value.strip() for value in values)
        assert len(set(values)) == len(values)


def test_the_sample_cards_say_what_the_sample_list_says(shared_data: Path) -> None:
    with (shared_data / "people.vcf").open("rb") as file:
        seen = [attributes(each.card) for each in read_many(file) if each.card is not None]
    assert len(seen) == 1000
    assert all(set(each) >= {"cn", "sn", "givenName", "mail", "telephoneNumber", "mobile", "title", "ou", "l"} for each in seen)


@pytest.mark.parametrize("version", list(Version))
def test_an_empty_card_has_no_attributes(version: Version) -> None:
    assert attributes(Card(version)) == {}
