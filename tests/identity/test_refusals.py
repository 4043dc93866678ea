# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.identity.refusals import Refusals

MINUTE_US = 60_000_000


def test_the_first_is_told_at_once_the_others_once_a_minute_with_their_number() -> None:
    refusals = Refusals()
    assert [refusals.due("ada", "refused", at) for at in (MINUTE_US, MINUTE_US + 1, MINUTE_US + 2, 2 * MINUTE_US + 2)] == [1, 0, 0, 3]


def test_all_logins_together_are_told_of_a_bounded_number_of_times_a_minute() -> None:
    refusals = Refusals()
    assert sum(refusals.due(str(number), "refused", MINUTE_US) for number in range(1000)) == 60


def test_what_is_kept_is_bounded() -> None:
    refusals = Refusals()
    for number in range(10_000):
        refusals.due(f"{number}" * 100, "refused", MINUTE_US)
    assert len(refusals._known) <= 4096
