# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.directory.roll.column import Column

NORMS = st.text(alphabet="abß \U0010fffe", max_size=4)


@given(first=st.lists(st.tuples(NORMS, st.integers(0, 50))), more=st.lists(st.tuples(NORMS, st.integers(0, 50))), wanted=NORMS)
def test_a_column_finds_what_a_look_at_every_value_finds(first: list[tuple[str, int]], more: list[tuple[str, int]], wanted: str) -> None:
    column = Column(first)
    for norm, place in more:
        # What was put in order before an entry came isn't given after it.
        column.beginning_in_order(wanted)
        column.add(norm, place)
    everything = [*first, *more]
    assert len(column) == len(everything)
    assert sorted(column.equal(wanted)) == sorted(place for norm, place in everything if norm == wanted)
    assert sorted(column.beginning(wanted)) == sorted(place for norm, place in everything if norm.startswith(wanted))
    assert list(column.beginning_in_order(wanted)) == sorted(column.beginning(wanted))
    assert column.places_of(*column.stretch(wanted)) == column.beginning(wanted)


def test_no_more_is_kept_in_order_than_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dirserver.directory.roll.column._MOST_ORDERED", 3)
    column = Column([("ab", 2), ("ab", 1), ("ac", 3), ("b", 4)])
    for text in ("a", "ab", "b", "a", "a"):
        assert list(column.beginning_in_order(text)) == sorted(column.beginning(text))
    assert column._kept <= 3 + 3
