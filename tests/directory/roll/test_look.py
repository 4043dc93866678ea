# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dirserver.directory.roll.look import Look
from dirserver.model.filter import Equality, Substrings
from dirserver.model.principal import Door, Principal
from tests.cast import CLIENTS, PEOPLE, Company, principal, uuid_of
from tests.parts import CoreParts


@pytest.fixture
def look(parts: CoreParts, company: Company) -> Iterator[Callable[[str], Look]]:
    at_once = parts.directory.at_once(2**40)
    at_once.take(at_once.make(at_once.begin()))

    def as_seen_by(login: str) -> Look:
        who = principal(parts.identity, login, Door.LDAP)
        with parts.directory.reading(who):
            pass
        marks = at_once.marks()
        assert marks is not None
        found = at_once.look(who, (PEOPLE,), marks)
        assert found is not None
        return found

    yield as_seen_by
    at_once.close()


def test_who_is_found_has_the_etag_that_a_reading_shows(parts: CoreParts, look: Callable[[str], Look]) -> None:
    seen = look("ada")
    for login in ("ada", "finn", "bruno", "esme"):
        asked = seen.asked(Equality("uid", login))
        assert asked is not None
        (place,) = seen.find(asked, 5) or ()
        with parts.directory.reading(principal(parts.identity, "ada", Door.LDAP)) as reading:
            entry = reading.find(uuid_of(login))
        told = seen.seen(place)
        assert (told.uuid, told.book, told.name, told.etag, told.modified_at) == (
            entry.uuid, entry.book, entry.name, entry.etag, entry.modified_at,
        )  # fmt: skip
        assert dict(seen.others([place])).get(0, seen.shown) == entry.view.fingerprint


def test_what_somebody_may_not_read_of_everybody_is_no_question(look: Callable[[str], Look]) -> None:
    assert look("ada").asked(Equality("mail", "bruno@example.com")) is not None
    assert look("esme").asked(Equality("mail", "bruno@example.com")) is None


def test_other_books_do_not_show_in_a_look_at_one(look: Callable[[str], Look], parts: CoreParts) -> None:
    seen = look("ada")
    asked = seen.asked(Substrings("cn", "a"))
    assert asked is not None
    places = seen.find(asked, 100) or []
    assert {seen.seen(place).book for place in places} == {PEOPLE}
    assert Principal.system().account_id is None
    assert CLIENTS != PEOPLE
