# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.cast import ADA_MOBILE, uuid_of
from tests.radicale_dirserver.wsgi import C, D, Door, vcard

DATA = f"{C}address-data"
WANTED = "<c:address-data/>"


def href(login: str, reader: str = "ada") -> str:
    return f"/dav/{reader}/people/{uuid_of(login)}.vcf"


def test_cards_come_by_their_paths_in_order(door: Door):
    answer = door.multiget("/ada/people/", [href("zoe"), href("ada"), href("zoe")], data=WANTED)
    assert [row.path for row in answer.rows] == [href("zoe"), href("ada")]
    assert f"TEL;TYPE=CELL:{ADA_MOBILE}" in answer.rows[1].text(DATA)


def test_the_card_and_its_etag_are_those_of_get(door: Door):
    row = door.multiget("/ada/people/", [href("ada")], data=WANTED).rows[0]
    card = door.ask("GET", href("ada").removeprefix("/dav"))
    assert (row.text(DATA).encode(), row.text(f"{D}getetag")) == (card.body, card.headers["etag"])


def test_what_is_not_in_the_book_is_404(door: Door):
    strangers = [
        "/dav/ada/people/none.vcf",
        href("bruno", "bruno"),
        "/dav/ada/clients/x.vcf",
        "/elsewhere/x.vcf",
        "/dav/ada/people/",
        "/dav/ada/people/../contacts/x.vcf",
        "/dav/ada/people/%00.vcf",
    ]
    answer = door.multiget("/ada/people/", strangers, data=WANTED)
    assert [row.status for row in answer.rows] == [404] * len(strangers)


def test_the_spelling_of_a_login_does_not_hide_a_card(door: Door):
    assert door.multiget("/ada/people/", [href("zoe", "ADA")]).rows[0].status is None


def test_a_card_may_be_asked_for_in_another_version_without_another_etag(door: Door):
    plain = door.multiget("/ada/people/", [href("ada")], data=WANTED).rows[0]
    newer = door.multiget("/ada/people/", [href("ada")], data='<c:address-data content-type="text/vcard" version="4.0"/>').rows[0]
    assert "VERSION:4.0" in newer.text(DATA)
    assert newer.text(f"{D}getetag") == plain.text(f"{D}getetag")


def test_a_card_may_be_asked_for_in_part(door: Door):
    row = door.multiget("/ada/people/", [href("ada")], data='<c:address-data><c:prop name="FN"/></c:address-data>').rows[0]
    assert "FN:Ada" in row.text(DATA)
    assert "TEL" not in row.text(DATA)


@pytest.mark.parametrize(
    "named, lines",
    [
        ('name="TEL"', {"TEL:1", "item1.TEL:2", "item2.TEL;TYPE=CELL:3"}),
        ('name="Item1.tel"', {"item1.TEL:2"}),
        ('name="item3.TEL"', set()),
        ('name="ITEM2.TEL" novalue="yes"', {"item2.TEL;TYPE=CELL:"}),
        ('name="x-ablabel"', {"item1.X-ABLabel:Boat"}),
    ],
)
def test_a_property_may_be_named_with_its_group(door: Door, named: str, lines: set[str]):
    card = vcard("grouped", "TEL:1", "item1.TEL:2", "item1.X-ABLabel:Boat", "item2.TEL;TYPE=CELL:3")
    assert door.ask("PUT", "/ada/contacts/g.vcf", card).status == 201
    wanted = f"<c:address-data><c:prop {named}/></c:address-data>"
    row = door.multiget("/ada/contacts/", ["/dav/ada/contacts/g.vcf"], data=wanted).rows[0]
    assert set(row.text(DATA).split()) == {"BEGIN:VCARD", "VERSION:3.0", "END:VCARD"} | lines


def test_a_limited_reader_gets_limited_cards(door: Door):
    row = door.signed_as("esme").multiget("/esme/people/", [href("ada", "esme")], data=WANTED).rows[0]
    assert "Ada" in row.text(DATA)
    assert ADA_MOBILE not in row.text(DATA)


def test_odd_names_survive_the_way_there_and_back(door: Door):
    name = 'O\'Brien: 100% "ö" & <x>.vcf'
    assert door.ask("PUT", f"/ada/contacts/{name}", vcard("odd")).status == 201
    path = f"/dav/ada/contacts/{name}"
    rows = door.multiget("/ada/contacts/", [path], data=WANTED).rows
    assert [row.path for row in rows] == [quote(path)]
    assert "UID:odd" in rows[0].text(DATA)


def test_many_paths_are_answered(door: Door):
    paths = [f"/dav/ada/people/{number}.vcf" for number in range(1200)] + [href("ada")]
    rows = door.multiget("/ada/people/", paths).rows
    assert len(rows) == 1201
    assert rows[-1].status is None


def test_the_gateway_serves_what_was_found_there(door: Door):
    path = f"/dav/ada/directory/{uuid_of('ada')}.vcf"
    assert door.multiget("/ada/directory/", [path], data=WANTED).rows[0].path == path


def test_a_path_over_two_lines_is_one_path_that_is_not_there(door: Door):
    zoe = href("zoe")
    answer = door.multiget("/ada/people/", [f"{zoe}\n{uuid_of('ada')}.vcf", zoe], data=WANTED)
    assert [row.status for row in answer.rows] == [404, None]
    assert answer.rows[1].text(DATA)


@pytest.mark.parametrize(
    "named",
    [
        (
            "/dav/ada/people/%FF.vcf",
            "/dav/ada/people/%FE.vcf",
            "/dav/ada/people/%C3",
            "/dav/%FF/people/x.vcf",
            "/dav/ada/people/%ED%A0%80.vcf",
        ),
        ("x.vcf", "./x.vcf", "../people/x.vcf", "people/x.vcf", "?x", "//x"),
        ("http://[::1/dav/ada/people/x.vcf", "http://[x", ""),
    ],
)
@pytest.mark.parametrize("form", ["<d:href>{}</d:href>", "<d:href> {} </d:href>\n"])
def test_each_href_that_leads_nowhere_has_a_row(door: Door, named: tuple[str, ...], form: str):
    hrefs = "".join(form.format(each) for each in (*named, href("zoe")))
    body = f'<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:prop><d:getetag/></d:prop>{hrefs}</c:addressbook-multiget>'
    rows = door.ask("REPORT", "/ada/people/", body).rows
    assert [row.status for row in rows] == [404] * len(named) + [None]
    if "FF" in named[0]:
        assert [row.path for row in rows] == [*named, href("zoe")]


def test_a_relative_href_is_not_resolved(door: Door):
    body = (
        f'<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:prop><d:getetag/></d:prop>'
        f"<d:href>{uuid_of('zoe')}.vcf</d:href></c:addressbook-multiget>"
    )
    (row,) = door.ask("REPORT", "/ada/people/", body).rows
    assert (row.status, row.path) == (404, f"{uuid_of('zoe')}.vcf")
