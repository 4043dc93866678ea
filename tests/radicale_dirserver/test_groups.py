# SPDX-License-Identifier: GPL-3.0-or-later
"""One label, told to an iPhone as a list, to DAVx5 as a group card and to Thunderbird as a category; changed by each in its own words."""

from __future__ import annotations

import re

import pytest

from dirserver.model.client import Family
from dirserver.model.principal import Principal
from dirserver.model.profile import ORGANISATION, GroupDialect, Rule, Settings
from tests.radicale_dirserver.wsgi import Answer, C, D, Door, vcard

IPHONE = {"user_agent": "iOS/18.4 (22E240) dataaccessd/1.0"}
DAVX5 = {"user_agent": "DAVx5/4.5.2-ose (2025/08/01; dav4jvm; okhttp/4.12.0) Android/15"}
THUNDERBIRD = {"user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.0"}
A, B = "AAAAAAAA-0000-4000-8000-00000000000A", "BBBBBBBB-0000-4000-8000-00000000000B"
G = "99999999-0000-4000-8000-000000000009"
BOOK = "/ada/contacts/"


def list_of(name: str, *uids: str) -> str:
    """A list as iOS writes it."""
    head = ["BEGIN:VCARD", "VERSION:3.0", f"UID:{G}", f"FN:{name}", f"N:{name};;;;", "X-ADDRESSBOOKSERVER-KIND:group"]
    return "\r\n".join([*head, *(f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:{uid}" for uid in uids), "END:VCARD", ""])


def group_of(name: str, *uids: str) -> str:
    """A group as DAVx5 writes it."""
    head = ["BEGIN:VCARD", "VERSION:4.0", f"UID:{G}", "KIND:group", f"FN:{name}"]
    return "\r\n".join([*head, *(f"MEMBER:urn:uuid:{uid}" for uid in uids), "END:VCARD", ""])


def cards(door: Door, client: dict[str, str]) -> dict[str, str]:
    """Every card of the book as a client gets it, by name."""
    body = f'<d:sync-collection xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:sync-token/><d:sync-level>1</d:sync-level><d:prop><d:getetag/><c:address-data/></d:prop></d:sync-collection>'  # noqa: E501
    answer = door.ask("REPORT", BOOK, body, **client)
    return {row.path.rpartition("/")[2]: row.text(f"{C}address-data").replace("\r\n ", "") for row in answer.rows}


def put(door: Door, name: str, card: str, client: dict[str, str]) -> Answer:
    answer = door.ask("PUT", BOOK + name, card, content_type="text/vcard", **client)
    assert answer.status in {201, 204}, answer.body
    return answer


def members(card: str) -> set[str]:
    return set(re.findall(r"MEMBER:urn:uuid:([0-9A-F-]+)", card, re.IGNORECASE))


@pytest.fixture
def book(door: Door) -> Door:
    """Ada's book with two contacts that her phone wrote."""
    put(door, "a.vcf", vcard(A, name="Ann Able"), IPHONE)
    put(door, "b.vcf", vcard(B, name="Bob Best"), IPHONE)
    return door


def test_a_list_that_an_iphone_makes_is_a_group_and_a_category_elsewhere(book: Door):
    put(book, "g.vcf", list_of("Friends", A, B), IPHONE)
    iphone, android, thunderbird = (cards(book, client) for client in (IPHONE, DAVX5, THUNDERBIRD))
    assert members(iphone["g.vcf"]) == members(android["g.vcf"]) == {A, B}
    assert "X-ADDRESSBOOKSERVER-KIND:group" in iphone["g.vcf"]
    assert "KIND:group" in android["g.vcf"].split("\r\n")
    assert not any("CATEGORIES" in card for card in (*iphone.values(), *android.values()))
    assert set(thunderbird) == {"a.vcf", "b.vcf"}
    assert all("CATEGORIES:Friends" in card for card in thunderbird.values())


def test_each_changes_it_in_its_own_words_and_all_agree(book: Door):
    put(book, "g.vcf", list_of("Friends", A), IPHONE)
    thunderbird = cards(book, THUNDERBIRD)["b.vcf"].replace("END:VCARD", "CATEGORIES:Friends\r\nEND:VCARD")
    put(book, "b.vcf", thunderbird, THUNDERBIRD)
    assert members(cards(book, IPHONE)["g.vcf"]) == {A, B}
    put(book, "g.vcf", group_of("Pals", B), DAVX5)
    assert members(cards(book, IPHONE)["g.vcf"]) == {B}
    assert "FN:Pals" in cards(book, IPHONE)["g.vcf"]
    seen = cards(book, THUNDERBIRD)
    assert "CATEGORIES" not in seen["a.vcf"]
    assert "CATEGORIES:Pals" in seen["b.vcf"]
    assert book.ask("DELETE", BOOK + "g.vcf", **IPHONE).status == 204
    assert "CATEGORIES" not in cards(book, THUNDERBIRD)["b.vcf"]


def test_an_iphone_that_edits_a_contact_takes_no_category_away(book: Door):
    put(book, "a.vcf", cards(book, THUNDERBIRD)["a.vcf"].replace("END:VCARD", "CATEGORIES:Blue,Red\r\nEND:VCARD"), THUNDERBIRD)
    put(book, "a.vcf", cards(book, IPHONE)["a.vcf"].replace("Ann Able", "Anne Able"), IPHONE)
    after = cards(book, THUNDERBIRD)["a.vcf"]
    assert "FN:Anne Able" in after
    assert "CATEGORIES:Blue,Red" in after
    assert {card.split("FN:")[1].split("\r\n")[0] for card in cards(book, IPHONE).values()} == {"Anne Able", "Bob Best", "Blue", "Red"}


def test_a_category_from_who_is_not_told_of_them_comes_to_the_others(book: Door):
    put(book, "a.vcf", cards(book, THUNDERBIRD)["a.vcf"].replace("END:VCARD", "CATEGORIES:Blue\r\nEND:VCARD"), THUNDERBIRD)
    put(book, "a.vcf", cards(book, DAVX5)["a.vcf"].replace("END:VCARD", "CATEGORIES:Red\r\nEND:VCARD"), DAVX5)
    assert set(re.findall("CATEGORIES:(.*)\r", cards(book, THUNDERBIRD)["a.vcf"])) == {"Blue", "Red"}
    assert members(next(card for card in cards(book, IPHONE).values() if "FN:Red" in card)) == {A}


def test_who_follows_its_token_hears_of_what_it_is_told_of(book: Door):
    def sync(client: dict[str, str], token: str = "") -> Answer:
        body = f'<d:sync-collection xmlns:d="DAV:"><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>'  # noqa: E501
        return book.ask("REPORT", BOOK, body, **client)

    tokens = {name: sync(client).token for name, client in (("iphone", IPHONE), ("thunderbird", THUNDERBIRD))}
    put(book, "g.vcf", list_of("Friends", A), IPHONE)
    told = {row.path: row.status for row in sync(THUNDERBIRD, tokens["thunderbird"]).rows}
    assert told.get(f"/dav{BOOK}a.vcf", "missing") is None
    assert told.get(f"/dav{BOOK}g.vcf") in {None, 404}
    before = book.ask("GET", BOOK + "a.vcf", **IPHONE).headers["etag"]
    assert before in {row.text(f"{D}getetag") for row in sync(IPHONE).rows}


def test_a_company_may_say_otherwise(book: Door, core):
    put(book, "g.vcf", list_of("Friends", A), IPHONE)
    with core.directory.writing(Principal.system()) as writing:
        writing.set_profile(Rule(ORGANISATION, Family.DAVX5, Settings(groups=GroupDialect.CATEGORIES)))
    seen = cards(book, DAVX5)
    assert set(seen) == {"a.vcf", "b.vcf"}
    assert "CATEGORIES:Friends" in seen["a.vcf"]
