# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dirserver.directory.roll.column import Column

NORMS = st.text(alphabet="abß \U0010fffe", max_size=4)


@given(first=st.lists(st.tuples(NORMS, st.integers(0, 50))), more=st.lists(st.tuples(NORMS, st.integers(0, 50))), wanted=NORMS)
def test_a_column_finds_what_a_look_at_every_value_finds(first: list[tuple[str, int]], more: list[tuple[str, int]], wanted: str) -> None:
    column = Column(first)
    for norm, place in more:
        column.add(norm, place)
    everything = [*first, *more]
    assert len(column) == len(everything)
    assert sorted(column.equal(wanted)) == sorted(place for norm, place in everything if norm == wanted)
    assert sorted(column.beginning(wanted)) == sorted(place for norm, place in everything if norm.startswith(wanted))
