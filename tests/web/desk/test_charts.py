# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.web.desk.charts import Bar, bars, curve


def test_bars_are_shares_or_measured_against_the_longest():
    assert bars([(1, 4), (4, 4)]) == (Bar(150), Bar(600))
    assert bars([(0, 0), (5, 0), (10, 0)]) == (Bar(0), Bar(300), Bar(600))
    assert bars([(0, 0)]) == (Bar(0),)


def test_a_curve_goes_from_left_to_right_and_never_leaves_its_picture():
    assert curve([0, 5, 10]).points == "0,160 300,85 600,10"
    assert curve([3]).points == "0,10"
