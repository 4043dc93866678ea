# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.access.approving import approver_of, may_decide, needs_consent
from dirserver.access.rights import Rights, Standing
from dirserver.access.view import FieldClasses, View, nothing
from dirserver.model.approval import Approval, Approver
from dirserver.model.book import Level
from tests.cast import CLASSES, PEOPLE

_CLASSES = FieldClasses.of(CLASSES)
_NOTHING = nothing(_CLASSES)
_WRITES = View(Level.EDIT, frozenset({"*"}), frozenset({"title"}), _CLASSES)


def test_what_is_said_of_a_field_goes_before_what_is_said_of_its_class() -> None:
    rules = [Approval(PEOPLE, "public", Approver.parse("stewards")), Approval(PEOPLE, "title", Approver.parse("manager"))]
    assert str(approver_of(rules, _CLASSES, "jobTitle")) == "manager"
    assert str(approver_of(rules, _CLASSES, "cn")) == "stewards"
    assert approver_of(rules, _CLASSES, "mobile") is None


def test_only_what_one_may_change_because_it_is_ones_own_needs_consent() -> None:
    own = Rights(_NOTHING, _WRITES, _NOTHING, "me")
    assert needs_consent(own, "me", "title")
    assert not needs_consent(own, "somebody", "title")
    assert not needs_consent(Rights(_WRITES, _WRITES, _WRITES, "me"), "me", "title")


@pytest.mark.parametrize(
    "approver, standing, expected",
    [
        ("manager", Standing(1, person="boss"), True),
        ("manager", Standing(1, person="other"), False),
        ("group:HR", Standing(1, frozenset({"hr"}), "x"), True),
        ("group:hr", Standing(1, frozenset({"sales"}), "x"), False),
        ("account:Dov", Standing(1, person="x", login="dov"), True),
        ("account:dov", Standing(person="x", login="dov"), False),
        ("stewards", Standing(1, frozenset({"hr"}), "boss"), False),
        ("account:dov", Standing(1, person="me", login="dov"), False),
    ],
)
def test_who_may_decide(approver: str, standing: Standing, *, expected: bool) -> None:
    nobody, steward = Rights(_NOTHING, _NOTHING, _NOTHING, standing.person), Rights(_WRITES, _WRITES, _WRITES, standing.person)
    assert may_decide(standing, nobody, Approver.parse(approver), "title", "me", "boss") is expected
    assert may_decide(standing, steward, Approver.parse(approver), "title", "me", "boss") is (standing.person != "me")
