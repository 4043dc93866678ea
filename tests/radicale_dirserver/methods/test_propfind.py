# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import C, D, Door, S

PRIVILEGES = f"{D}current-user-privilege-set"
TYPE = f"{D}resourcetype"


def test_discovery_goes_from_the_root_to_the_home_to_the_books(door: Door):
    principal = door.propfind("/", f"{D}current-user-principal").rows[0].hrefs(f"{D}current-user-principal")
    assert principal == ["/dav/ada/"]
    home = door.propfind("/ada/", f"{C}addressbook-home-set", f"{D}principal-URL", TYPE).rows[0]
    assert home.hrefs(f"{C}addressbook-home-set") == home.hrefs(f"{D}principal-URL") == ["/dav/ada/"]
    assert home.names_in(TYPE) == {f"{D}collection", f"{D}principal"}
    books = door.propfind("/ada/", TYPE, f"{D}displayname", depth="1").rows[1:]
    assert [row.path for row in books] == ["/dav/ada/contacts/", "/dav/ada/clients/", "/dav/ada/people/"]
    assert all(row.names_in(TYPE) == {f"{D}collection", f"{C}addressbook"} for row in books)


def test_the_home_holds_what_its_owner_may_see(door: Door):
    esme = door.signed_as("esme").propfind("/esme/", TYPE, depth="1")
    assert "/dav/esme/clients/" not in esme.by_path
    assert "/dav/esme/people/" in esme.by_path


def test_the_root_shows_nobody_else(door: Door):
    assert [row.path for row in door.propfind("/", TYPE, depth="1").rows] == ["/dav/", "/dav/ada/"]


@pytest.mark.parametrize(
    "path", ["/bruno/", "/bruno/people/", "/bruno/contacts/", "/nobody-at-all/", "/ada/no-such-book/", "/ada/~bruno/", "/ada/~ada/"]
)
@pytest.mark.parametrize("depth", ["0", "1"])
def test_what_is_hidden_and_what_is_missing_look_the_same(door: Door, path: str, depth: str):
    answer = door.propfind(path, TYPE, depth=depth)
    missing = door.propfind("/there-is-no-such-login/", TYPE, depth=depth)
    assert answer.status == 404
    assert missing.status == 404
    assert "bruno" not in answer.body.decode().replace(path, "")


def test_a_home_answers_to_its_login_in_any_case(door: Door):
    row = door.propfind("/ADA/", f"{C}addressbook-home-set", f"{D}current-user-principal").rows[0]
    assert row.path == "/dav/ADA/"
    assert row.hrefs(f"{C}addressbook-home-set") == ["/dav/ADA/"]
    assert row.hrefs(f"{D}current-user-principal") == ["/dav/ada/"]


def test_a_principal_speaks_of_its_person(door: Door):
    row = door.propfind(
        "/ada/",
        f"{D}displayname",
        f"{S}email-address-set",
        f"{C}principal-address",
        f"{S}me-card",
        f"{C}directory-gateway",
        f"{D}group-member-set",
    ).rows[0]
    assert row.text(f"{D}displayname") == "Ada Łukasińska"
    assert row.found[f"{S}email-address-set"].findtext(f"{S}email-address") == "ada@example.com"
    assert row.hrefs(f"{C}principal-address") == row.hrefs(f"{S}me-card") == [f"/dav/ada/people/{uuid_of('ada')}.vcf"]
    assert row.hrefs(f"{C}directory-gateway") == ["/dav/ada/directory/"]
    assert len(row.found[f"{D}group-member-set"]) == 0


def test_an_account_without_a_person_has_no_card(door: Door):
    row = (
        door.signed_as("admin")
        .__class__(door.app, "admin", password="admin-has-a-long-password")
        .propfind("/admin/", f"{C}principal-address")
    )
    assert row.rows[0].missing == (f"{C}principal-address",)


@pytest.mark.parametrize(
    "login, book, privileges",
    [
        ("ada", "contacts", {"read", "write-content", "bind", "unbind", "write-properties", "write"}),
        ("ada", "clients", {"read", "write-content", "bind", "unbind", "write"}),
        ("ada", "people", {"read"}),
        ("chika", "people", {"read", "write-content", "bind", "unbind", "write"}),
        ("esme", "people", {"read"}),
        ("dov", "clients", {"read"}),
    ],
)
def test_privileges_say_what_one_may_do(door: Door, login: str, book: str, privileges: set[str]):
    row = door.signed_as(login).propfind(f"/{login}/{book}/", PRIVILEGES).rows[0]
    found = {name.removeprefix(D) for name in row.names_in(PRIVILEGES)} - {"privilege", "read-current-user-privilege-set", "read-acl"}
    assert found == privileges


def test_one_may_write_on_ones_own_card_and_is_told_so_there(door: Door):
    mine = door.propfind(f"/ada/people/{uuid_of('ada')}.vcf", PRIVILEGES).rows[0]
    other = door.propfind(f"/ada/people/{uuid_of('dov')}.vcf", PRIVILEGES).rows[0]
    assert f"{D}write-content" in mine.names_in(PRIVILEGES)
    assert f"{D}write-content" not in other.names_in(PRIVILEGES)


def test_a_book_says_what_clients_look_for(door: Door):
    row = door.propfind(
        "/ada/people/",
        f"{D}displayname",
        f"{D}supported-report-set",
        f"{C}supported-address-data",
        f"{C}supported-collation-set",
        f"{C}max-resource-size",
        f"{C}max-image-size",
        f"{D}owner",
        f"{D}resource-id",
        f"{D}sync-token",
        f"{S}getctag",
    ).rows[0]
    assert row.missing == ()
    assert {f"{D}sync-collection", f"{C}addressbook-multiget", f"{C}addressbook-query"} <= row.names_in(f"{D}supported-report-set")
    assert [each.get("version") for each in row.found[f"{C}supported-address-data"]] == ["3.0", "4.0"]
    assert int(row.text(f"{C}max-resource-size")) >= 1_000_000
    assert len(row.found[f"{D}owner"]) == 0
    assert row.hrefs(f"{D}resource-id")[0].startswith("urn:uuid:")
    assert row.text(f"{D}sync-token") == row.text(f"{S}getctag")


def test_a_personal_book_has_its_owner(door: Door):
    assert door.propfind("/ada/contacts/", f"{D}owner").rows[0].hrefs(f"{D}owner") == ["/dav/ada/"]


def test_depth_1_lists_the_entries_with_the_etags_that_get_serves(door: Door):
    rows = door.propfind("/ada/people/", f"{D}getetag", f"{D}getcontenttype", f"{D}getcontentlength", TYPE, depth="1").rows
    assert len(rows) == 9
    for row in rows[1:]:
        card = door.ask("GET", row.path.removeprefix("/dav"))
        assert row.text(f"{D}getetag") == card.headers["etag"]
        assert row.text(f"{D}getcontentlength") == str(len(card.body))
        assert row.text(f"{D}getcontenttype").startswith("text/vcard")
        assert len(row.found[TYPE]) == 0


def test_infinite_depth_is_one_level(door: Door):
    assert len(door.propfind("/ada/", TYPE, depth="infinity").rows) == 4


def test_allprop_and_propname_are_answered_everywhere(door: Door):
    for path in ("/", "/ada/", "/ada/people/", "/ada/directory/", f"/ada/people/{uuid_of('ada')}.vcf"):
        everything = door.ask("PROPFIND", path, depth="0").rows[0]
        assert TYPE in everything.found
        assert everything.missing == ()
        names = door.ask("PROPFIND", path, '<propfind xmlns="DAV:"><propname/></propfind>', depth="0").rows[0]
        assert set(everything.found) <= set(names.found)
        again = door.propfind(path, *names.found).rows[0]
        # What is named can be had; only what a person has not (a mail, a description) may be missing.
        assert len(again.found) >= len(names.found) - 4


@pytest.mark.parametrize("headers", [{"prefer": "return=minimal"}, {"brief": "t"}])
def test_short_answers_leave_out_what_is_missing(door: Door, headers: dict[str, str]):
    answer = door.propfind("/ada/", TYPE, f"{D}odd", depth="1", **headers)
    assert all(row.statuses == (200,) for row in answer.rows)
    assert answer.headers["preference-applied"] == "return=minimal"
    assert "Prefer" in answer.headers["vary"]


def test_the_first_status_is_always_200(door: Door):
    rows = door.propfind("/ada/", f"{D}quota-used-bytes", f"{D}displayname", f"{D}add-member", TYPE, depth="1").rows
    assert all(row.statuses[0] == 200 for row in rows)


def test_who_knows_the_collection_may_leave_it_out(door: Door):
    answer = door.propfind("/ada/", TYPE, depth="1", prefer="depth-noroot, return=minimal")
    assert "/dav/ada/" not in answer.by_path
    assert "/dav/ada/people/" in answer.by_path
    assert answer.headers["preference-applied"] == "return=minimal, depth-noroot"
    alone = door.propfind("/ada/", TYPE, depth="0", prefer="depth-noroot")
    assert [row.path for row in alone.rows] == ["/dav/ada/"]


def test_an_unknown_name_is_echoed_in_its_own_namespace(door: Door):
    assert door.propfind("/ada/", "{http://me.com/_namespace/}bulk-requests", "{urn:a&b}c").rows[0].missing == (
        "{http://me.com/_namespace/}bulk-requests",
        "{urn:a&b}c",
    )


def test_the_gateway_is_one_collection_that_is_not_listed(door: Door):
    rows = door.propfind("/ada/directory/", TYPE, f"{D}supported-report-set", f"{D}sync-token", depth="1").rows
    assert [row.path for row in rows] == ["/dav/ada/directory/"]
    assert rows[0].names_in(TYPE) == {f"{D}collection", f"{C}addressbook", f"{C}directory"}
    assert f"{D}sync-collection" not in rows[0].names_in(f"{D}supported-report-set")
    assert rows[0].missing == (f"{D}sync-token",)


@pytest.mark.parametrize("path", ["/.well-known/carddav", "/"])
def test_the_well_known_address_and_the_bare_host_answer_in_place(door: Door, path: str):
    answer = Door(door.app, "ada", mount="").propfind(path, f"{D}current-user-principal", TYPE)
    assert answer.rows[0].path == path
    assert answer.rows[0].hrefs(f"{D}current-user-principal") == ["/dav/ada/"]


def test_a_missing_entry_is_404(door: Door):
    assert door.propfind("/ada/people/nobody.vcf", TYPE).status == 404
