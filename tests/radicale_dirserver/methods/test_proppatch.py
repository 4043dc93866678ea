# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import C, D, Door, S


def patch(*sets: str, remove: str = "") -> str:
    steps = "".join(f"<d:set><d:prop>{each}</d:prop></d:set>" for each in sets)
    gone = f"<d:remove><d:prop>{remove}</d:prop></d:remove>" if remove else ""
    return f'<d:propertyupdate xmlns:d="DAV:" xmlns:c="{C[1:-1]}" xmlns:s="http://calendarserver.org/ns/">{steps}{gone}</d:propertyupdate>'


def statuses(answer) -> tuple[int, ...]:
    return answer.rows[0].statuses


def test_an_owner_may_rename_a_book(door: Door):
    answer = door.ask(
        "PROPPATCH",
        "/ada/contacts/",
        patch("<d:displayname>Friends &amp; family</d:displayname>", "<c:addressbook-description>Mine</c:addressbook-description>"),
    )
    assert statuses(answer) == (200,)
    row = door.propfind("/ada/contacts/", f"{D}displayname", f"{C}addressbook-description").rows[0]
    assert row.text(f"{D}displayname") == "Friends & family"
    assert row.text(f"{C}addressbook-description") == "Mine"
    assert statuses(door.ask("PROPPATCH", "/ada/contacts/", patch(remove="<c:addressbook-description/>"))) == (200,)
    assert door.propfind("/ada/contacts/", f"{C}addressbook-description").rows[0].missing


@pytest.mark.parametrize(
    "path, body",
    [
        ("/ada/people/", patch("<d:displayname>Mine now</d:displayname>")),
        ("/ada/clients/", patch("<d:displayname>Mine now</d:displayname>")),
        ("/ada/directory/", patch("<d:displayname>Mine now</d:displayname>")),
        ("/ada/", patch("<s:me-card><d:href>/dav/ada/people/x.vcf</d:href></s:me-card>")),
        ("/ada/contacts/", patch("<d:displayname>Half</d:displayname>", "<d:getetag>x</d:getetag>")),
        ("/ada/contacts/", patch("<d:displayname></d:displayname>")),
        ("/ada/contacts/", patch(f"<d:displayname>{'x' * 600}</d:displayname>")),
        ("/ada/contacts/", patch(remove="<d:displayname/>")),
    ],
)
def test_anything_else_is_refused_in_a_multistatus_and_changes_nothing(door: Door, path: str, body: str):
    before = door.propfind(path, f"{D}displayname").body
    answer = door.ask("PROPPATCH", path, body)
    assert statuses(answer) in {(403,), (403, 424)}
    assert answer.xml.find(f".//{D}cannot-modify-protected-property") is not None
    assert door.propfind(path, f"{D}displayname").body == before


@pytest.mark.parametrize("path", ["/", "/ada/", "/ada/contacts/", "/ada/people/", "/ada/directory/", f"/ada/people/{uuid_of('ada')}.vcf"])
def test_to_remove_what_is_not_there_is_no_error(door: Door, path: str):
    unknown, bare = '<x:odd xmlns:x="urn:x"/>', '<odd xmlns=""/>'
    answer = door.ask("PROPPATCH", path, patch(remove=unknown + bare))
    assert (statuses(answer), set(answer.rows[0].found)) == ((200,), {"{urn:x}odd", "odd"})
    assert statuses(door.ask("PROPPATCH", path, patch('<x:odd xmlns:x="urn:x">1</x:odd>'))) == (403,)
    assert statuses(door.ask("PROPPATCH", path, patch("<d:getetag>x</d:getetag>", remove=unknown))) == (403, 424)
    assert statuses(door.ask("PROPPATCH", path, patch(remove="<d:getetag/>"))) == (403,)


def test_what_is_not_there_is_removed_beside_a_change_that_is_made(door: Door):
    answer = door.ask("PROPPATCH", "/ada/contacts/", patch("<d:displayname>Friends</d:displayname>", remove='<x:odd xmlns:x="urn:x"/>'))
    assert (statuses(answer), set(answer.rows[0].found)) == ((200,), {f"{D}displayname", "{urn:x}odd"})
    assert door.propfind("/ada/contacts/", f"{D}displayname").rows[0].text(f"{D}displayname") == "Friends"


@pytest.mark.parametrize("path", ["/ada/none/", "/ada/people/none.vcf", "/bruno/contacts/", "/bruno/"])
def test_nothing_is_removed_where_nothing_is(door: Door, path: str):
    assert door.ask("PROPPATCH", path, patch(remove='<x:odd xmlns:x="urn:x"/>')).status == 404


@pytest.mark.parametrize("steps", ["", "<d:set><d:prop/></d:set>"])
def test_nothing_to_set_is_no_proppatch(door: Door, steps: str):
    assert door.ask("PROPPATCH", "/ada/contacts/", f'<d:propertyupdate xmlns:d="DAV:">{steps}</d:propertyupdate>').status == 400


def test_what_could_be_set_but_for_another_says_so(door: Door):
    body = patch("<d:displayname>Half</d:displayname>", "<d:getetag>x</d:getetag>")
    answer = door.ask("PROPPATCH", "/ada/contacts/", body)
    by_status = {each.findtext(f"{D}status"): [one.tag for one in each.iterfind(f"{D}prop/*")] for each in answer.xml.iter(f"{D}propstat")}
    assert by_status == {"HTTP/1.1 403 Forbidden": [f"{D}getetag"], "HTTP/1.1 424 Failed Dependency": [f"{D}displayname"]}


def test_a_mac_may_say_that_ones_own_card_is_ones_own(door: Door):
    me = door.propfind("/ada/", f"{S}me-card").rows[0].hrefs(f"{S}me-card")[0]
    for href in (me, f"https://contacts.example.com{me}"):
        assert statuses(door.ask("PROPPATCH", "/ada/", patch(f"<s:me-card><d:href>{href}</d:href></s:me-card>"))) == (200,)


def test_another_home_does_not_exist(door: Door):
    assert door.ask("PROPPATCH", "/bruno/", patch("<d:displayname>x</d:displayname>")).status == 404


@pytest.mark.parametrize("body", ["", "<x/>", "nonsense"])
def test_a_body_that_says_nothing_is_refused(door: Door, body: str):
    assert door.ask("PROPPATCH", "/ada/contacts/", body).status == 400


def test_a_long_body_is_not_read(door: Door):
    assert door.ask("PROPPATCH", "/ada/contacts/", b"x" * 100_000).status == 413


@pytest.mark.parametrize("path", ["/ada/people/none.vcf", "/ada/none/x.vcf", "/ada/none/"])
def test_what_is_not_there_has_no_properties(door: Door, path: str):
    assert door.ask("PROPPATCH", path, patch("<d:displayname>x</d:displayname>")).status == 404
