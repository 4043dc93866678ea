# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from radicale_dirserver.wire.card_filter import CardFilter, Join, MatchType, ParameterFilter, PropertyFilter, TextMatch, read_filter
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.names import carddav
from radicale_dirserver.wire.xml_body import read_xml


def read(inner: str, attributes: str = "") -> CardFilter:
    return read_filter(read_xml(f'<filter xmlns="urn:ietf:params:xml:ns:carddav" {attributes}>{inner}</filter>'.encode()))


def test_no_filter_matches_every_card():
    assert read_filter(None) == CardFilter()
    assert read("") == CardFilter()


def test_a_text_match_has_the_defaults_of_the_rfc():
    assert read('<prop-filter name="fn"><text-match>ada</text-match></prop-filter>') == CardFilter(
        Join.ANY, (PropertyFilter("FN", texts=(TextMatch("ada", MatchType.CONTAINS, "i;unicode-casemap"),)),)
    )


def test_every_attribute_is_read():
    text = '<text-match collation="i;octet" match-type="starts-with" negate-condition="yes">A</text-match>'
    home = '<param-filter name="type"><text-match>home</text-match></param-filter>'
    found = read(f'<prop-filter name="item1.EMAIL" test="allof">{text}{home}</prop-filter>', 'test="allof"')
    assert found.test is Join.ALL
    assert found.properties == (
        PropertyFilter(
            "EMAIL",
            group="item1",
            test=Join.ALL,
            texts=(TextMatch("A", MatchType.STARTS, "i;octet", is_negated=True),),
            parameters=(ParameterFilter("TYPE", TextMatch("home")),),
        ),
    )


def test_absence_may_be_asked_for():
    untyped = '<prop-filter name="ADR"><param-filter name="TYPE"><is-not-defined/></param-filter></prop-filter>'
    found = read(f'<prop-filter name="TEL"><is-not-defined/></prop-filter>{untyped}')
    assert [each.is_missing for each in found.properties] == [True, False]
    assert found.properties[1].parameters == (ParameterFilter("TYPE", is_missing=True),)


@pytest.mark.parametrize(
    "inner",
    [
        "<comp-filter/>",
        "<prop-filter/>",
        '<prop-filter name="FN"><time-range/></prop-filter>',
        '<prop-filter name="FN" test="noneof"/>',
        '<prop-filter name="FN"><text-match match-type="regex">x</text-match></prop-filter>',
        '<prop-filter name="FN"><param-filter/></prop-filter>',
        '<prop-filter name="FN"/>' * 300,
    ],
)
def test_what_cannot_be_answered_is_refused_as_a_filter(inner):
    with pytest.raises(Refused) as caught:
        read(inner)
    assert (caught.value.status, caught.value.precondition) == (403, carddav("supported-filter"))


def test_an_unknown_collation_is_refused_as_one():
    with pytest.raises(Refused) as caught:
        read('<prop-filter name="FN"><text-match collation="i;klingon">x</text-match></prop-filter>')
    assert caught.value.precondition == carddav("supported-collation")
