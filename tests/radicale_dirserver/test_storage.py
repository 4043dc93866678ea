# SPDX-License-Identifier: GPL-3.0-or-later
"""The storage plugin under Radicale's own application, without ours in front."""

from __future__ import annotations

import pytest
from radicale.app import Application

from radicale_dirserver.configuration import radicale_configuration
from radicale_dirserver.storage import Storage
from tests.cast import ADA_MOBILE, uuid_of
from tests.radicale_dirserver.conftest import DoorParts
from tests.radicale_dirserver.wsgi import C, D, Door, vcard

TYPE = f"{D}resourcetype"
DATA = f"{C}address-data"


@pytest.fixture
def plain(parts: DoorParts) -> Door:
    """Ada before Radicale's own application, on our plugins."""
    return Door(Application(radicale_configuration(parts.directory, parts.identity)), is_ours=False)


def test_radicale_finds_the_home_and_its_books(plain: Door):
    rows = plain.propfind("/ada/", TYPE, depth="1").rows
    assert [row.path for row in rows] == ["/dav/ada/", "/dav/ada/contacts/", "/dav/ada/clients/", "/dav/ada/people/"]


def test_radicale_shows_nobody_elses(plain: Door):
    assert [row.path for row in plain.propfind("/", TYPE, depth="1").rows] == ["/dav/", "/dav/ada/"]
    for path in ("/bruno/", "/bruno/contacts/", "/ada/none/", "/ada/directory/"):
        assert plain.propfind(path, TYPE).status in {403, 404}


def test_radicale_never_takes_a_thread_for_its_last_client(plain: Door):
    assert plain.propfind("/ada/", TYPE).status == 207
    nobody = plain.signed_as(None)
    assert nobody.propfind("/ada/", TYPE).status == 401
    assert nobody.ask("GET", f"/ada/people/{uuid_of('ada')}.vcf").status == 401
    assert Door(plain.app, "ada", password="", is_ours=False).propfind("/ada/", TYPE).status == 401
    assert Door(plain.app, "bruno", password="wrong", is_ours=False).propfind("/ada/", TYPE).status == 401


def test_radicale_serves_cards_as_they_are_seen(plain: Door):
    assert ADA_MOBILE in plain.ask("GET", f"/ada/people/{uuid_of('ada')}.vcf").body.decode()
    assert ADA_MOBILE not in plain.signed_as("esme").ask("GET", f"/esme/people/{uuid_of('ada')}.vcf").body.decode()


def test_radicale_writes_changes_and_deletes(plain: Door):
    assert plain.ask("PUT", "/ada/contacts/n.vcf", vcard("n"), content_type="text/vcard").status == 201
    etag = plain.ask("GET", "/ada/contacts/n.vcf").headers["etag"]
    assert plain.ask("PUT", "/ada/contacts/n.vcf", vcard("n", "NOTE:x"), if_match='"old"').status == 412
    assert plain.ask("PUT", "/ada/contacts/n.vcf", vcard("n", "NOTE:x"), if_match=etag).status == 204
    assert plain.ask("DELETE", "/ada/contacts/n.vcf").status == 200
    assert plain.ask("GET", "/ada/contacts/n.vcf").status == 404


def test_radicale_refuses_what_the_directory_refuses(plain: Door):
    assert plain.ask("PUT", "/ada/people/n.vcf", vcard("n")).status == 403
    assert plain.ask("DELETE", f"/ada/people/{uuid_of('dov')}.vcf").status == 403
    assert plain.ask("DELETE", "/ada/contacts/").status == 403
    assert plain.ask("MKCOL", "/ada/new/").status == 403
    assert plain.ask("PUT", "/ada/contacts/a.vcf", vcard("n")).status == 201
    assert plain.ask("PUT", "/ada/contacts/b.vcf", vcard("n")).status == 400
    assert plain.ask("MOVE", "/ada/contacts/a.vcf", destination="/dav/ada/clients/a.vcf").status in {400, 502}


def test_radicale_never_refuses_a_token(plain: Door):
    first = plain.sync("/ada/people/")
    assert len(first.rows) == 8
    assert plain.sync("/ada/people/", first.token).rows == []
    rows = plain.sync("/ada/people/", "http://radicale.org/ns/sync/invented").rows
    assert len([row for row in rows if row.status is None]) == 8


def test_radicale_has_its_queries_answered_by_the_directory(plain: Door):
    rows = plain.query("/ada/people/", '<c:prop-filter name="FN"><c:text-match>lukasinska</c:text-match></c:prop-filter>').rows
    assert [row.path for row in rows] == [f"/dav/ada/people/{uuid_of('ada')}.vcf"]
    assert ADA_MOBILE in rows[0].text(DATA)


def test_a_storage_holds_nothing_of_a_request(parts: DoorParts):
    storage = Storage(radicale_configuration(parts.directory, parts.identity), parts.directory)
    before = dict(vars(storage))
    with storage.acquire_lock("r", "nobody"):
        assert list(storage.discover("/ada/", "1")) == []
    assert vars(storage) == before


def test_a_storage_says_that_it_is_well(parts: DoorParts):
    assert Storage(radicale_configuration(parts.directory, parts.identity), parts.directory).verify()
