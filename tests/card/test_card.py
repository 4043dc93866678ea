# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card, Parameter, Property, Version, escape, split_raw, unescape
from dirserver.errors import BadCard
from tests.card.strategies import texts


@pytest.mark.parametrize("name", ["", "X FOO", "X-FOO\r\nBAD", "X:Y", "X;Y", "Ü", "X-FOO\n", "A.B", "A\x00"])
def test_a_name_that_could_break_out_is_refused(name: str) -> None:
    with pytest.raises(BadCard):
        Property(name, "value")
    with pytest.raises(BadCard):
        Parameter(name or " ", ("value",))
    with pytest.raises(BadCard):
        Property("NOTE", "value", name or " ")


@pytest.mark.parametrize("value", ["a\r\nX-INJ:1", "a\nX:1", "a\rX", "\x00", "a\x0bb", "\x7f", "\ud800", "\uffff", "\x1b[31m"])
def test_a_value_with_a_line_break_or_control_is_refused(value: str) -> None:
    with pytest.raises(BadCard):
        Property("NOTE", value)


@pytest.mark.parametrize("value", ["A\r\nX:1", "A\rX", "\x00", "\x0b", "\x7f"])
def test_a_parameter_with_a_control_is_refused(value: str) -> None:
    with pytest.raises(BadCard):
        Parameter("TYPE", (value,))


@pytest.mark.parametrize("name", ["BEGIN", "end", "Version"])
def test_a_property_cannot_pose_as_the_frame_of_a_card(name: str) -> None:
    with pytest.raises(BadCard, match="frames a card"):
        Property(name, "VCARD")


@given(texts)
def test_text_survives_escaping_with_every_line_break_as_one(text: str) -> None:
    assert unescape(escape(text)) == text
    assert Property.of_text("NOTE", text).text() == text


@given(st.lists(texts, min_size=1))
def test_a_comma_list_gives_back_its_texts(given_texts: list[str]) -> None:
    assert Property.of_texts("CATEGORIES", given_texts).texts() == tuple(given_texts)


@given(st.lists(st.lists(texts, min_size=1), min_size=1))
def test_structured_values_give_back_their_components(components: list[list[str]]) -> None:
    made = Property.of_components("N", components)
    assert made.components() == tuple(tuple(part) for part in components)


def test_a_backslash_before_another_letter_is_text() -> None:
    assert unescape(r"C:\temp\new\, ok\;\:\N") == "C:\\temp\new, ok;:\n"
    assert split_raw(r"a\\;b\;c;d", ";") == [r"a\\", r"b\;c", "d"]


def test_types_come_from_type_parameters_and_bare_words_in_any_case() -> None:
    params = (Parameter("type", ("CELL",)), Parameter("TYPE", ("Voice", "work,fax")), Parameter("PREF"), Parameter("BASE64"))
    assert Property("TEL", "1", None, params).types == {"cell", "voice", "work", "fax", "pref"}


def test_a_parameter_is_found_in_any_case() -> None:
    made = Property("X", "1", None, (Parameter("Value", ("uri",)), Parameter("BARE")))
    assert (made.param("VALUE"), made.param("bare"), made.param("TYPE")) == ("uri", "", None)


def test_a_card_tells_its_uid_name_and_kind() -> None:
    card = Card(Version.V3, (Property("uid", "u-1"), Property("FN", r"Ada\, L."), Property("X-ADDRESSBOOKSERVER-KIND", "Group")))
    assert (card.uid, card.formatted_name, card.kind) == ("u-1", "Ada, L.", "group")
    assert Card(Version.V3).uid is None
    assert Card(Version.V3).kind == "individual"
    assert Card(Version.V3, (Property("X-ABShowAs", "COMPANY"),)).kind == "org"


def test_edits_leave_the_old_card_and_the_order_alone() -> None:
    card = Card(Version.V4, (Property("FN", "Ada"), Property("tel", "1"), Property("TEL", "2"), Property("NOTE", "n")))
    changed = card.with_property(Property("TEL", "9")).with_uid("u").without("note")
    assert [each.value for each in changed.properties] == ["u", "Ada", "9", "2"]
    assert [each.value for each in card.all("Tel")] == ["1", "2"]
    assert changed.with_uid("v").uid == "v"
    assert hash(card) == hash(Card(card.version, card.properties))
