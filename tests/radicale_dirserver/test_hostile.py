# SPDX-License-Identifier: GPL-3.0-or-later
"""Input that means harm: it is told what is wrong, costs little, and nothing changes by it."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.radicale_dirserver.wsgi import C, D, Door, propfind, sync_collection, vcard

CARD = C[1:-1]
BOMB = (
    "<!DOCTYPE a ["
    + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    + ']><propfind xmlns="DAV:"><prop>&e9;</prop></propfind>'
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><propfind xmlns="DAV:"><prop>&x;</prop></propfind>'
XML = {
    "a bomb": BOMB,
    "an entity from outside": OUTSIDE,
    "a DTD from outside": '<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><propfind xmlns="DAV:"><allprop/></propfind>',
    "a hundred thousand levels": "<a>" * 100_000,
    "too many elements": "<a>" + "<b/>" * 250_000 + "</a>",
    "another encoding that nobody knows": '<?xml version="1.0" encoding="klingon"?><propfind xmlns="DAV:"><allprop/></propfind>',
    "a control character": '<propfind xmlns="DAV:">\x01<allprop/></propfind>',
    "nothing but text": "hello",
}


@pytest.fixture(autouse=True)
def healthy(door: Door):
    """Whatever came, the next one is served as before, and the book is as it was."""
    before = door.sync("/ada/contacts/").token
    yield
    assert door.sync("/ada/contacts/").token == before


@pytest.mark.parametrize("case", XML)
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PROPPATCH"])
def test_xml_that_means_harm_is_a_bad_request_with_a_reason(door: Door, method: str, case: str):
    answer = door.ask(method, "/ada/contacts/", XML[case])
    assert answer.status in {400, 413}
    assert answer.body.strip()
    assert b"hostname" not in answer.body


@pytest.mark.slow
def test_a_hundred_thousand_names_are_answered_or_refused_in_bounded_memory(door: Door):
    hrefs = "".join(f"<d:href>/dav/ada/contacts/{number}.vcf</d:href>" for number in range(100_000))
    body = f'<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="{CARD}"><d:prop><d:getetag/></d:prop>{hrefs}</c:addressbook-multiget>'
    tracemalloc.start()
    answer = door.ask("REPORT", "/ada/contacts/", body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status == 207
    assert peak < 200_000_000


def test_endless_properties_are_refused(door: Door):
    assert door.ask("PROPFIND", "/ada/", propfind(*(f"{D}p{number}" for number in range(20_000)))).status == 400
    assert door.ask("REPORT", "/ada/contacts/", sync_collection("", *(f"{D}p{number}" for number in range(20_000)))).status == 400


@pytest.mark.parametrize(
    "environ, status",
    [
        ({"CONTENT_LENGTH": "-1"}, 400),
        ({"CONTENT_LENGTH": "1e9"}, 400),
        ({"CONTENT_LENGTH": "999"}, 400),
        ({"CONTENT_LENGTH": "50000000"}, 413),
        ({"HTTP_DEPTH": "2"}, 400),
        ({"HTTP_AUTHORIZATION": "Basic " + "A" * 100_000}, 401),
        ({"PATH_INFO": "/ada/\xff"}, 400),
        ({"PATH_INFO": "/ada/" + "x" * 10_000}, 404),
        ({"PATH_INFO": "/ada//contacts/"}, 404),
        ({"PATH_INFO": "/ada/contacts/../../bruno/contacts/"}, 404),
        ({"PATH_INFO": "/ada/contacts\\..\\bruno/"}, 404),
        ({"PATH_INFO": "/ada/contacts;x=1/"}, 404),
        ({"PATH_INFO": "/ada/contacts/\x00"}, 404),
    ],
)
def test_what_no_client_sends_is_refused(door: Door, environ: dict[str, str], status: int):
    assert door.ask("PROPFIND", "/ada/contacts/", propfind(f"{D}getetag"), environ=environ).status == status


@pytest.mark.parametrize("header", ["if_match", "if_none_match"])
def test_a_condition_of_any_length_is_read_once(door: Door, header: str):
    answer = door.ask("DELETE", "/ada/contacts/none.vcf", **{header: ", ".join(f'"{number}"' for number in range(20_000))})
    assert answer.status in {404, 412}


@pytest.mark.parametrize("method", ["MOVE", "COPY", "LOCK", "UNLOCK", "ACL", "PATCH", "TRACE", "MKCOL", "PUT"])
def test_what_is_not_done_here_changes_nothing(door: Door, method: str):
    answer = door.ask(method, "/ada/contacts/", vcard("x"), destination="/dav/ada/people/", overwrite="T")
    assert 400 <= answer.status < 500
    assert answer.body.strip()
