# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import Answer, C, D, Door, S, vcard

ETAG = f"{D}getetag"
DATA = f"{C}address-data"


def href(login: str, reader: str = "ada") -> str:
    return f"/dav/{reader}/people/{uuid_of(login)}.vcf"


def apply(copy: dict[str, str], answer: Answer) -> str:
    """What a client does with an answer; returns the token that it remembers."""
    for row in answer.rows:
        if row.status == 404:
            copy.pop(row.path, None)
        elif row.status is None:
            copy[row.path] = row.text(ETAG)
    return answer.token


def listed(door: Door, path: str) -> dict[str, str]:
    return {row.path: row.text(ETAG) for row in door.propfind(path, ETAG, depth="1").rows[1:]}


def change(core: CoreParts, login: str, attribute: str, value: str) -> None:
    with core.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of(login), [Modification(attribute, Operation.REPLACE, (value,))])


def test_the_first_sync_brings_everything_and_a_token(door: Door):
    answer = door.sync("/ada/people/")
    assert {row.path: row.text(ETAG) for row in answer.rows} == listed(door, "/ada/people/")
    assert answer.token == door.propfind("/ada/people/", f"{D}sync-token").rows[0].text(f"{D}sync-token")
    assert ":" in answer.token


def test_nothing_new_brings_nothing(door: Door):
    token = door.sync("/ada/people/").token
    again = door.sync("/ada/people/", token)
    assert (again.rows, again.token) == ([], token)


def test_one_change_brings_one_card(door: Door, core: CoreParts):
    token = door.sync("/ada/people/").token
    change(core, "zoe", "title", "Architect")
    answer = door.sync("/ada/people/", token, ETAG, DATA)
    assert [row.path for row in answer.rows] == [href("zoe")]
    assert "TITLE:Architect" in answer.rows[0].text(DATA)
    assert answer.token != token


def test_a_deletion_brings_a_404(door: Door, core: CoreParts):
    token = door.sync("/ada/people/").token
    with core.directory.writing(Principal.system()) as writing:
        writing.trash(uuid_of("zoe"))
    answer = door.sync("/ada/people/", token)
    assert [(row.path, row.status) for row in answer.rows] == [(href("zoe"), 404)]


def test_what_is_made_and_gone_between_two_polls_is_no_entry(door: Door):
    token = door.sync("/ada/contacts/").token
    assert door.ask("PUT", "/ada/contacts/n.vcf", vcard("n")).status == 201
    assert door.ask("DELETE", "/ada/contacts/n.vcf").status == 204
    assert {row.status for row in door.sync("/ada/contacts/", token).rows} <= {404}


@pytest.mark.parametrize(
    "token",
    [
        "invented",
        "9F0C1A2B-0000-4000-8000-000000000000",
        "http://radicale.org/ns/sync/abc",
        "urn:dirserver:sync:x",
        "urn:dirserver:sync:00000000-0000-4000-8000-000000000000:abc:99:def",
    ],
)
def test_a_token_that_nobody_gave_out_still_leads_to_the_truth(door: Door, core: CoreParts, token: str):
    copy = listed(door, "/ada/people/")
    change(core, "ada", "mobile", "+49 151 999")
    with core.directory.writing(Principal.system()) as writing:
        writing.trash(uuid_of("zoe"))
    answer = door.sync("/ada/people/", token)
    assert answer.status == 207
    now = apply(copy, answer)
    assert copy == listed(door, "/ada/people/")
    assert door.sync("/ada/people/", now).rows == []


def test_the_token_of_another_book_or_reader_leads_to_the_truth_too(door: Door):
    for token in (door.sync("/ada/clients/").token, door.signed_as("esme").sync("/esme/people/").token):
        copy: dict[str, str] = {"/dav/ada/people/phantom.vcf": '"x"'}
        apply(copy, door.sync("/ada/people/", token))
        assert listed(door, "/ada/people/").items() <= copy.items()


def test_a_change_of_rights_is_a_change_like_any_other(door: Door, core: CoreParts):
    esme = door.signed_as("esme")
    copy: dict[str, str] = {}
    token = apply(copy, esme.sync("/esme/people/"))
    with core.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(Slug("people"), Subject.parse("group:contractors"), Level.VIEW, ("public", "work")))
    token = apply(copy, esme.sync("/esme/people/", token))
    assert copy == listed(esme, "/esme/people/")
    assert token != ""


def test_a_change_that_a_reader_may_not_see_does_not_show_in_its_card(door: Door, core: CoreParts):
    esme = door.signed_as("esme")
    token = esme.sync("/esme/people/").token
    before = esme.ask("GET", f"/esme/people/{uuid_of('ada')}.vcf").body
    change(core, "ada", "mobile", "+49 151 777")
    assert {row.path for row in esme.sync("/esme/people/", token).rows} <= {href("ada", "esme")}
    assert esme.ask("GET", f"/esme/people/{uuid_of('ada')}.vcf").body == before


def test_a_limit_cuts_and_the_rest_follows(door: Door):
    token = door.sync("/ada/contacts/").token
    for number in range(7):
        door.ask("PUT", f"/ada/contacts/{number}.vcf", vcard(f"u{number}"))
    copy: dict[str, str] = {}
    rounds = 0
    while True:
        answer = door.sync("/ada/contacts/", token, limit=3)
        token = apply(copy, answer)
        rounds += 1
        assert sum(row.status is None for row in answer.rows) <= 3
        cut = [row for row in answer.rows if row.status == 507]
        if not cut:
            break
        assert [row.path for row in cut] == ["/dav/ada/contacts/"]
    assert rounds > 1
    assert copy == listed(door, "/ada/contacts/")


@pytest.mark.parametrize("token", ["", "http://example.com/ns/of-another-server"])
def test_a_first_sync_is_cut_too_and_ends_with_what_there_is(door: Door, token: str):
    for number in range(7):
        door.ask("PUT", f"/ada/contacts/{number}.vcf", vcard(f"u{number}"))
    door.ask("DELETE", "/ada/contacts/3.vcf")
    copy, rounds = {"/dav/ada/contacts/3.vcf": "old"} if token else {}, 0
    while True:
        answer = door.sync("/ada/contacts/", token, ETAG, DATA, limit=2)
        assert sum(row.status != 507 for row in answer.rows) <= 2
        token, rounds = apply(copy, answer), rounds + 1
        if not [row for row in answer.rows if row.status == 507]:
            break
        door.ask("PUT", f"/ada/contacts/{rounds}.vcf", vcard(f"u{rounds}", "NOTE:meanwhile"))
    apply(copy, door.sync("/ada/contacts/", token))
    assert rounds >= 3
    assert copy == listed(door, "/ada/contacts/")


def test_the_ctag_moves_with_the_book(door: Door):
    before = door.propfind("/ada/contacts/", f"{S}getctag").rows[0].text(f"{S}getctag")
    door.ask("PUT", "/ada/contacts/n.vcf", vcard("n"))
    assert door.propfind("/ada/contacts/", f"{S}getctag").rows[0].text(f"{S}getctag") != before


def test_the_gateway_cannot_be_followed(door: Door):
    answer = door.sync("/ada/directory/")
    assert (answer.status, answer.preconditions) == (403, [f"{D}supported-report"])


def test_a_home_cannot_be_followed(door: Door):
    assert door.sync("/ada/").preconditions == [f"{D}supported-report"]


def test_the_first_sync_brings_each_card_as_it_is_served_one_by_one(door: Door):
    for row in door.sync("/ada/people/", "", ETAG, DATA).rows:
        alone = door.ask("GET", row.path.removeprefix("/dav"))
        assert (row.text(ETAG), row.text(DATA).encode()) == (alone.headers["etag"], alone.body)


def test_whoever_starts_over_is_told_of_all_that_is_gone_and_of_nothing_else(door: Door, core: CoreParts):
    with core.directory.writing(Principal.system()) as writing:
        writing.trash(uuid_of("zoe"))
        writing.archive(uuid_of("ludo"))
        groups = {f"/dav/ada/people/{each.uuid}.vcf" for each in writing.groups()}
    answer = door.sync("/ada/people/", "invented", ETAG, DATA)
    assert {row.path for row in answer.rows if row.status == 404} == {href("zoe"), href("ludo"), *groups}
    assert {row.path for row in answer.rows if row.status is None} == set(listed(door, "/ada/people/"))
    assert 404 not in {row.status for row in door.sync("/ada/people/").rows}
