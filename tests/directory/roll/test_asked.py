# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.roll.asked import BEGINS, CONTAINS, EQUAL, Asked, asked_of
from dirserver.model.filter import And, Equality, Filter, Guard, Guarded, Not, Or, Present, Substrings, Undefined


@pytest.mark.parametrize(
    "bound, asked",
    [
        (Equality("mail", "a@b"), (Asked(EQUAL, "mail", "a@b"),)),
        (Substrings("cn", "a"), (Asked(BEGINS, "cn", "a"),)),
        (Substrings("cn", "", ("abc",), ""), (Asked(CONTAINS, "cn", "abc"),)),
        (Or((Undefined(), Equality("cn", "a"))), (Asked(EQUAL, "cn", "a"),)),
        (Undefined(), ()),
        (Or(()), ()),
        (Substrings("cn", "", ("ab",), ""), None),
        (Substrings("cn", "", (), "abc"), None),
        (Substrings("cn", "a", ("abc",), ""), None),
        (Present("cn"), None),
        (And((Equality("cn", "a"), Equality("sn", "b"))), None),
        (Not(Equality("cn", "a")), None),
        (Or((Equality("cn", "a"), Guarded(frozenset({Guard.SELF}), Equality("sn", "b")))), None),
        (Or((Equality("cn", "a"),) * 25), None),
    ],
)
def test_only_what_a_list_answers_is_a_question(bound: Filter, asked: tuple[Asked, ...] | None) -> None:
    assert asked_of(bound) == asked
