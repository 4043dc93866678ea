# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import Answer, C, D, Door, vcard

CARD = vcard("n", "TEL;TYPE=CELL:+48 600 100 200", "X-ODD;X-A=b:kept", "NOTE:a\\, b")


def go(door: Door, method: str, path: str, to: str, **headers: str) -> Answer:
    return door.ask(method, path, destination=f"/dav{to}", **headers)


def card(door: Door, path: str) -> str | None:
    answer = door.ask("GET", path)
    return answer.body.decode() if answer.status == 200 else None


@pytest.fixture
def written(door: Door) -> str:
    assert door.ask("PUT", "/ada/contacts/n.vcf", CARD).status == 201
    return card(door, "/ada/contacts/n.vcf") or ""


def test_a_card_moves_to_a_shared_book_whole_and_everybody_hears_of_it(door: Door, written: str):
    tokens = {book: door.sync(f"/ada/{book}/").token for book in ("contacts", "clients")}
    assert go(door, "MOVE", "/ada/contacts/n.vcf", "/ada/clients/new%20name.vcf").status == 201
    assert card(door, "/ada/contacts/n.vcf") is None
    assert card(door, "/ada/clients/new name.vcf") == written
    left, came = (door.sync(f"/ada/{book}/", tokens[book]).rows for book in ("contacts", "clients"))
    assert [(row.path, row.status) for row in left] == [("/dav/ada/contacts/n.vcf", 404)]
    assert [(row.path, row.status) for row in came] == [("/dav/ada/clients/new%20name.vcf", None)]


def test_what_moves_back_is_the_entry_that_it_was(door: Door, core: CoreParts, ada: Principal, written: str):
    def uuid() -> str:
        with core.directory.reading(ada) as reading:
            return reading.entry(reading.book("~ada"), "n.vcf").uuid

    before = uuid()
    go(door, "MOVE", "/ada/contacts/n.vcf", "/ada/clients/n.vcf")
    assert go(door, "MOVE", "/ada/clients/n.vcf", "/ada/contacts/n.vcf").status == 201
    assert (uuid(), card(door, "/ada/contacts/n.vcf")) == (before, written)


def test_a_card_gets_another_name_in_its_book(door: Door, core: CoreParts, ada: Principal, written: str):
    assert go(door, "MOVE", "/ada/contacts/n.vcf", "/ada/contacts/m.vcf").status == 201
    assert (card(door, "/ada/contacts/n.vcf"), card(door, "/ada/contacts/m.vcf")) == (None, written)
    assert go(door, "MOVE", "/ada/contacts/m.vcf", "/ada/contacts/m.vcf").status == 403


def test_a_copy_leaves_the_card_and_its_uid_names_both(door: Door, written: str):
    assert go(door, "COPY", "/ada/contacts/n.vcf", "/ada/clients/n.vcf").status == 201
    assert card(door, "/ada/contacts/n.vcf") == card(door, "/ada/clients/n.vcf") == written
    again = go(door, "COPY", "/ada/contacts/n.vcf", "/ada/clients/other.vcf")
    assert (again.status, again.preconditions) == (409, [f"{C}no-uid-conflict"])
    assert again.xml.findtext(f".//{D}href") == "/dav/ada/clients/n.vcf"


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_what_is_there_is_replaced_unless_overwrite_says_f(door: Door, written: str, method: str):
    door.ask("PUT", "/ada/clients/there.vcf", vcard("n", "NOTE:there"))
    assert go(door, method, "/ada/contacts/n.vcf", "/ada/clients/there.vcf", overwrite="F").status == 412
    assert "NOTE:there" in (card(door, "/ada/clients/there.vcf") or "")
    assert go(door, method, "/ada/contacts/n.vcf", "/ada/clients/there.vcf").status == 204
    assert card(door, "/ada/clients/there.vcf") == written
    assert (card(door, "/ada/contacts/n.vcf") is None) == (method == "MOVE")


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
@pytest.mark.parametrize("book", ["contacts", "clients"])
def test_nothing_is_put_over_an_entry_with_another_uid(door: Door, written: str, method: str, book: str):
    there = f"/ada/{book}/there.vcf"
    door.ask("PUT", there, vcard("there"))
    before = card(door, there)
    answer = go(door, method, "/ada/contacts/n.vcf", there)
    assert (answer.status, answer.preconditions) == (409, [f"{C}no-uid-conflict"])
    assert answer.xml.findtext(f".//{D}href") == f"/dav{there}"
    assert (card(door, there), card(door, "/ada/contacts/n.vcf")) == (before, written)


def test_a_condition_must_hold(door: Door, written: str):
    assert go(door, "MOVE", "/ada/contacts/n.vcf", "/ada/clients/n.vcf", if_match='"other"').status == 412
    etag = door.ask("GET", "/ada/contacts/n.vcf").headers["etag"]
    assert go(door, "MOVE", "/ada/contacts/n.vcf", "/ada/clients/n.vcf", if_match=etag).status == 201


def test_who_lacks_a_right_is_told_which_and_where(door: Door, written: str):
    into = go(door, "COPY", "/ada/contacts/n.vcf", "/ada/people/n.vcf")
    assert (into.status, into.preconditions) == (403, [f"{D}need-privileges"])
    assert into.xml.findtext(f".//{D}href") == "/dav/ada/people/n.vcf"
    assert into.xml.find(f".//{D}bind") is not None
    out = go(door, "MOVE", f"/ada/people/{uuid_of('zoe')}.vcf", "/ada/contacts/z.vcf")
    assert out.status == 403
    assert out.xml.findtext(f".//{D}href") == f"/dav/ada/people/{uuid_of('zoe')}.vcf"
    assert out.xml.find(f".//{D}unbind") is not None
    assert card(door, "/ada/contacts/z.vcf") is None
    assert card(door, "/ada/contacts/n.vcf") == written


def test_a_copy_of_a_colleague_holds_what_one_sees(door: Door):
    esme = door.signed_as("bruno")
    assert go(esme, "COPY", f"/bruno/people/{uuid_of('ada')}.vcf", "/bruno/contacts/ada.vcf").status == 201
    seen, copied = card(esme, f"/bruno/people/{uuid_of('ada')}.vcf"), card(esme, "/bruno/contacts/ada.vcf")
    assert seen is not None
    assert "TEL" in seen
    assert copied == seen


@pytest.mark.parametrize(
    "destination, status",
    [
        ("", 400),
        ("n.vcf", 400),
        ("http://[", 400),
        ("/dav/%FF", 400),
        ("https://elsewhere.example/dav/ada/clients/n.vcf", 502),
        ("/dav/ada/clients/", 409),
        ("/dav/ada/", 409),
        ("/other/ada/clients/n.vcf", 409),
        ("/dav/bruno/contacts/n.vcf", 409),
        ("/dav/ada/clients/../people/n.vcf", 409),
        ("/dav/ada/none/n.vcf", 404),
        ("/dav/ada/directory/n.vcf", 403),
        ("https://contacts.example.com/dav/ada/clients/n.vcf", 201),
    ],
)
def test_where_to_is_read_with_care(door: Door, written: str, destination: str, status: int):
    answer = door.ask("COPY", "/ada/contacts/n.vcf", destination=destination, host="contacts.example.com")
    assert answer.status == status, answer.body
    assert card(door, "/ada/contacts/n.vcf") == written


def test_what_is_not_there_does_not_move(door: Door):
    assert go(door, "MOVE", "/ada/contacts/none.vcf", "/ada/clients/n.vcf").status == 404
    assert go(door, "MOVE", "/bruno/contacts/none.vcf", "/ada/clients/n.vcf").status == 404


def test_of_several_etags_the_one_that_it_has_will_do(door: Door, written: str):
    etag = door.ask("GET", "/ada/contacts/n.vcf").headers["etag"]
    assert go(door, "MOVE", "/ada/contacts/n.vcf", "/ada/contacts/m.vcf", if_match='"other", "another"').status == 412
    assert go(door, "MOVE", "/ada/contacts/n.vcf", "/ada/contacts/m.vcf", if_match='""').status == 412
    assert go(door, "MOVE", "/ada/contacts/n.vcf", "/ada/contacts/m.vcf", if_match=f'"other", {etag}').status == 201


@pytest.mark.parametrize(
    "server, host, status",
    [
        ("http://dav.example.com", "dav.example.com:80", 201),
        ("https://dav.example.com:443", "dav.example.com", 201),
        ("http://[::1]:80", "[::1]", 201),
        ("http://dav.example.com:8080", "dav.example.com", 502),
        ("http://other.example.com", "dav.example.com", 502),
    ],
)
def test_a_server_is_itself_with_its_usual_port_and_without(door: Door, written: str, server: str, host: str, status: int):
    assert door.ask("MOVE", "/ada/contacts/n.vcf", destination=f"{server}/dav/ada/contacts/m.vcf", host=host).status == status
