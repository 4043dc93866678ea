# SPDX-License-Identifier: GPL-3.0-or-later
"""That the answers are those of SQL is held by ``tests/agreement/test_looking_around.py``; here is when there are any."""

from __future__ import annotations

import pytest

from dirserver.directory.crowd.crowds import Crowds, Looked
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from dirserver.serve.http import expect_visitors
from tests.cast import ADA_HOME, uuid_of

SALES = Looked("sales", (), "", 0, 9, ())


def web(who: Principal) -> Principal:
    return Principal(Door.WEB, who.account_id, who.login)


def spot(parts, crowds, who, book="people", looked=SALES):
    with parts.directory.reading(web(who)) as reading:
        return crowds.spot(reading._asking, reading.book(book), looked)


@pytest.fixture
def crowds(parts):
    made = Crowds(parts.store, 2**30)
    yield made
    made.close()


def test_a_small_book_is_there_at_once_and_follows_what_is_written(company, parts, crowds):
    assert spot(parts, crowds, company.ada).total == 8
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("zoe"), [Modification("ou", Operation.REPLACE, ("IT",))])
    assert spot(parts, crowds, company.ada).total == 7


def test_a_large_book_is_taken_in_behind_what_is_served(company, parts, crowds, monkeypatch):
    monkeypatch.setattr("dirserver.directory.crowd.crowds.AT_ONCE", 3)
    assert spot(parts, crowds, company.ada) is None
    crowds.settle()
    assert spot(parts, crowds, company.ada).total == 8


def test_who_was_here_last_finds_everybody_in_memory_at_the_first_search(company, parts, monkeypatch):
    monkeypatch.setattr("dirserver.directory.crowd.crowds.AT_ONCE", 3)
    expect_visitors(parts)
    parts.directory.crowds.settle()
    # Nobody has used the pages.
    assert not parts.directory.crowds._held
    parts.identity.open_session(web(company.esme), address="127.0.0.1")
    parts.clock.pass_s(60)
    parts.identity.open_session(web(company.ada), address="127.0.0.1")
    expect_visitors(parts)
    parts.directory.crowds.settle()
    assert [spot(parts, parts.directory.crowds, who).total for who in (company.ada, company.bruno)] == [8, 8]
    assert len(parts.directory.crowds._held) == 1


def test_who_looks_at_the_past_is_answered_from_the_past(company, parts, crowds):
    with parts.directory.reading(web(company.ada)) as reading:
        view = reading.book("people")
        with parts.directory.writing(company.system) as writing:
            writing.trash(uuid_of("zoe"))
        assert spot(parts, crowds, company.ada).total == 7
        assert crowds.spot(reading._asking, view, SALES) is None


def test_people_who_see_the_same_share_what_is_in_memory(company, parts, crowds):
    for who in (company.ada, company.bruno, company.dov):
        spot(parts, crowds, who)
    assert len(crowds._held) == 1
    spot(parts, crowds, company.esme)
    assert len(crowds._held) == 2


def test_what_is_private_is_found_on_ones_own_entry_alone(company, parts, crowds):
    home = Looked(ADA_HOME, (), "", 0, 9, ())
    assert [spot(parts, crowds, who, looked=home).total for who in (company.ada, company.dov, company.chika)] == [1, 0, 1]


def test_where_there_is_no_room_the_database_answers(company, parts):
    assert spot(parts, Crowds(parts.store, 0), company.ada) is None
    assert spot(parts, Crowds(parts.store, 2_000), company.ada) is None


def test_of_several_books_those_stay_that_were_asked_about_last(company, parts):
    whole = Crowds(parts.store, 2**30)
    spot(parts, whole, company.ada)
    (held,) = whole._held.values()
    crowds = Crowds(parts.store, held.crowd.octets + 500)
    for who in (company.ada, company.esme):
        assert spot(parts, crowds, who) is not None
    assert len(crowds._held) == 1
