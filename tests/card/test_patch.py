# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card, Property, Version
from dirserver.card.fields import attributes, field_of, from_attributes, octet_attributes, patch
from dirserver.card.places import PLACES, Form
from dirserver.card.reader import read
from dirserver.card.validate import validate
from dirserver.card.writer import content_line, write
from dirserver.errors import BadInput
from dirserver.model.attribute import ATTRIBUTES, CANONICAL, OWN_FIELD, find
from dirserver.model.modification import Modification, Operation
from tests.card.strategies import common_cards, texts

CORPUS = Path(__file__).parent / "corpus"
ADD, REPLACE, DELETE = Operation.ADD, Operation.REPLACE, Operation.DELETE
UID = "5f6e7d8c-0000-4000-8000-000000000001"
TEXTUAL = [place.attribute for place in PLACES if place.form in {Form.TEXT, Form.LIST, Form.NAME_PART, Form.FIRST_UNIT, Form.OTHER_UNITS,
                                                                   Form.ADDRESS_PART, Form.PHONE}]  # fmt: skip
plain = texts.filter(lambda text: not text.lower().startswith("tel:"))
uris = st.sampled_from(["https://example.com/a,b;c", "xmpp:a@b.example", "http://x/?q=1,2"])
dates = st.dates().map(lambda day: day.isoformat())


@st.composite
def attribute_values(draw: st.DrawFn) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {"cn": [draw(plain)]}
    for name in draw(st.lists(st.sampled_from(TEXTUAL), unique=True)):
        most = 1 if ATTRIBUTES[name.lower()].is_single else 3
        made[name] = draw(st.lists(plain, min_size=1, max_size=most, unique=True))
    for name in draw(st.lists(st.sampled_from(["labeledURI", "mozillaHomeUrl", "impp", "socialProfile"]), unique=True)):
        made[name] = draw(st.lists(uris, min_size=1, max_size=2, unique=True))
    for name in draw(st.lists(st.sampled_from(["birthDate", "anniversary"]), unique=True)):
        made[name] = [draw(dates)]
    for name in draw(st.lists(st.sampled_from(["manager", "secretary", "member"]), unique=True)):
        made[name] = [f"urn:uuid:{draw(st.uuids())}"]
    return made


@given(attribute_values(), st.sampled_from(Version))
def test_attributes_survive_the_card_unchanged(values: dict[str, list[str]], version: Version) -> None:
    card = from_attributes(values, uid=UID, version=version)
    seen = attributes(card)
    assert {name: sorted(seen[name]) for name in values} == {name: sorted(given_values) for name, given_values in values.items()}
    assert read(write(card)) == card
    assert card.uid == UID


@given(common_cards(), attribute_values())
def test_replacing_values_gives_those_values_and_no_other_field_changes(card: Card, values: dict[str, list[str]]) -> None:
    for name, news in values.items():
        attribute = find(name)
        assert attribute is not None
        made = patch(card, [Modification(name, REPLACE, tuple(news))])
        assert sorted(attributes(made)[name]) == sorted(news)
        others = [each for each in card.properties if field_of(each, card) != attribute.field]
        assert [each for each in made.properties if field_of(each, made) != attribute.field] == others
        assert patch(made, [Modification(name, REPLACE, tuple(news))]) is made
        card = made


@given(common_cards())
def test_setting_what_is_there_already_changes_nothing(card: Card) -> None:
    for name, values in attributes(card).items():
        if name in {"sn", "postalAddress", "homePostalAddress"}:
            continue
        assert patch(card, [Modification(name, REPLACE, values)]) is card
        assert patch(card, [Modification(name, ADD, values)]) is card


@given(common_cards(), st.sampled_from([name for name in TEXTUAL if name not in {"cn", "displayName"}]), plain)
def test_what_is_added_can_be_deleted_again(card: Card, name: str, text: str) -> None:
    before = attributes(card).get(name, ())
    if ATTRIBUTES[name.lower()].is_single and before:
        return
    added = patch(card, [Modification(name, ADD, (text,))])
    assert text in attributes(added)[name]
    if text not in before:
        removed = patch(added, [Modification(name, DELETE, (text,)), Modification("cn", REPLACE, attributes(card)["cn"])])
        after = attributes(removed).get(name, ())
        assert Counter(after) == Counter(before) or name == "sn"


def apple() -> Card:
    return read((CORPUS / "apple.vcf").read_bytes())


def changed(card: Card, *modifications: Modification) -> list[str]:
    """What a patch changes, as content lines with - and +."""
    before = [content_line(each) for each in card.properties]
    after = [content_line(each) for each in patch(card, modifications).properties]
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return [f"-{line}" for line in before if line in gone] + [f"+{line}" for line in after if line in come]


@pytest.mark.parametrize(
    "modification,lines",
    [
        (("mobile", REPLACE, "+44 1"), [
            "-TEL;type=CELL;type=VOICE;type=pref:+44 7400 000001", "+TEL;type=CELL;type=VOICE;type=pref:+44 1"]),
        (("mobile", ADD, "+44 2"), ["+TEL;TYPE=CELL:+44 2"]),
        (("cellphone", DELETE, "+447400000001"), ["-TEL;type=CELL;type=VOICE;type=pref:+44 7400 000001"]),
        (("mail", REPLACE, "a@x"), ["-item1.EMAIL;type=INTERNET;type=pref:ada@example.com", "+item1.EMAIL;type=INTERNET;type=pref:a@x"]),
        (("mail", DELETE), ["-item1.EMAIL;type=INTERNET;type=pref:ada@example.com", "-item1.X-ABLabel:Büro"]),
        (("homeFax", DELETE), ["-item2.TEL:+44 20 7946 0001", "-item2.X-ABLabel:_$!<HomeFAX>!$_"]),
        (("sn", REPLACE, "Byron"), [
            "-N:Lovelace;Ada;King;Dr.;", "-FN:Dr. Ada King Lovelace", "+N:Byron;Ada;King;Dr.;", "+FN:Dr. Ada King Byron"]),
        (("city", REPLACE, "Bath"), [
            "-item3.ADR;type=WORK;type=pref:;;12 St James's Sq.\\, 2nd floor;London;;SW1Y 4JH;United Kingdom",
            "+item3.ADR;type=WORK;type=pref:;;12 St James's Sq.\\, 2nd floor;Bath;;SW1Y 4JH;United Kingdom"]),
        (("ou", REPLACE, "Analytical"), ["-ORG:Example Corp;Engines;Analytical", "+ORG:Example Corp;Analytical"]),
        (("department", ADD, "Looms; new"), ["-ORG:Example Corp;Engines;Analytical", "+ORG:Example Corp;Engines;Analytical;Looms\\; new"]),
        (("o", DELETE), ["-ORG:Example Corp;Engines;Analytical", "+ORG:;Engines;Analytical"]),
        (("birthDate", REPLACE, "1815-12-10"), ["-BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10", "+BDAY:1815-12-10"]),
        (("c", REPLACE, "IE"), [
            "-item3.ADR;type=WORK;type=pref:;;12 St James's Sq.\\, 2nd floor;London;;SW1Y 4JH;United Kingdom", "-item3.X-ABADR:gb",
            "+item3.ADR;type=WORK;type=pref;CC=IE:;;12 St James's Sq.\\, 2nd floor;London;;SW1Y 4JH;United Kingdom"]),
        (("description", ADD, "a\r\nb"), ["+NOTE:a\\nb"]),
        (("title", DELETE), []),
        (("displayName", REPLACE, "Ada"), ["+X-DISPLAYNAME:Ada"]),
        (("displayName", REPLACE, "Dr. Ada King Lovelace"), []),
        (("cn", REPLACE, "Ada L."), ["-FN:Dr. Ada King Lovelace", "+FN:Ada L."]),
        (("cn", ADD, "Countess"), ["+X-CN:Countess"]),
        (("manager", REPLACE, "ADAE078A-1AF0-48EB-8238-9CB55207C5D4"), [
            "+X-MANAGER;VALUE=uri:urn:uuid:adae078a-1af0-48eb-8238-9cb55207c5d4"]),
    ],
)  # fmt: skip
def test_a_patch_changes_only_what_it_names(modification: tuple[str, Operation, str], lines: list[str]) -> None:
    name, operation, *values = modification
    assert changed(apple(), Modification(name, operation, tuple(values))) == lines


def test_two_values_find_their_properties_again_in_the_order_asked_for() -> None:
    card = read("BEGIN:VCARD\nVERSION:3.0\nFN:A\ni1.EMAIL:a\ni1.X-ABLabel:L1\nEMAIL;TYPE=pref:b\nNOTE:n\nEND:VCARD")
    made = patch(card, [Modification("mail", REPLACE, ("b", "a", "c"))])
    assert [content_line(each) for each in made.properties] == [
        "FN:A", "EMAIL;TYPE=pref:b", "i1.X-ABLabel:L1", "i1.EMAIL:a", "EMAIL;TYPE=INTERNET,WORK:c", "NOTE:n",
    ]  # fmt: skip


def test_a_number_that_4_0_writes_as_a_uri_becomes_text_when_changed() -> None:
    card = read("BEGIN:VCARD\nVERSION:4.0\nFN:A\nTEL;VALUE=uri;TYPE=work:tel:+1\nEND:VCARD")
    assert changed(card, Modification("telephoneNumber", REPLACE, ("+2",))) == ["-TEL;VALUE=uri;TYPE=work:tel:+1", "+TEL;TYPE=work:+2"]


def test_modifications_are_applied_in_order_and_all_or_none() -> None:
    card = apple()
    made = patch(card, [Modification("title", ADD, ("A",)), Modification("title", ADD, ("B",)), Modification("title", DELETE, ("A",))])
    assert attributes(made)["title"] == ("B",)
    with pytest.raises(BadInput):
        patch(card, [Modification("title", ADD, ("A",)), Modification("nonsense", ADD, ("B",))])


@pytest.mark.parametrize(
    "modification,says",
    [
        (Modification("nonsense", ADD, ("1",)), "no attribute 'nonsense'"),
        (Modification("uid", REPLACE, ("x",)), "kept by the directory"),
        (Modification("entryUUID", REPLACE, ("x",)), "kept by the directory"),
        (Modification("employeeNumber", REPLACE, ("1", "2")), "takes one value"),
        (Modification("title", DELETE, ("Queen",)), "no value 'Queen'"),
        (Modification("cn", DELETE), "can't be empty"),
        (Modification("title", ADD, (b"\xff",)), "not UTF-8"),
        (Modification("photo", REPLACE, ("not base64!",)), "not base64"),
        (Modification("jpegPhoto", DELETE, (b"other",)), "no such value"),
        (Modification("title", ADD, ("a\x00b",)), "control character"),
    ],
)
def test_a_change_that_cannot_be_made_says_why(modification: Modification, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        patch(apple(), [modification])


def test_a_photo_is_set_replaced_and_removed() -> None:
    jpeg = b"\xff\xd8\xff\xe0 picture"
    card = from_attributes({"cn": ["A"], "photo": [base64.b64encode(jpeg).decode()]}, uid=UID)
    assert octet_attributes(card) == {"jpegPhoto": (jpeg,)}
    other = patch(card, [Modification("jpegPhoto", REPLACE, (b"\x89PNG\r\n\x1a\nx",))])
    assert [content_line(each)[:26] for each in other.all("PHOTO")] == ["PHOTO;ENCODING=b;TYPE=PNG:"]
    assert patch(card, [Modification("jpegPhoto", REPLACE, (jpeg,))]) is card
    assert patch(other, [Modification("jpegPhoto", DELETE)]).all("PHOTO") == ()
    two = patch(card, [Modification("jpegPhoto", ADD, (b"second",))])
    assert octet_attributes(two)["jpegPhoto"] == (jpeg, b"second")
    assert octet_attributes(patch(two, [Modification("jpegPhoto", DELETE, (jpeg,))]))["jpegPhoto"] == (b"second",)


def test_a_reference_to_a_stored_photo_gives_way_to_a_new_photo() -> None:
    card = Card(Version.V3, (Property("FN", "A"), Property("PHOTO", "blob:sha256-" + "0" * 64), Property("NOTE", "n")))
    made = patch(card, [Modification("jpegPhoto", REPLACE, (b"new",))])
    assert [each.key for each in made.properties] == ["FN", "PHOTO", "NOTE"]
    assert octet_attributes(made) == {"jpegPhoto": (b"new",)}


@pytest.mark.parametrize(
    "values,name",
    [
        ({"givenName": ["Ada"], "sn": ["Lovelace"]}, "Ada Lovelace"),
        ({"o": ["Example Corp"]}, "Example Corp"),
        ({"mail": ["a@example.com"]}, "a@example.com"),
        ({"displayName": ["A."], "mail": ["a@example.com"]}, "A."),
    ],
)
def test_a_new_card_gets_a_name_from_what_there_is(values: dict[str, list[str]], name: str) -> None:
    card = from_attributes(values, uid=UID)
    validate(card)
    assert card.formatted_name == name
    assert [each.key for each in card.properties[:2]] == ["UID", "FN"]


def test_a_new_card_of_3_0_has_the_n_that_phones_sort_by() -> None:
    names = from_attributes({"cn": ["Ludwig van Beethoven"]}, uid=UID).first("N")
    assert names is not None
    assert names.value == "van Beethoven;Ludwig;;;"


def test_a_card_without_a_name_or_with_an_unknown_attribute_is_not_made() -> None:
    with pytest.raises(BadInput, match="needs a name"):
        from_attributes({"title": ["Boss"], "sn": [" "]}, uid=UID)
    with pytest.raises(BadInput, match="no attribute 'shoeSize'"):
        from_attributes({"cn": ["A"], "shoeSize": ["9"]}, uid=UID)


def test_the_directorys_own_attributes_are_passed_over() -> None:
    values = {attribute.name: ["x"] for attribute in CANONICAL if attribute.field == OWN_FIELD} | {"cn": ["A"]}
    assert from_attributes(values, uid=UID) == from_attributes({"cn": ["A"]}, uid=UID)


@pytest.mark.parametrize("version", list(Version))
def test_every_column_of_the_sample_list_survives(shared_data: Path, version: Version) -> None:
    with (shared_data / "people.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            card = from_attributes({name: [value] for name, value in row.items()}, uid=row["uuid"], version=version)
            validate(card)
            seen = attributes(card)
            for name, value in row.items():
                attribute = find(name)
                assert attribute is not None
                if attribute.field != OWN_FIELD:
                    assert seen.get(attribute.name, ()) == ((value,) if value else ())
