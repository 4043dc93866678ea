# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.reader import read
from radicale_dirserver.reports.card_match import matches_card, number_in
from radicale_dirserver.wire.card_filter import CardFilter, Join, MatchType, ParameterFilter, PropertyFilter, TextMatch

CARD = read(
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Łukasz Müller\r\nN:Müller;Łukasz;;Dr.;\r\nORG:Example Corp;Sales\r\nNICKNAME:Luki,Lu\r\n"
    "EMAIL;TYPE=WORK:lukasz@example.com\r\nEMAIL;TYPE=HOME:lm@home.example\r\nitem1.TEL;TYPE=CELL:+49 (0)30 123-4567\r\n"
    "NOTE:100% sure\\, really\r\nEND:VCARD\r\n"
)


def found(*properties: PropertyFilter, test: Join = Join.ANY) -> bool:
    return matches_card(CardFilter(test, properties), CARD)


def text(value: str, match_type: MatchType = MatchType.CONTAINS, **more) -> TextMatch:
    return TextMatch(value, match_type, **more)


@pytest.mark.parametrize(
    "name, wanted, is_found",
    [
        ("FN", text("lukasz"), True),
        ("FN", text("MULLER"), True),
        ("FN", text("lukasz", collation="i;octet"), False),
        ("FN", text("Łukasz", collation="i;octet"), True),
        ("FN", text("müller", MatchType.ENDS), True),
        ("FN", text("müller", MatchType.STARTS), False),
        ("FN", text("lukasz muller", MatchType.EQUALS), True),
        ("N", text("Müller;Łukasz;;Dr.;", MatchType.EQUALS), True),
        ("N", text("dr."), True),
        ("ORG", text("sales"), True),
        ("NICKNAME", text("lu"), True),
        ("EMAIL", text("home.example", MatchType.ENDS), True),
        ("NOTE", text("100%"), True),
        ("NOTE", text("sure, really"), True),
        ("FN", text("lukasz", is_negated=True), False),
        ("EMAIL", text("example.com", is_negated=True), False),
        ("EMAIL", text("nowhere", is_negated=True), True),
        ("TITLE", text("x", is_negated=True), False),
        ("TEL", text("+49 (0)30"), True),
        ("TEL", text("0301234567"), True),
        ("TEL", text("0301234567", MatchType.EQUALS), True),
        ("TEL", text("1234567", MatchType.ENDS), True),
        ("TEL", text("999"), False),
        ("TEL", text("0301234567", is_negated=True), False),
    ],
)
def test_texts_match_as_the_rfc_says_and_numbers_as_people_dial(name, wanted, is_found):
    assert found(PropertyFilter(name, texts=(wanted,))) is is_found


def test_a_property_without_conditions_must_be_there():
    assert found(PropertyFilter("EMAIL"))
    assert not found(PropertyFilter("TITLE"))
    assert found(PropertyFilter("TITLE", is_missing=True))
    assert not found(PropertyFilter("EMAIL", is_missing=True))


def test_a_group_narrows():
    assert found(PropertyFilter("TEL", group="item1"))
    assert not found(PropertyFilter("TEL", group="item2"))


def test_parameters_count():
    home = ParameterFilter("TYPE", text("home", MatchType.EQUALS))
    assert found(PropertyFilter("EMAIL", parameters=(home,)))
    assert not found(PropertyFilter("TEL", parameters=(home,)))
    assert found(PropertyFilter("EMAIL", parameters=(ParameterFilter("PREF", is_missing=True),)))
    assert not found(PropertyFilter("EMAIL", parameters=(ParameterFilter("PREF"),)))


def test_conditions_join_as_their_test_says():
    ada, luki = PropertyFilter("FN", texts=(text("ada"),)), PropertyFilter("FN", texts=(text("luk"),))
    assert found(ada, luki, test=Join.ANY)
    assert not found(ada, luki, test=Join.ALL)
    both = (text("example.com"), text("nowhere"))
    assert found(PropertyFilter("EMAIL", test=Join.ANY, texts=both))
    assert not found(PropertyFilter("EMAIL", test=Join.ALL, texts=both))


@pytest.mark.parametrize(
    "written, number", [("+49 30 1234567", "301234567"), ("030 1234567", "301234567"), ("294", "294"), ("x1", None), ("+", None)]
)
def test_a_number_is_known_by_its_digits(written, number):
    assert number_in(written) == number
