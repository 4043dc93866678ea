# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given

from dirserver.card.card import Card, Property, Version
from dirserver.card.convert import convert
from dirserver.card.dates import iso_date
from dirserver.card.media import octets_of, split_media
from dirserver.card.projection import attributes
from dirserver.card.reader import read
from dirserver.card.writer import content_line, write
from tests.card.strategies import cards, common_cards

CORPUS = Path(__file__).parent / "corpus"


def turned(line: str, to: Version) -> list[str]:
    """The content lines that one line becomes, without FN and N."""
    of = Version.V3 if to is Version.V4 else Version.V4
    card = read(f"BEGIN:VCARD\r\nVERSION:{of}\r\nFN:A\r\nN:A;;;;\r\n{line}\r\nEND:VCARD\r\n")
    return [content_line(each) for each in convert(card, to).properties if each.key not in {"FN", "N"}]


def saying(card: Card) -> Counter[tuple[str, str | bytes | None, str | None, frozenset[str]]]:
    """What a card says: values by name, free of how each version spells them."""
    said: list[tuple[str, str | bytes | None, str | None, frozenset[str]]] = []
    for each in card.properties:
        group = each.group.lower() if each.group is not None else None
        if each.key in {"BDAY", "X-ANNIVERSARY"}:
            said.append((each.key, iso_date(each), group, frozenset()))
        elif each.key == "PHOTO":
            said.append((each.key, octets_of(each), group, frozenset()))
        else:
            said.append((each.key, each.value, group, each.types - {"internet"}))
    return Counter(said)


@given(common_cards())
def test_there_and_back_keeps_everything_that_was_said(card: Card) -> None:
    there = convert(card, Version.V4)
    back = convert(there, Version.V3)
    assert saying(back) == saying(card)
    assert convert(back, Version.V4) == convert(convert(convert(back, Version.V4), Version.V3), Version.V4)


@given(common_cards())
def test_both_versions_show_the_same_attributes(card: Card) -> None:
    there = convert(card, Version.V4)
    ours, theirs = dict(attributes(card)), dict(attributes(there))
    for name in ("impp", "gender"):  # X-JABBER is no IMPP in 3.0; 4.0 has a letter for it
        ours.pop(name, None)
        theirs.pop(name, None)
    assert {name: sorted(values) for name, values in ours.items()} == {name: sorted(values) for name, values in theirs.items()}


@given(cards())
def test_any_card_converts_into_one_that_can_be_written_and_read(card: Card) -> None:
    other = Version.V3 if card.version is Version.V4 else Version.V4
    made = convert(card, other)
    assert made.version is other
    assert read(write(made)) == made
    assert convert(card, card.version) is card


@given(cards())
def test_no_unknown_property_is_lost(card: Card) -> None:
    unknown = Counter(each.value for each in card.properties if each.key.startswith("X-") is False and len(each.key) == 1)
    made = convert(card, Version.V3 if card.version is Version.V4 else Version.V4)
    assert not unknown - Counter(each.value for each in made.properties)


@pytest.mark.parametrize(
    "three,four",
    [
        ("TEL;TYPE=CELL,VOICE,pref:1", "TEL;TYPE=CELL,VOICE;PREF=1:1"),
        ("TEL;type=CELL;type=pref:1", "TEL;type=CELL;PREF=1:1"),
        ("EMAIL;TYPE=INTERNET,WORK:a@example.com", "EMAIL;TYPE=WORK:a@example.com"),
        ("X-ADDRESSBOOKSERVER-KIND:group", "KIND:group"),
        ("X-ABShowAs:COMPANY", "KIND:org"),
        ("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1", "MEMBER:urn:uuid:1"),
        ("X-LANG:pl", "LANG:pl"),
        ("BDAY:1985-04-12", "BDAY:19850412"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12", "BDAY:--0412"),
        ("X-ANNIVERSARY:2010-01-02", "ANNIVERSARY:20100102"),
        ("BDAY:1990-01-01T12:00:00Z", "BDAY:19900101T120000Z"),
        ("BDAY:1990-01-01T12:00:00-05:30", "BDAY:19900101T120000-0530"),
        ("X-ANNIVERSARY:1990-01-01T12:00:00", "ANNIVERSARY:19900101T120000"),
        ("X-GENDER:Female", "GENDER:F;Female"),
        ("X-GENDER:M", "GENDER:M"),
        ("X-GENDER:divers", "GENDER:;divers"),
        ("GEO:37.38;-122.08", "GEO:geo:37.38,-122.08"),
        ("TZ:-05:00", "TZ;VALUE=utc-offset:-0500"),
        ("TZ;VALUE=text:Europe/Madrid", "TZ:Europe/Madrid"),
        ("PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ", "PHOTO:data:image/jpeg;base64,/9j/4AAQ"),
        ("LOGO;ENCODING=b;TYPE=PNG:iVBORw0=", "LOGO:data:image/png;base64,iVBORw0="),
        ("PHOTO;VALUE=uri:https://example.com/a.jpg", "PHOTO:https://example.com/a.jpg"),
        ("X-SOCIALPROFILE;type=twitter;x-user=ada:https://t.example/ada", "SOCIALPROFILE;SERVICE-TYPE=twitter;USERNAME=ada:https://t.example/ada"),
        ("IMPP;X-SERVICE-TYPE=Jabber;type=HOME:xmpp:a@b.example", "IMPP;SERVICE-TYPE=Jabber;type=HOME:xmpp:a@b.example"),
        ("X-JABBER;type=HOME:a@b.example", "IMPP;type=HOME;SERVICE-TYPE=Jabber;X-NAME=X-JABBER:xmpp:a@b.example"),
        ("LABEL;TYPE=WORK:Street 1\\nTown", "ADR;TYPE=WORK;LABEL=Street 1^nTown:;;;;;;"),
        ("item1.X-ABLabel:_$!<Home>!$_", "item1.X-ABLabel:_$!<Home>!$_"),
        ("X-UNKNOWN;x=1:a\\,b", "X-UNKNOWN;x=1:a\\,b"),
        ("CLASS:PRIVATE", "CLASS:PRIVATE"),
        ("URL:http://x/a,b;c", "URL:http://x/a,b;c"),
    ],
)  # fmt: skip
def test_each_version_says_it_in_its_own_words(three: str, four: str) -> None:
    assert turned(three, Version.V4) == [four]
    assert turned(four, Version.V3) == [three]


@pytest.mark.parametrize(
    "four,three",
    [
        ("TEL;VALUE=uri;TYPE=work:tel:+1-555-0100;ext=5", ["TEL;TYPE=work:+1-555-0100\\;ext=5"]),
        ("TEL;VALUE=uri:sip:ada@example.com", ["TEL;VALUE=uri:sip:ada@example.com"]),
        ("TEL;PREF=2:1", ["TEL;PREF=2:1"]),
        ("EMAIL:a@example.com", ["EMAIL;TYPE=INTERNET:a@example.com"]),
        ('ADR;TYPE=work;LABEL="A, B":;;S;T;;;', ["ADR;TYPE=work:;;S;T;;;", "LABEL;TYPE=work:A\\, B"]),
        ('ADR;LABEL="Street 1\\nTown":;;S;T;;;', ["ADR:;;S;T;;;", "LABEL:Street 1\\nTown"]),
        ("BDAY;VALUE=text:circa 1800", ["BDAY;VALUE=text:circa 1800"]),
        ("BDAY:1985", ["BDAY:1985"]),
        ("GENDER:O;it's complicated", ["X-GENDER:O;it's complicated"]),
        ("PHOTO;MEDIATYPE=image/png;PREF=1:https://x/a", ["PHOTO;VALUE=uri;MEDIATYPE=image/png;TYPE=pref:https://x/a"]),
        ("RELATED;TYPE=spouse;VALUE=text:Ren", ["RELATED;TYPE=spouse;VALUE=text:Ren"]),
        ("XML:<a xmlns='b'/>", ["XML:<a xmlns='b'/>"]),
    ],
)
def test_what_only_4_0_knows_is_put_so_that_3_0_can_carry_it(four: str, three: list[str]) -> None:
    assert turned(four, Version.V3) == three


def test_a_label_goes_to_the_address_of_its_types() -> None:
    card = read((CORPUS / "evolution.vcf").read_bytes())
    made = convert(card, Version.V4)
    assert made.first("LABEL") is None
    address = made.first("ADR")
    assert address is not None
    assert address.param("LABEL") == "Karl Johans gate 1\nN-0154 Oslo"


HOME, LABEL = "item1.ADR;TYPE=HOME:;;S;T;;;", "LABEL;TYPE=HOME:S\\nT"


@pytest.mark.parametrize(
    "lines, addresses",
    [
        ([HOME, LABEL], ["item1.ADR;TYPE=HOME;LABEL=S^nT:;;S;T;;;"]),
        ([LABEL, "item1.X-ABLabel:Cabin", HOME], ["item1.ADR;TYPE=HOME;LABEL=S^nT:;;S;T;;;"]),
        (["item1.ADR:;;S;T;;;", "LABEL:S"], ["item1.ADR;LABEL=S:;;S;T;;;"]),
        (
            [HOME, "item2.ADR;TYPE=WORK:;;W;;;;", LABEL, "LABEL;TYPE=WORK:W"],
            ["item1.ADR;TYPE=HOME;LABEL=S^nT:;;S;T;;;", "item2.ADR;TYPE=WORK;LABEL=W:;;W;;;;"],
        ),
    ],
)
def test_a_label_without_a_group_goes_to_the_one_address_of_its_types(lines: list[str], addresses: list[str]) -> None:
    assert [each for each in turned("\r\n".join(lines), Version.V4) if "X-ABLabel" not in each] == addresses


@pytest.mark.parametrize(
    "lines",
    [
        [HOME, "item2.ADR;TYPE=HOME:;;S2;;;;", LABEL],
        [HOME, LABEL, "LABEL;TYPE=HOME:Other"],
        [HOME, "LABEL;TYPE=WORK:W"],
        [HOME, "item2.LABEL;TYPE=HOME:S"],
        ["item1.ADR:;;S;T;;;", "item1.X-ABLabel:_$!<Home>!$_", "LABEL:at work"],
    ],
)
def test_a_label_that_may_be_anybodys_is_an_address_of_its_own(lines: list[str]) -> None:
    made = turned("\r\n".join(lines), Version.V4)
    empty = [each for each in made if each.endswith(":;;;;;;")]
    assert len(empty) == sum("LABEL;" in each or "LABEL:" in each for each in lines)


def test_sort_string_becomes_a_parameter_of_the_name_and_returns() -> None:
    card = read("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A van B\r\nN:van B;A;;;\r\nSORT-STRING:B\\, A\r\nEND:VCARD\r\n")
    there = convert(card, Version.V4)
    assert there.properties[1].param("SORT-AS") == "B, A"
    assert convert(there, Version.V3) == card


@pytest.mark.parametrize("kind,name", [("individual", "Lovelace;Ada;;;"), ("group", "Ada Lovelace;;;;")])
def test_3_0_gets_the_name_that_its_rfc_demands(kind: str, name: str) -> None:
    card = Card(Version.V4, (Property("FN", "Ada Lovelace"), Property("KIND", kind)))
    names = convert(card, Version.V3).first("N")
    assert names is not None
    assert names.value == name


def test_a_photo_in_the_store_converts_as_one_in_the_card_does() -> None:
    inline = read("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nPHOTO;ENCODING=b;TYPE=PNG:iVBORw0=\r\nEND:VCARD\r\n")
    stored, _ = split_media(inline)
    assert convert(stored, Version.V4) == split_media(convert(inline, Version.V4))[0]
    assert convert(convert(stored, Version.V4), Version.V3).all("PHOTO") == stored.all("PHOTO")


def test_both_of_apples_addresses_for_one_messenger_stay() -> None:
    there = convert(read((CORPUS / "apple.vcf").read_bytes()), Version.V4)
    assert len(there.all("IMPP")) == 1
    assert len(there.all("X-JABBER")) == 1


def test_two_statements_of_one_kind_become_one() -> None:
    card = Card(Version.V3, (Property("FN", "A"), Property("X-ADDRESSBOOKSERVER-KIND", "group"), Property("KIND", "group")))
    assert [each.value for each in convert(card, Version.V4).all("KIND")] == ["group"]


def test_a_label_beside_a_preferred_address_does_not_become_the_preferred_one() -> None:
    lines = ("BEGIN:VCARD", "VERSION:3.0", "FN:A", "N:A;;;;", "LABEL;TYPE=WORK:Street 1", "ADR;TYPE=WORK,pref:;;Street 1;;;;", "END:VCARD")
    card = read("".join(f"{line}\r\n" for line in lines))
    back = convert(convert(card, Version.V4), Version.V3)
    assert [(each.key, each.types) for each in back.all("LABEL")] == [("LABEL", frozenset({"work"}))]
