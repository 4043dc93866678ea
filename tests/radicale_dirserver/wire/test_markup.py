# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from radicale_dirserver.wire.markup import element, escape, escape_all, escape_attribute, escape_octets, href, quote_path, text_element
from radicale_dirserver.wire.names import DECLARATIONS, dav


def parsed(inner: str):
    return fromstring(f"<x {DECLARATIONS}>{inner}</x>".encode())


@given(st.text())
def test_any_text_comes_out_well_formed_and_keeps_what_xml_can_carry(text):
    carried = "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))
    assert (parsed(escape(text)).text or "") == carried


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff")))
def test_any_attribute_comes_back_as_it_was(text):
    assert fromstring(f'<x y="{escape_attribute(text)}"/>').get("y") == text


def test_control_characters_are_left_out_and_line_ends_survive():
    assert escape("a\x00\x0bb\r\nc]]>") == "ab&#13;\nc]]&gt;"


def test_a_surrogate_alone_does_not_stop_an_answer():
    assert escape("a\ud800b").encode() == b"ab"
    assert quote_path("/a\ud800b") == "/a%3Fb"
    assert quote_path("/a\udcffb") == "/a%FFb"


@pytest.mark.parametrize("name", ["{DAV:}prop", "{urn:ietf:params:xml:ns:carddav}filter", '{urn:odd"&<}thing', "bare"])
def test_an_element_has_the_name_that_was_asked(name):
    assert parsed(element(name))[0].tag == name
    assert parsed(element(name, "in"))[0].text == "in"


def test_a_path_is_percent_encoded_so_that_nothing_of_it_is_markup():
    found = parsed(href("/dav/o\u2019brien/<&\">'/Müller 100%.vcf"))[0]
    assert found.text == "/dav/o%E2%80%99brien/%3C%26%22%3E%27/M%C3%BCller%20100%25.vcf"


def test_text_is_escaped_inside_an_element():
    assert parsed(text_element(dav("displayname"), "<b>&"))[0].text == "<b>&"


def test_octets_are_escaped_as_their_text_is():
    for text in ("a & b < c > d\r\n", "\x00\x0b\x1f\ufffe\uffff\t", "Łukasz ﾟ", "x" * 300, ""):
        assert escape_octets(text.encode()) == escape(text)


@given(
    st.lists(st.text(st.sampled_from("ab\r\n\t&<>\0\x01\x1f\ufffd\ufffe\uffff\xe9\u0142\U0001f600"), max_size=12), min_size=1, max_size=5)
)
def test_many_are_escaped_as_each_is(texts: list[str]) -> None:
    cards = [text.encode() for text in texts]
    assert escape_all(cards) == [escape_octets(each).encode() for each in cards]
