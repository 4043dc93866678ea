# SPDX-License-Identifier: GPL-3.0-or-later
"""Our answers and Radicale's own, on the same directory, compared as XML wherever Radicale is right."""

from __future__ import annotations

import pytest

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import Answer, C, D, Door, Row, S, vcard

ENTRY = (f"{D}getetag", f"{D}getlastmodified", f"{D}resourcetype", f"{D}getcontentlength", f"{D}current-user-principal", "{urn:x}unknown")
BOOK = (f"{D}displayname", f"{D}resourcetype", f"{D}current-user-principal", f"{D}principal-collection-set", f"{C}addressbook-description")
CARDS = (f"{D}getetag", f"{C}address-data", "{urn:x}unknown")


@pytest.fixture
def both(door: Door, radicale: Door) -> tuple[Door, Door]:
    for number in range(3):
        assert door.ask("PUT", f"/ada/contacts/Müller {number}.vcf", vcard(f"u{number}", "NOTE:a & b < c")).status == 201
    return door, radicale


def comparable(row: Row) -> tuple[object, ...]:
    # Radicale leaves bare carriage returns in XML, which readers have to turn into line feeds (XML 1.0 section 2.11).
    found = {
        name: ((each.text or "").replace("\r\n", "\n"), sorted((child.tag, child.text) for child in each.iter() if child is not each))
        for name, each in row.found.items()
    }
    return row.status, found, set(row.missing)


def same(ours: Answer, theirs: Answer) -> None:
    assert ours.status == theirs.status
    mine = {row.path: comparable(row) for row in ours.rows}
    assert mine == {row.path: comparable(row) for row in theirs.rows}
    assert mine


@pytest.mark.parametrize(
    "path, depth, names",
    [
        ("/", "0", (f"{D}current-user-principal", f"{D}resourcetype", "{urn:x}unknown")),
        ("/ada/", "0", (f"{D}resourcetype", f"{D}principal-URL", f"{C}addressbook-home-set", f"{D}owner")),
        ("/ada/", "1", (f"{D}resourcetype", f"{D}current-user-principal")),
        ("/ada/people/", "0", BOOK),
        ("/ada/contacts/", "0", (*BOOK, f"{D}owner")),
        ("/ada/contacts/Müller 1.vcf", "0", ENTRY),
        ("/ada/contacts/Müller 1.vcf", "1", ENTRY),
    ],
)
def test_propfind(both: tuple[Door, Door], path: str, depth: str, names: tuple[str, ...]):
    ours, theirs = both
    same(ours.propfind(path, *names, depth=depth), theirs.propfind(path, *names, depth=depth))


@pytest.mark.parametrize("path", ["/ada/people/", "/ada/contacts/", "/ada/clients/"])
def test_listings(both: tuple[Door, Door], path: str):
    ours, theirs = (one.propfind(path, *ENTRY, depth="1") for one in both)
    # On the book itself Radicale invents times, lengths and tags; the entries are what a listing is for.
    assert {row.path: comparable(row) for row in ours.rows[1:]} == {row.path: comparable(row) for row in theirs.rows[1:]}
    assert len(ours.rows) > 3


@pytest.mark.parametrize("names", [(f"{D}getetag",), (f"{D}resourcetype", f"{D}getetag", f"{D}current-user-principal", "{urn:x}unknown")])
def test_listings_of_names_and_tags(both: tuple[Door, Door], names: tuple[str, ...]):
    assert both[0].ask("PUT", "/ada/contacts/a+b.vcf", vcard("plus")).status == 201
    for path in ("/ada/people/", "/ada/contacts/", "/ada/clients/"):
        ours, theirs = (one.propfind(path, *names, depth="1") for one in both)
        assert {row.path: comparable(row) for row in ours.rows[1:]} == {row.path: comparable(row) for row in theirs.rows[1:]}


def test_first_sync(both: tuple[Door, Door]):
    ours, theirs = (one.sync("/ada/contacts/", "", *CARDS) for one in both)
    same(ours, theirs)
    assert ours.token == theirs.token


def test_next_sync(both: tuple[Door, Door]):
    ours, theirs = both
    token = ours.sync("/ada/contacts/").token
    ours.ask("DELETE", "/ada/contacts/Müller 0.vcf")
    ours.ask("PUT", "/ada/contacts/Müller 1.vcf", vcard("u1", "NOTE:changed"))
    ours.ask("PUT", "/ada/contacts/new.vcf", vcard("new"))
    answers = [one.sync("/ada/contacts/", token, *CARDS) for one in both]
    same(*answers)
    assert len(answers[0].rows) == 3
    same(ours.sync("/ada/contacts/", "invented", *CARDS), theirs.sync("/ada/contacts/", "invented", *CARDS))


def test_multiget(both: tuple[Door, Door]):
    hrefs = ["/dav/ada/contacts/Müller 2.vcf", "/dav/ada/contacts/none.vcf", "/dav/ada/people/x.vcf", "/dav/bruno/contacts/x.vcf"]
    same(*(one.multiget("/ada/contacts/", hrefs, *CARDS) for one in both))


@pytest.mark.parametrize(
    "conditions",
    [
        "",
        '<c:prop-filter name="FN"><c:text-match>lukasin</c:text-match></c:prop-filter>',
        '<c:prop-filter name="EMAIL"><c:text-match match-type="ends-with">@example.com</c:text-match></c:prop-filter>',
        '<c:prop-filter name="TITLE"><c:text-match negate-condition="yes">dev</c:text-match></c:prop-filter>',
        '<c:prop-filter name="NICKNAME"><c:is-not-defined/></c:prop-filter>',
    ],
)
def test_query(both: tuple[Door, Door], conditions: str):
    same(*(one.query("/ada/people/", conditions) for one in both))


def test_get(both: tuple[Door, Door]):
    for path in (f"/ada/people/{uuid_of('ada')}.vcf", "/ada/contacts/Müller 1.vcf"):
        ours, theirs = (one.ask("GET", path) for one in both)
        assert (ours.status, ours.body) == (theirs.status, theirs.body)
        assert {name: ours.headers[name] for name in ("etag", "last-modified")} == {
            name: theirs.headers[name] for name in ("etag", "last-modified")
        }


def test_tokens_and_ctags_move_together(both: tuple[Door, Door]):
    ours, theirs = both
    assert ours.propfind("/ada/people/", f"{D}sync-token").rows[0].text(f"{D}sync-token") == theirs.propfind(
        "/ada/people/", f"{D}sync-token"
    ).rows[0].text(f"{D}sync-token")
    assert ours.propfind("/ada/people/", f"{S}getctag").rows[0].text(f"{S}getctag")
