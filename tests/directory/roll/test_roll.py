# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.roll import roll as rolls
from dirserver.directory.roll.asked import BEGINS, CONTAINS, EQUAL, Asked
from dirserver.directory.roll.roll import Roll
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from tests.cast import Company, uuid_of
from tests.parts import CoreParts

WANTED = ("cn", "title", frozenset({"title"}), frozenset({"cn"}), frozenset({"cn", "title"}))
EVERYTHING = 2**40


@pytest.fixture
def roll(parts: CoreParts, company: Company) -> Roll:
    with parts.store.reading() as tx:
        made = Roll.made(tx, WANTED, EVERYTHING)
    assert made is not None
    return made


def _names(roll: Roll, *asked: Asked, most: int = 100) -> list[str]:
    found = roll.find(asked)
    assert found is not None
    return [roll.rows[place].name for place in roll.present(found, most, None)]


def _retitle(parts: CoreParts, login: str, title: str) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of(login), [Modification("title", Operation.REPLACE, (title,))])


def _catches_up(parts: CoreParts, roll: Roll) -> bool:
    with parts.store.reading() as tx:
        return roll.catch_up(tx)


@pytest.mark.parametrize("few", [rolls._FEW, 0])
def test_people_are_found_by_name_in_the_order_of_their_names(roll: Roll, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where many are found, who are given one by one."""
    monkeypatch.setattr(rolls, "_FEW", few)
    assert _names(roll, Asked(EQUAL, "title", "developer")) == ["finn", "zoe"]
    assert _names(roll, Asked(CONTAINS, "title", "analy"), Asked(EQUAL, "title", "developer"), Asked(BEGINS, "cn", "zoe")) == [
        "finn",
        "ludo",
        "zoe",
    ]
    assert _names(roll, Asked(CONTAINS, "cn", "zzz"), Asked(CONTAINS, "title", "zzz")) == []


@pytest.mark.parametrize("few", [rolls._FEW, 0])
def test_what_was_changed_is_found_as_it_is_now_as_often_as_it_changes(
    parts: CoreParts, roll: Roll, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolls, "_FEW", few)
    for number in range(100):
        _retitle(parts, "zoe", f"Pilot {number}")
        assert _catches_up(parts, roll)
    assert _names(roll, Asked(EQUAL, "title", "developer")) == ["finn"]
    assert _names(roll, Asked(BEGINS, "title", "pilot")) == ["zoe"]
    assert _names(roll, Asked(CONTAINS, "title", "pil"), Asked(CONTAINS, "cn", "pil")) == ["zoe"]
    assert roll.gone == 100
    with parts.directory.writing(Principal.system()) as writing:
        writing.trash(uuid_of("zoe"))
    assert _catches_up(parts, roll)
    assert _names(roll, Asked(BEGINS, "title", "pilot")) == []


def test_what_is_kept_by_place_is_never_found_under_another_state(parts: CoreParts, roll: Roll) -> None:
    (before,) = roll.find([Asked(BEGINS, "cn", "zoe")]) or ()
    roll.sheets.of("how")[before] = b"as she was"
    _retitle(parts, "zoe", "Pilot")
    assert _catches_up(parts, roll)
    places = roll.present(roll.find([Asked(BEGINS, "cn", "zoe")]) or (), 5, None)
    assert [roll.sheets.of("how").get(place) for place in places] == [None]


def test_too_many_changes_and_books_that_come_want_a_new_roll(parts: CoreParts, roll: Roll, monkeypatch: pytest.MonkeyPatch) -> None:
    _retitle(parts, "zoe", "Pilot")
    _retitle(parts, "finn", "Pilot")
    monkeypatch.setattr(rolls, "_MOST_CHANGES", 1)
    assert not _catches_up(parts, roll)


def test_where_there_is_no_room_between_two_names_a_new_roll_is_wanted(
    parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolls, "_GAP", 3)
    with parts.store.reading() as tx:
        roll = Roll.made(tx, WANTED, EVERYTHING)
    assert roll is not None
    outcomes = []
    for number in range(4):
        _retitle(parts, "zoe", f"Pilot {number}")
        outcomes.append(_catches_up(parts, roll))
    assert outcomes[0]
    assert not all(outcomes)


def test_no_more_memory_is_taken_than_there_may_be(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        whole = Roll.made(tx, WANTED, EVERYTHING)
        assert whole is not None
        assert Roll.made(tx, WANTED, 2_000) is None
        part = Roll.made(tx, WANTED, whole.octets - 1)
    assert part is not None
    assert part.octets < whole.octets
    assert part.lacks([Asked(CONTAINS, "cn", "zoe"), Asked(CONTAINS, "title", "zoe")]) is not None
    assert part.lacks([Asked(EQUAL, "cn", "zoe")]) is None


def test_what_would_take_long_is_left_to_others(roll: Roll, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [Asked(BEGINS, "cn", "a"), Asked(BEGINS, "title", "d")]
    assert roll.find(asked)
    monkeypatch.setattr(rolls, "_MOST_JOINED", 1)
    assert roll.find(asked) is None
