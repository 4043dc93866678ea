# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring

from dirserver.card.card import Version
from dirserver.card.reader import read
from dirserver.card.writer import write
from dirserver.directory.views.rendering import Rendering
from dirserver.model.names import ETag, Href
from radicale_dirserver.tree.rows import ADDRESS_DATA, Item, RowWriter, constants_of
from radicale_dirserver.wire.multistatus import multistatus
from radicale_dirserver.wire.queries import AddressData, PropertyRequest, Wanted
from tests.radicale_dirserver.wsgi import C, D, read_row, vcard

CONSTANTS = constants_of("/dav", "ada", "")
BODY = vcard("1", "NOTE:a < b & c", "PHOTO;VALUE=uri:http://192.0.2.1/x").encode()
ITEM = Item(Href("x y.vcf"), ETag("e1"), 86_400, BODY)


def row(*names: str, wanted: Wanted = Wanted.SOME, data: AddressData | None = None, item: Item = ITEM, is_minimal: bool = False):
    writer = RowWriter("/dav/ada/people/", PropertyRequest(wanted, names, data), lambda: CONSTANTS, is_minimal=is_minimal)
    body = b"".join(multistatus([writer.row(item)]).body)
    return read_row(fromstring(body)[0])


def test_a_row_has_what_was_asked_and_says_what_is_missing():
    found = row(f"{D}getetag", f"{D}odd", f"{D}getlastmodified", f"{D}resourcetype", "{urn:x}y")
    assert found.path == "/dav/ada/people/x%20y.vcf"
    assert found.text(f"{D}getetag") == '"e1"'
    assert found.text(f"{D}getlastmodified") == "Fri, 02 Jan 1970 00:00:00 GMT"
    assert len(found.found[f"{D}resourcetype"]) == 0
    assert found.missing == (f"{D}odd", "{urn:x}y")
    assert found.statuses == (200, 404)


def test_a_minimal_row_leaves_out_what_is_missing():
    assert row(f"{D}getetag", f"{D}odd", is_minimal=True).statuses == (200,)
    assert row(f"{D}odd", is_minimal=True).statuses == (200,)


def test_a_row_without_properties_is_still_a_response():
    assert row().statuses == (200,)


def test_allprop_is_what_rfc4918_names():
    found = row(wanted=Wanted.ALL).found
    assert set(found) == {f"{D}{name}" for name in ("getetag", "getlastmodified", "getcontenttype", "getcontentlength", "resourcetype")}
    assert found[f"{D}getcontentlength"].text == str(len(BODY))


def test_propname_names_without_values():
    assert row(wanted=Wanted.NAMES).text(f"{D}getetag") == ""


def test_a_card_arrives_as_it_is():
    assert row(ADDRESS_DATA).text(ADDRESS_DATA) == BODY.decode()


def test_a_card_may_be_asked_for_in_part():
    data = AddressData(properties=frozenset({"FN", "NOTE"}), without_value=frozenset({"NOTE"}))
    text = row(ADDRESS_DATA, data=data).text(ADDRESS_DATA)
    assert "FN:Nina Nowak\r\n" in text
    assert "NOTE:\r\n" in text
    assert "PHOTO" not in text
    assert text.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\n")


@pytest.mark.parametrize("version, wanted", [("", None), ("3.0", Version.V3), ("4.0", Version.V4)])
def test_the_version_is_the_one_asked_for(version, wanted):
    assert RowWriter("/", PropertyRequest(Wanted.SOME, (), AddressData(version)), dict).version is wanted


def test_only_what_shows_the_card_needs_it():
    assert not RowWriter("/", PropertyRequest(Wanted.SOME, (f"{D}getetag",)), lambda: CONSTANTS).needs_body
    assert RowWriter("/", PropertyRequest(Wanted.SOME, (f"{C}address-data",)), lambda: CONSTANTS).needs_body
    assert RowWriter("/", PropertyRequest(Wanted.SOME, (f"{D}getcontentlength",)), lambda: CONSTANTS).needs_body


def test_a_part_of_a_card_is_its_lines_with_what_is_folded_of_them():
    body = write(read(vcard("u", "NOTE:" + "a long note " * 12, "item1.TEL;TYPE=CELL:+49 30 1", "X-NOTE:no").encode())).encode()
    item = Item(Href("x.vcf"), ETag("e1"), 86_400, body)
    text = row(ADDRESS_DATA, data=AddressData(properties=frozenset({"NOTE", "TEL"})), item=item).text(ADDRESS_DATA)
    heads = [line.partition(":")[0] for line in text.split("\r\n") if not line.startswith(" ")]
    assert heads == ["BEGIN", "VERSION", "NOTE", "item1.TEL;TYPE=CELL", "END", ""]
    assert read(text.encode()).first("NOTE") == read(body).first("NOTE")


@pytest.mark.parametrize(
    "names", [(f"{D}getetag",), (f"{D}getcontenttype", f"{D}getetag", "{urn:x}y"), (f"{D}owner", f"{D}getetag", f"{D}resourcetype")]
)
@pytest.mark.parametrize("is_minimal", [False, True])
def test_rows_of_lines_are_those_of_items(names: tuple[str, ...], is_minimal: bool):
    writer = RowWriter("/dav/a%b/p q/", PropertyRequest(Wanted.SOME, names), lambda: CONSTANTS, is_minimal=is_minimal)
    assert writer.takes_lines
    plain = [("a.vcf", "0123"), ("B-b_~.vcf", "0123+ff00")]
    for told in (
        plain[:1],
        plain,
        [("a+b.vcf", "01")],
        [*plain, ("x y\xfc&<%.vcf", "01")],
        [("+.vcf", "0+1"), *plain],
        [("a\x85.vcf", "0")],
    ):
        lines = "".join(f"{name}\t{etag}\n" for name, etag in told)
        assert writer.rows(lines) == "".join(writer.row(Item(Href(name), ETag(etag), 0)) for name, etag in told)


@pytest.mark.parametrize("names", [(), (f"{D}resourcetype",), (f"{D}getetag", f"{D}getlastmodified"), (f"{D}getetag", ADDRESS_DATA)])
def test_rows_with_more_or_less_than_a_tag_take_no_lines(names: tuple[str, ...]):
    assert not RowWriter("/dav/ada/people/", PropertyRequest(Wanted.SOME, names), lambda: CONSTANTS).takes_lines


def test_what_would_break_lines_apart_takes_none():
    odd = {**CONSTANTS, f"{D}owner": "two\nlines"}
    assert not RowWriter("/dav/ada/people/", PropertyRequest(Wanted.SOME, (f"{D}getetag", f"{D}owner")), lambda: odd).takes_lines


@pytest.mark.parametrize(
    "names", [(f"{D}getetag", ADDRESS_DATA), (ADDRESS_DATA,), (f"{D}getcontenttype", ADDRESS_DATA, "{urn:x}y", f"{D}getetag")]
)
def test_rows_of_cards_are_those_of_items(names: tuple[str, ...]):
    writer = RowWriter("/dav/a%b/p q/", PropertyRequest(Wanted.SOME, names, AddressData()), lambda: CONSTANTS)
    assert writer.takes_cards
    for hrefs in ([], ["a.vcf"], ["a.vcf", "b-_~.vcf"], ["a.vcf", "x y+\xfc&<%.vcf", "b.vcf"]):
        shown = [Rendering(Href(each), ETag("other"), BODY + each.encode(), 0, ETag(f"{each.encode().hex()}+0")) for each in hrefs]
        rows = [writer.row(Item(each.href, each.listed, 0, each.body)).encode() for each in shown]
        assert writer.cards(shown) == rows


def test_rows_with_parts_of_cards_or_with_lengths_take_no_cards():
    part = PropertyRequest(Wanted.SOME, (ADDRESS_DATA,), AddressData(properties=frozenset({"FN"})))
    assert not RowWriter("/p/", part, lambda: CONSTANTS).takes_cards
    for name in ("getcontentlength", "getlastmodified"):
        assert not RowWriter("/p/", PropertyRequest(Wanted.SOME, (f"{D}{name}", ADDRESS_DATA)), lambda: CONSTANTS).takes_cards


def test_only_what_many_ask_of_their_cards_has_a_spelling_that_is_one_for_all():
    def spelling(*names: str, data: AddressData | None = None):
        return RowWriter("/p/", PropertyRequest(Wanted.SOME, names, data or AddressData()), lambda: CONSTANTS).spelling

    usual = (f"{D}getcontenttype", f"{D}getetag", ADDRESS_DATA)
    assert spelling(*usual) is not None
    assert spelling(*usual) == spelling(*usual)
    assert spelling(*usual, f"{D}current-user-principal") is None
    assert spelling(*usual, "{urn:x}y") is None
    assert spelling(f"{D}getetag") is None
    assert spelling(*usual, data=AddressData(properties=frozenset({"FN"}))) is None
