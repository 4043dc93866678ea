# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dirserver.demo.chart import draw_chart


@given(st.integers(20, 600), st.integers())
def test_one_head_leads_everybody_without_circles(size, seed):
    seats = draw_chart(size, Random(seed))
    assert len(seats) == size
    assert [index for index, seat in enumerate(seats) if seat.lead is None] == [0]
    assert all(seat.lead < index and seat.depth == seats[seat.lead].depth + 1 for index, seat in enumerate(seats) if seat.lead is not None)


@given(st.integers(20, 600), st.integers())
def test_every_lead_has_four_to_nine_reports(size, seed):
    seats = draw_chart(size, Random(seed))
    reports = Counter(seat.lead for seat in seats if seat.lead is not None)
    assert set(reports.values()) <= set(range(4, 10))
    assert {index for index, seat in enumerate(seats) if seat.leads} == set(reports)


def test_teams_are_the_branches_below_the_second_level():
    seats = draw_chart(300, Random(1))
    assert {seat.team for seat in seats if seat.depth < 2} == {-1}
    assert all(seat.team == seats[seat.lead].team for seat in seats if seat.depth > 2)
