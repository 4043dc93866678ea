# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from radicale_dirserver.reports.principal_queries import ExpandProperty, PrincipalMatch, PrincipalSearch, read_principal_report
from radicale_dirserver.wire.card_filter import Join
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.names import dav
from radicale_dirserver.wire.xml_body import read_xml


def read(xml: str):
    root = read_xml(xml.replace(">", ' xmlns="DAV:">', 1).encode())
    assert root is not None
    return read_principal_report(root)


TERM = "<property-search><prop><displayname/></prop><match> zo </match></property-search>"


def test_a_search_joins_its_terms_by_and_unless_it_says_otherwise():
    every = read(f"<principal-property-search>{TERM}<prop><displayname/></prop></principal-property-search>")
    some = read(f'<principal-property-search test="anyof">{TERM}<apply-to-principal-collection-set/></principal-property-search>')
    assert isinstance(every, PrincipalSearch)
    assert isinstance(some, PrincipalSearch)
    assert (every.join, every.is_everywhere, every.terms[0].text) == (Join.ALL, False, "zo")
    assert (some.join, some.is_everywhere) == (Join.ANY, True)


def test_what_is_to_be_expanded_may_lie_inside():
    asked = read('<expand-property><property name="owner"><property name="displayname"/></property></expand-property>')
    assert isinstance(asked, ExpandProperty)
    ((name, inside),) = asked.expansion.properties
    assert name == dav("owner")
    assert inside is not None
    assert inside.properties == ((dav("displayname"), None),)


def test_a_match_names_one_property_or_oneself():
    asked = read("<principal-match><principal-property><owner/></principal-property></principal-match>")
    assert isinstance(asked, PrincipalMatch)
    assert asked.property == dav("owner")


@pytest.mark.parametrize(
    "xml",
    [
        "<principal-property-search></principal-property-search>",
        "<principal-property-search><property-search><match>x</match></property-search></principal-property-search>",
        f"<principal-property-search>{TERM * 50}</principal-property-search>",
        "<principal-match></principal-match>",
        "<principal-match><principal-property/></principal-match>",
        "<expand-property><property/></expand-property>",
        '<expand-property><property name="a"/>' + '<property name="b"/>' * 300 + "</expand-property>",
    ],
)
def test_what_says_nothing_or_too_much_is_refused(xml: str):
    with pytest.raises(Refused) as caught:
        read(xml)
    assert caught.value.status == 400


def test_another_report_is_none_of_these():
    assert read("<version-tree></version-tree>") is None
