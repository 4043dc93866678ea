# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card, Property, Version
from dirserver.card.convert import convert
from dirserver.card.fields import attributes, field_of, fields_of
from dirserver.card.merge import merge_hidden, merge_lost, redact, with_stored_photo
from dirserver.card.reader import read
from dirserver.card.writer import write
from dirserver.model.attribute import OWN_FIELD
from tests.card.strategies import common_cards

CORPUS = Path(__file__).parent / "corpus"
NAMES = ["cn", "telephoneNumber", "mobile", "homePhone", "mail", "homeMail", "postalAddress", "homePostalAddress", "description", "title",
         "birthDate", "jpegPhoto", "x-custom", "impp", "labeledURI"]  # fmt: skip
fields = st.sets(st.sampled_from(NAMES)).map(frozenset)


def only(names: Collection[str]) -> Callable[[str], bool]:
    return lambda name: name in names


def all_but(*names: str) -> Callable[[str], bool]:
    return lambda name: name not in names


def card(*lines: str, version: str = "3.0") -> Card:
    return read("\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]))


def shown(made: Card) -> list[str]:
    return write(made).replace("\r\n ", "").split("\r\n")[2:-2]


@given(common_cards(), fields)
def test_no_value_of_a_hidden_field_is_shown(made: Card, readable: frozenset[str]) -> None:
    seen = redact(made, only(readable))
    assert read(write(seen)) == seen
    assert seen.uid == made.uid
    assert seen.formatted_name
    for each, name in zip(seen.properties, fields_of(seen), strict=True):
        assert name in readable or name == OWN_FIELD or each.value in {made.uid, ";;;;"}
    if "cn" in readable:
        kept = [each for each in made.properties if field_of(each, made) in readable | {OWN_FIELD}]
        assert list(seen.properties) == kept


@given(common_cards(), fields, fields, st.sampled_from(Version))
def test_what_comes_back_unchanged_changes_nothing(
    made: Card, readable: frozenset[str], writable: frozenset[str], version: Version
) -> None:
    stored = convert(made, version)
    sent = redact(stored, only(readable))
    merged = merge_hidden(stored, sent, only(readable), only(writable))
    assert sorted(map(repr, merged.properties)) == sorted(map(repr, stored.properties))


@given(common_cards(), common_cards(), fields, fields)
def test_hidden_and_protected_fields_stay_whatever_is_sent(
    stored: Card, sent: Card, readable: frozenset[str], writable: frozenset[str]
) -> None:
    merged = merge_hidden(stored, sent, only(readable), only(writable))
    for name in NAMES:
        before = sorted(each.value for each in stored.properties if field_of(each, stored) == name)
        after = sorted(each.value for each in merged.properties if field_of(each, merged) == name)
        asked = sorted(each.value for each in sent.properties if field_of(each, sent) == name)
        if name not in writable:
            assert after == before
        elif name in readable:
            assert after == asked
    assert merged.uid == stored.uid


def test_esme_sends_back_the_card_that_she_saw_without_the_mobile() -> None:
    stored = card("UID:1", "FN:Ada", "N:;Ada;;;", "TEL;TYPE=WORK:1", "item1.TEL;TYPE=CELL:2", "item1.X-ABLabel:Geheim", "NOTE:n", "REV:1")
    seen = redact(stored, only({"cn", "telephoneNumber"}))
    assert shown(seen) == ["UID:1", "FN:Ada", "N:;Ada;;;", "TEL;TYPE=WORK:1", "REV:1"]
    sent = card("UID:9", "FN:Eve", "N:;Eve;;;", "TEL;TYPE=WORK:7", "TEL;TYPE=CELL:8", "REV:2", "X-NEW:x")
    merged = merge_hidden(stored, sent, only({"cn", "telephoneNumber"}), only({"telephoneNumber"}))
    assert sorted(shown(merged)) == sorted(
        ["UID:1", "FN:Ada", "N:;Ada;;;", "TEL;TYPE=WORK:7", "item1.TEL;TYPE=CELL:2", "item1.X-ABLabel:Geheim", "NOTE:n", "REV:2"]
    )


def test_hidden_properties_return_to_their_old_neighbours() -> None:
    stored = card("UID:1", "FN:Ada", "TEL;TYPE=CELL:2", "TITLE:t", "NOTE:n", "EMAIL:e")
    sent = card("UID:1", "FN:Ada", "TITLE:t", "EMAIL:new")
    assert shown(merge_hidden(stored, sent, all_but("mobile", "description"), all_but("mobile"))) == [
        "UID:1", "FN:Ada", "TEL;TYPE=CELL:2", "TITLE:t", "NOTE:n", "EMAIL:new",
    ]  # fmt: skip


def test_a_hidden_group_does_not_run_into_a_new_one_of_the_client() -> None:
    stored = card("UID:1", "FN:A", "item1.TEL;TYPE=CELL:2", "item1.X-ABLabel:Mine")
    sent = card("UID:1", "FN:A", "item1.EMAIL:e", "item1.X-ABLabel:Theirs")
    merged = merge_hidden(stored, sent, all_but("mobile"), all_but("mobile"))
    assert sorted(shown(merged)) == sorted(
        ["UID:1", "FN:A", "item2.TEL;TYPE=CELL:2", "item2.X-ABLabel:Mine", "item1.EMAIL:e", "item1.X-ABLabel:Theirs"]
    )


def test_a_lone_label_cannot_move_a_hidden_number_into_another_field() -> None:
    stored = card("UID:1", "FN:A", "item1.TEL:2")
    sent = card("UID:1", "FN:A", "item1.X-ABLabel:_$!<Home>!$_")
    merged = merge_hidden(stored, sent, all_but("telephoneNumber"), all_but("telephoneNumber"))
    assert attributes(merged)["telephoneNumber"] == ("2",)
    assert "homePhone" not in attributes(merged)


def test_the_result_is_in_the_version_that_was_sent() -> None:
    stored = read((CORPUS / "apple.vcf").read_bytes())
    sent = redact(convert(stored, Version.V4), all_but("jpegPhoto", "birthDate"))
    merged = merge_hidden(stored, sent, all_but("jpegPhoto", "birthDate"), all_but("jpegPhoto", "birthDate"))
    assert merged.version is Version.V4
    assert merged == convert(stored, Version.V4)


def test_a_field_that_may_be_written_but_not_read_gains_what_is_sent() -> None:
    stored = card("UID:1", "FN:A", "NOTE:old")
    sent = card("UID:1", "FN:A", "NOTE:new", "NOTE:old")
    merged = merge_hidden(stored, sent, all_but("description"), all_but())
    assert sorted(each.value for each in merged.all("NOTE")) == ["new", "old"]


def test_names_that_were_hidden_do_not_come_back_as_the_uid() -> None:
    stored = card("UID:1", "FN:Ada", "N:;Ada;;;", "TEL:1")
    sent = redact(stored, only({"telephoneNumber"}))
    assert shown(sent) == ["UID:1", "FN:1", "N:;;;;", "TEL:1"]
    assert merge_hidden(stored, sent, only({"telephoneNumber"}), all_but()) == stored


def test_a_thousand_groups_are_merged_in_good_time() -> None:
    lines = [line for number in range(1500) for line in (f"item{number}.TEL;TYPE=CELL:{number}", f"item{number}.X-ABLabel:L")]
    stored = card("UID:1", "FN:A", *lines)
    sent = card("UID:1", "FN:A", *[f"item{number}.EMAIL:e" for number in range(1500)])
    merged = merge_hidden(stored, sent, all_but("mobile"), all_but("mobile"))
    assert len(merged.all("TEL")) == len(merged.all("EMAIL")) == 1500
    assert len({each.group for each in merged.all("TEL")} | {each.group for each in merged.all("EMAIL")}) == 3000


def test_nothing_is_made_anew_when_all_may_be_read() -> None:
    stored = Card(Version.V3, (Property("FN", "A"), Property("X-ANY", "1")))
    assert redact(stored, all_but()) is stored


def test_what_a_program_does_not_know_stays_and_what_it_shows_can_go() -> None:
    stored = card("UID:1", "FN:A", "item1.X-ODD:1", "item1.X-ABLabel:Mine", "TEL:1", "TITLE:t", "SORT-STRING:a", "REV:1")
    sent = card("UID:1", "FN:A", "item1.TEL:2", "item1.X-ABLabel:Theirs")
    assert sorted(shown(merge_lost(stored, sent))) == sorted(
        ["UID:1", "FN:A", "item2.X-ODD:1", "item2.X-ABLabel:Mine", "item1.TEL:2", "item1.X-ABLabel:Theirs", "SORT-STRING:a"]
    )


def test_a_program_that_sends_back_some_of_it_means_that_the_rest_shall_go() -> None:
    stored = card("UID:1", "FN:A", "X-ODD:1", "X-EVEN:2", "CATEGORIES:c", "TITLE:t")
    sent = card("UID:1", "FN:A", "X-EVEN:3")
    assert merge_lost(stored, sent) is sent
    assert sorted(shown(merge_lost(stored, sent, frozenset({"CATEGORIES"})))) == ["CATEGORIES:c", "FN:A", "UID:1", "X-EVEN:3"]


@given(common_cards())
def test_a_card_that_comes_back_whole_is_taken_as_it_is(made: Card) -> None:
    assert merge_lost(made, made, frozenset({"CATEGORIES", "LABEL"})) is made


def test_a_photo_that_was_served_smaller_or_not_at_all_comes_back_as_it_is_stored() -> None:
    reference = "PHOTO;ENCODING=b;TYPE=JPEG:blob:sha256-" + "0" * 64
    stored = card("UID:1", "FN:A", reference)
    small, other = "PHOTO;ENCODING=b;TYPE=JPEG:AAAA", "PHOTO;ENCODING=b;TYPE=JPEG:BBBB"
    nothing = card("UID:1", "FN:A")
    assert reference in shown(with_stored_photo(stored, card("UID:1", "FN:A", small), card("UID:1", "FN:A", small, "TEL:1")))
    assert reference in shown(with_stored_photo(stored, nothing, card("UID:1", "FN:A", "TEL:1")))
    replaced, dropped = card("UID:1", "FN:A", other), card("UID:1", "FN:A")
    assert with_stored_photo(stored, card("UID:1", "FN:A", small), replaced) is replaced
    assert with_stored_photo(stored, card("UID:1", "FN:A", small), dropped) is dropped
    assert with_stored_photo(nothing, nothing, dropped) is dropped
    in_4 = card("UID:1", "FN:A", "PHOTO:data:image/jpeg;base64,AAAA", version="4.0")
    made = with_stored_photo(stored, in_4, in_4).first("PHOTO")
    assert made is not None
    assert made.value.startswith("blob:sha256-0")
