# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.exchange.dates import First, first_of, in_order, is_ambiguous, is_no_day


@pytest.mark.parametrize(
    "text, first, day",
    [
        ("1975-03-14", None, "1975-03-14"),
        ("14.3.1975", None, "1975-03-14"),
        ("14. 3. 1975", None, "1975-03-14"),
        ("1975/3/14", None, "1975-03-14"),
        ("3/14/1975", None, "1975-03-14"),
        ("14/03/1975", None, "1975-03-14"),
        ("14-03-1975", None, "1975-03-14"),
        ("5/5/1975", None, "1975-05-05"),
        ("3/4/1975", First.DAY, "1975-04-03"),
        ("3/4/1975", First.MONTH, "1975-03-04"),
        ("3/4/1975", None, "3/4/1975"),
        ("31.2.1975", None, "31.2.1975"),
        ("3/4/75", First.DAY, "3/4/75"),
        ("--03-14", None, "--03-14"),
        (" --03-14", None, "--03-14"),
        ("soon", None, "soon"),
    ],
)
def test_a_day_is_read_as_lists_write_it(text: str, first: First | None, day: str):
    assert in_order(text, first) == day


def test_which_number_comes_first_is_seen_from_the_other_days():
    assert first_of(["3/4/1975", "14/3/1975", "x"]) is First.DAY
    assert first_of(["3/4/1975", "3/14/1975"]) is First.MONTH
    assert first_of(["14/3/1975", "3/14/1975"]) is None
    assert first_of(["3/4/1975"]) is None


def test_days_that_may_be_two_or_none_are_known():
    assert is_ambiguous("3/4/1975")
    assert not is_ambiguous("4/4/1975")
    assert not is_ambiguous("14/4/1975")
    assert is_no_day("0/0/00")
    assert not is_no_day("0/1/2000")
