# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.directory import Directory
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from radicale_dirserver.application import make_app
from radicale_dirserver.tree import held
from tests.cast import device_of
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import D, Door, vcard

TOKEN = f"{D}sync-token"
BOOKS = ("/ada/people/", "/ada/contacts/")


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Principal]:
    """Who has read in the directory since the last look."""
    begun: list[Principal] = []
    reading = Directory.reading

    def noted(self: Directory, principal: Principal):
        begun.append(principal)
        return reading(self, principal)

    monkeypatch.setattr(Directory, "reading", noted)
    return begun


def ask(door: Door, path: str, token: str) -> tuple[str, ...]:
    """What a program that polls learns: of both ways to poll, the token."""
    return door.sync(path, token).token, door.propfind(path, TOKEN).rows[0].text(TOKEN)


@pytest.mark.parametrize("path", BOOKS)
def test_a_poll_that_was_answered_before_is_answered_without_reading(door: Door, readings: list[Principal], path: str):
    token = door.sync(path).token
    first = ask(door, path, token)
    readings.clear()
    assert ask(door, path, token) == first == (token, token)
    assert readings == []


def test_a_change_of_the_book_is_told_and_one_of_another_book_costs_nothing(door: Door, readings: list[Principal]):
    people, own = (door.sync(path).token for path in BOOKS)
    before = [ask(door, path, token) for path, token in zip(BOOKS, (people, own), strict=True)]
    assert door.ask("PUT", "/ada/contacts/new.vcf", vcard("new")).status == 201
    readings.clear()
    assert ask(door, BOOKS[0], people) == before[0]
    assert readings == []
    assert own not in ask(door, BOOKS[1], own)
    assert [row.path for row in door.sync(BOOKS[1], own).rows] == ["/dav/ada/contacts/new.vcf"]


def test_the_home_is_told_from_what_was_told_until_one_of_its_books_moves(door: Door, core: CoreParts, readings: list[Principal]):
    def tokens() -> dict[str, str | None]:
        return {row.path: row.text(TOKEN) for row in door.propfind("/ada/", TOKEN, f"{D}displayname", depth="1").rows if TOKEN in row.found}

    first = tokens()
    readings.clear()
    assert tokens() == first
    assert readings == []
    assert door.ask("PUT", "/ada/contacts/new.vcf", vcard("new")).status == 201
    after = tokens()
    assert {path for path in first if first[path] != after[path]} == {"/dav/ada/contacts/"}
    with core.directory.writing(Principal.system()) as writing:
        writing.rename_book(writing.book("people"), "Everybody")
    assert "Everybody" in {row.text(f"{D}displayname") for row in door.propfind("/ada/", f"{D}displayname", depth="1").rows}


def test_a_change_of_rights_counts_from_the_next_poll_on(door: Door, core: CoreParts):
    token = door.sync("/ada/people/").token
    ask(door, "/ada/people/", token)
    with core.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(Slug("people"), Subject.parse("account:ada"), Level.VIEW, ("public",)))
    assert token not in ask(door, "/ada/people/", token)


def test_a_revoked_device_gets_no_answer_that_was_held_for_it(door: Door, core: CoreParts):
    token = door.sync("/ada/people/").token
    ask(door, "/ada/people/", token)
    for device in core.identity.device_passwords("ada"):
        core.identity.revoke_device_password("ada", device.id)
    assert door.ask("PROPFIND", "/ada/people/").status == 401


def test_each_asker_and_each_program_has_answers_of_its_own(parts, core: CoreParts):
    application = make_app(parts)
    ada, bruno = Door(application), Door(application, login="bruno", password=device_of("bruno"))
    assert ada.propfind("/ada/people/", TOKEN).status == 207
    assert bruno.ask("PROPFIND", "/ada/people/").status == 404
    phone = {"HTTP_USER_AGENT": "iOS/17.5 (21F79) dataaccessd/1.0"}
    asked = [ada.ask("PROPFIND", "/ada/people/", "", environ) for environ in ({}, phone, {}, phone)]
    first, by_phone, again, by_phone_again = (answer.rows[0].text(TOKEN) for answer in asked)
    assert (first, by_phone) == (again, by_phone_again)
    assert first != by_phone


def test_what_is_held_is_bounded(door: Door, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(held, "MOST_BYTES", 4_000)
    kept = door.app._held._known
    for number in range(10):
        door.propfind("/ada/people/", TOKEN, f"{{urn:x}}n{number}")
        assert len(kept) <= 3
        assert sum(each.size for each in kept.values()) <= held.MOST_BYTES
    door.propfind("/ada/people/", TOKEN, f"{{urn:x}}{'n' * held.LONGEST_BYTES}")
    assert max(len(key[-1]) for key in kept) < held.LONGEST_BYTES
