# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.names import carddav, dav
from radicale_dirserver.wire.queries import (
    AddressbookQuery,
    AddressData,
    MultigetQuery,
    SyncQuery,
    Wanted,
    decoded_path,
    read_book_report,
    read_propfind,
)
from radicale_dirserver.wire.xml_body import read_xml

NS = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'


def propfind(inner: str):
    return read_propfind(read_xml(f"<propfind {NS}>{inner}</propfind>".encode()))


def report(xml: str):
    root = read_xml(xml.encode())
    assert root is not None
    return read_book_report(root)


def test_a_propfind_without_body_asks_for_everything():
    assert read_propfind(None).wanted is Wanted.ALL


def test_a_propfind_names_properties_once_in_order():
    asked = propfind("<prop><getetag/><C:x/><getetag/></prop>")
    assert (asked.wanted, asked.names) == (Wanted.SOME, (dav("getetag"), carddav("x")))


def test_allprop_may_include_more():
    asked = propfind("<allprop/><include><sync-token/></include>")
    assert (asked.wanted, asked.names) == (Wanted.ALL, (dav("sync-token"),))


def test_propname_asks_for_names():
    assert propfind("<propname/>").wanted is Wanted.NAMES


@pytest.mark.parametrize("body", [f"<propfind {NS}/>", f"<prop {NS}/>"])
def test_a_propfind_that_says_nothing_is_refused(body):
    with pytest.raises(Refused) as caught:
        read_propfind(read_xml(body.encode()))
    assert caught.value.status == 400


def test_a_request_for_endless_properties_is_refused():
    with pytest.raises(Refused):
        propfind("<prop>" + "".join(f"<p{number}/>" for number in range(500)) + "</prop>")


def test_a_sync_keeps_the_token_as_sent():
    asked = report(
        f"<sync-collection {NS}><sync-token> urn:x:1 </sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
    )
    assert isinstance(asked, SyncQuery)
    assert (asked.token, asked.limit, asked.properties.names) == ("urn:x:1", None, (dav("getetag"),))


def test_a_sync_may_be_limited():
    asked = report(f"<sync-collection {NS}><sync-token/><limit><nresults>7</nresults></limit><prop/></sync-collection>")
    assert isinstance(asked, SyncQuery)
    assert (asked.token, asked.limit) == ("", 7)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "9999999999"])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(Refused):
        report(f"<sync-collection {NS}><sync-token/><limit><nresults>{limit}</nresults></limit><prop/></sync-collection>")


def test_an_unknown_level_is_refused():
    with pytest.raises(Refused):
        report(f"<sync-collection {NS}><sync-token/><sync-level>2</sync-level><prop/></sync-collection>")


def test_a_multiget_decodes_its_paths():
    asked = report(
        f"<C:addressbook-multiget {NS}><prop/><href>/dav/a%40b/x%20y.vcf</href><href>https://h/dav/z.vcf</href></C:addressbook-multiget>"
    )
    assert isinstance(asked, MultigetQuery)
    assert asked.paths == ("/dav/a@b/x y.vcf", "/dav/z.vcf")


@pytest.mark.parametrize("odd, path", [("http://[", "http://["), ("/dav/%FF.vcf", "/dav/\udcff.vcf"), ("a/b", "a/b"), ("?x", "?x")])
def test_a_reference_that_is_no_path_of_ours_stays_what_it_is(odd, path):
    assert decoded_path(odd) == path


def test_a_query_reads_filter_and_limit():
    asked = report(
        f"<C:addressbook-query {NS}><prop><getetag/></prop><C:filter/><C:limit><C:nresults>3</C:nresults></C:limit></C:addressbook-query>"
    )
    assert isinstance(asked, AddressbookQuery)
    assert (asked.limit, asked.filter.properties) == (3, ())


@pytest.mark.parametrize(
    "data, wanted",
    [
        ("<C:address-data/>", AddressData()),
        ('<C:address-data content-type="text/vcard" version="4.0"/>', AddressData("4.0")),
        ("<C:address-data><C:allprop/></C:address-data>", AddressData()),
        (
            '<C:address-data version="3.0"><C:prop name="fn"/><C:prop name="PHOTO" novalue="yes"/></C:address-data>',
            AddressData("3.0", frozenset({"FN", "PHOTO"}), frozenset({"PHOTO"})),
        ),
    ],
)
def test_how_cards_are_wanted(data, wanted):
    assert propfind(f"<prop>{data}</prop>").address_data == wanted


@pytest.mark.parametrize("data", ['<C:address-data version="2.1"/>', '<C:address-data content-type="application/vcard+json"/>'])
def test_forms_that_are_not_served_are_refused_by_name(data):
    with pytest.raises(Refused) as caught:
        propfind(f"<prop>{data}</prop>")
    assert caught.value.precondition == carddav("supported-address-data")


def test_another_report_is_none_of_these():
    assert report('<version-tree xmlns="DAV:"/>') is None
