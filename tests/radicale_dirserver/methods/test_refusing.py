# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import Answer, D, Door, sync_collection, vcard

IPHONE = "iOS/17.4 (21E219) dataaccessd/1.0"
THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.7.0"
DAVX5 = "DAVx5/4.5-ose (dav4jvm; okhttp/4.12.0) Android/14"
BOOK = "/ada/people/"
ZOE = f"/ada/people/{uuid_of('zoe')}.vcf"
ADA = f"/ada/people/{uuid_of('ada')}.vcf"
NEW = "/ada/people/phantom.vcf"


def sync(door: Door, token: str, agent: str) -> Answer:
    return door.ask("REPORT", BOOK, sync_collection(token, f"{D}getetag"), depth="0", user_agent=agent)


@pytest.mark.parametrize("agent", [IPHONE, THUNDERBIRD])
def test_a_change_that_would_halt_a_program_is_absorbed_and_the_card_comes_back(door: Door, agent: str) -> None:
    before = door.ask("GET", ZOE, user_agent=agent)
    token = sync(door, "", agent).token
    answer = door.ask("PUT", ZOE, before.body.replace(b"Developer", b"Chief"), user_agent=agent)
    assert (answer.status, "etag" in answer.headers) == (204, False)
    told = sync(door, token, agent)
    assert [row.path for row in told.rows] == [f"/dav{ZOE}"]
    assert door.ask("GET", ZOE, user_agent=agent).body == before.body
    answer = door.ask("DELETE", ZOE, user_agent=agent)
    assert answer.status == 204
    assert [row.path for row in sync(door, told.token, agent).rows] == [f"/dav{ZOE}"]


def test_a_card_that_was_never_made_is_gone_in_the_next_sync(door: Door) -> None:
    token = sync(door, "", IPHONE).token
    answer = door.ask("PUT", NEW, vcard("phantom"), user_agent=IPHONE, if_none_match="*")
    assert (answer.status, "etag" in answer.headers) == (201, False)
    told = sync(door, token, IPHONE)
    assert [(row.path, row.status) for row in told.rows] == [(f"/dav{NEW}", 404)]
    assert door.ask("GET", NEW, user_agent=IPHONE).status == 404
    assert sync(door, told.token, IPHONE).rows == []


@pytest.mark.parametrize(
    "method, path, lacking, on",
    [("PUT", ZOE, "write-content", ZOE), ("PUT", NEW, "bind", BOOK), ("DELETE", ZOE, "unbind", BOOK)],
)
def test_others_are_told_which_privilege_they_lack_on_what(door: Door, method: str, path: str, lacking: str, on: str) -> None:
    token = sync(door, "", DAVX5).token
    answer = door.ask(method, path, vcard("x-1") if method == "PUT" else b"", user_agent=DAVX5)
    assert (answer.status, answer.preconditions) == (403, [f"{D}need-privileges"])
    resource = answer.xml.find(f"{D}need-privileges/{D}resource")
    assert resource is not None
    assert resource.findtext(f"{D}href") == f"/dav{on}"
    assert [each.tag for each in resource.findall(f"{D}privilege/*")] == [f"{D}{lacking}"]
    assert sync(door, token, DAVX5).rows == []


def test_of_ones_own_card_what_may_change_changes_and_the_rest_comes_back(door: Door) -> None:
    card = door.ask("GET", ADA, user_agent=DAVX5).body.decode()
    sent = card.replace("Account Manager", "Key Account Manager").replace("ada@example.com", "boss@example.com")
    answer = door.ask("PUT", ADA, sent, user_agent=DAVX5)
    assert (answer.status, "etag" in answer.headers) == (204, False)
    after = door.ask("GET", ADA, user_agent=DAVX5).body.decode()
    assert after == card.replace("Account Manager", "Key Account Manager")
    assert door.ask("PUT", ADA, after.replace("ada@example.com", "boss@example.com"), user_agent=DAVX5).status == 403
    assert door.ask("PUT", ADA, after.replace("ada@example.com", "boss@example.com"), user_agent=IPHONE).status == 204
    assert door.ask("GET", ADA, user_agent=DAVX5).body.decode() == after


@pytest.mark.parametrize("agent, status", [(IPHONE, 204), (THUNDERBIRD, 204), (DAVX5, 409)])
def test_a_label_that_somebody_needs_is_not_deleted_and_comes_back(door: Door, core: CoreParts, agent: str, status: int) -> None:
    with core.directory.writing(Principal.system()) as writing:
        clients = writing.book("clients")
        writing.add(clients, Draft(from_attributes({"cn": ("one",), "categories": ("VIP",)}, uid="one")))
        writing.need_label(clients, is_needed=True)
        ((label, _),) = writing.labels(clients)
    path, question = f"/ada/clients/{label.href}", sync_collection("", f"{D}getetag")
    token = door.ask("REPORT", "/ada/clients/", question, depth="0", user_agent=agent).token
    answer = door.ask("DELETE", path, user_agent=agent)
    assert answer.status == status
    if status == 409:
        assert b"no other label than" in answer.body
    told = door.ask("REPORT", "/ada/clients/", sync_collection(token, f"{D}getetag"), depth="0", user_agent=agent)
    with core.directory.reading(Principal.system()) as reading:
        assert [one.display for one, _ in reading.labels(reading.book("clients"))] == ["VIP"]
    if agent != THUNDERBIRD:
        # Which is told of labels by categories alone.
        assert [row.path for row in told.rows] == [f"/dav{path}"]
    assert door.ask("GET", path, user_agent=IPHONE).status == 200
