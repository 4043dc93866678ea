# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from dirserver.directory.roll.asked import CONTAINS, EQUAL, Asked
from dirserver.directory.roll.at_once import AtOnce
from dirserver.directory.roll.roll import Roll
from dirserver.errors import Unavailable
from dirserver.model.change import Marks
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import PEOPLE, Company, principal, uuid_of
from tests.parts import CoreParts


@pytest.fixture
def at_once(parts: CoreParts, company: Company) -> Iterator[AtOnce]:
    made = parts.directory.at_once(2**40)
    yield made
    made.close()


def _take(at_once: AtOnce) -> None:
    at_once.take(at_once.make(at_once.begin()))


def _marks(at_once: AtOnce) -> Marks:
    marks = at_once.marks()
    assert marks is not None
    return marks


def _ada(parts: CoreParts) -> Principal:
    who = principal(parts.identity, "ada", Door.LDAP)
    with parts.directory.reading(who):
        pass
    return who


def test_it_is_due_until_it_is_made_and_once_at_a_time(at_once: AtOnce) -> None:
    assert at_once.is_due
    wanted = at_once.begin()
    assert not at_once.is_due
    at_once.take(at_once.make(wanted))
    assert not at_once.is_due


def test_who_is_stopping_makes_no_roll_and_ends_the_one_that_is_being_made(at_once: AtOnce, parts: CoreParts) -> None:
    wanted = at_once.begin()
    at_once.give_up()
    made = at_once.make(wanted)
    assert made[0] is None
    at_once.take(made)
    assert not at_once.is_due
    asked = list[int]()

    def goes_on_for_a_while() -> bool:
        asked.append(1)
        return len(asked) < stopping

    # It is asked after each attribute, and before the three-letter runs of each thousand.
    for stopping in range(1, 10):
        asked.clear()
        with parts.store.reading() as tx:
            assert Roll.made(tx, wanted, 2**40, goes_on=goes_on_for_a_while) is None
        assert len(asked) <= stopping + 1


def test_a_look_needs_a_roll_and_an_asker_whose_rights_are_known(at_once: AtOnce, parts: CoreParts) -> None:
    ada = _ada(parts)
    assert at_once.look(ada, (PEOPLE,), _marks(at_once)) is None
    _take(at_once)
    assert at_once.look(principal(parts.identity, "zoe", Door.LDAP), (PEOPLE,), _marks(at_once)) is None
    assert at_once.look(ada, (PEOPLE,), _marks(at_once)) is not None


def test_marks_are_the_same_object_until_somebody_writes(at_once: AtOnce, parts: CoreParts) -> None:
    ada = _ada(parts)
    _take(at_once)
    before = _marks(at_once)
    assert at_once.marks() is before or not parts.store.is_sqlite
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Pilot",))])
    after = _marks(at_once)
    assert after != before
    assert at_once.look(ada, (PEOPLE,), before) is None
    assert at_once.look(ada, (PEOPLE,), after) is not None


def test_what_is_lacking_is_wanted_of_the_next_roll(at_once: AtOnce, parts: CoreParts) -> None:
    _take(at_once)
    with parts.store.reading() as tx:
        roll = Roll.made(tx, ("cn",), 2**40)
    assert roll is not None
    assert at_once.want([Asked(EQUAL, "cn", "zoe")], roll)
    assert not at_once.want([Asked(CONTAINS, "title", "zoe")], roll)
    assert frozenset({"title"}) in at_once.begin()


def test_one_that_failed_is_tried_again_later_and_one_that_is_too_large_is_not(parts: CoreParts, company: Company) -> None:
    at_once = parts.directory.at_once(1_000)
    at_once.begin()
    at_once.take(None)
    assert not at_once.is_due, "not at once"
    _take(at_once)
    assert at_once.look(_ada(parts), (PEOPLE,), _marks(at_once)) is None
    assert not at_once._is_due
    at_once.close()


def test_a_database_that_does_not_answer_has_no_marks(at_once: AtOnce, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise Unavailable("gone")

    monkeypatch.setattr(at_once._pulse, "has_moved", fail)
    assert at_once.marks() is None


def test_it_keeps_current_also_while_nobody_asks(at_once: AtOnce, parts: CoreParts) -> None:
    ada = _ada(parts)
    _take(at_once)
    at_once.keep_current()
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Pilot",))])
    at_once.keep_current()
    look = at_once.look(ada, (PEOPLE,), _marks(at_once))
    assert look is not None
    assert look.roll.gone == 1
