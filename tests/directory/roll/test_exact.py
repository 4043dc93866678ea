# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dirserver.directory.roll.at_once import AtOnce
from dirserver.directory.roll.look import Look
from dirserver.model.filter import Equality
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import CLIENTS, PEOPLE, Company, principal, uuid_of
from tests.parts import CoreParts

NUMBER = "+49 30 8642 0001"


@pytest.fixture
def at_once(parts: CoreParts, company: Company) -> Iterator[AtOnce]:
    made = parts.directory.at_once(2**40)
    made.take(made.make(made.begin()))
    yield made
    made.close()


@pytest.fixture
def look(parts: CoreParts, at_once: AtOnce) -> Callable[..., Look]:
    def as_seen_by(login: str, *books: str) -> Look:
        who = principal(parts.identity, login, Door.LDAP)
        with parts.directory.reading(who):
            pass
        marks = at_once.marks()
        assert marks is not None
        found = at_once.look(who, tuple(book for book in (PEOPLE, CLIENTS) if not books or book in books), marks)
        assert found is not None
        return found

    return as_seen_by


VALUES = [
    ("mail", "Ada@Example.com"), ("mail", "nobody@example.com"), ("mail", ""), ("mail", " \u200b"), ("uid", "bruno"),
    ("cn", "ÁDA  lukasinska"),
    ("mail", "info@client.example"), ("telephoneNumber", "+48 22 5550000"),
    ("telephoneNumber", NUMBER), ("telephoneNumber", "0049 (30) 86420001"), ("telephoneNumber", "030/86420001"), ("telephoneNumber", "01"),
    ("telephoneNumber", "no number"), ("telephoneNumber", "1" * 400), ("sn", "łukasińska"),
]  # fmt: skip


@pytest.mark.parametrize("name, value", VALUES)
@pytest.mark.parametrize("books", [(), (PEOPLE,)])
def test_it_finds_what_the_way_of_all_filters_finds(
    parts: CoreParts, look: Callable[..., Look], books: tuple[str, ...], name: str, value: str
) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        # Two numbers of one person that end alike, and the same number of somebody else.
        for login, numbers in (("ada", (NUMBER, "030 86420001")), ("bruno", ("030 8642-0001",))):
            writing.modify(uuid_of(login), [Modification("telephoneNumber", Operation.REPLACE, numbers)])
    seen = look("ada", *books)
    asked, exact = seen.asked(Equality(name, value)), seen.exactly(name)
    assert exact is not None
    if asked is None:
        assert exact.places(value, 10) is None
        return
    for most in (1, 2, 10):
        assert list(exact.places(value, most) or []) == seen.find(asked, most)


def test_what_is_no_question_or_is_not_there_has_none(look: Callable[..., Look]) -> None:
    assert look("ada").exactly("mail") is not None
    assert look("esme", PEOPLE).exactly("mail") is None
    assert look("ada").exactly("l") is None
    assert look("ada").exactly("memberOf") is None
