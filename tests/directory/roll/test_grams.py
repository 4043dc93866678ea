# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dirserver.directory.roll.grams import Grams

NORMS = st.text(alphabet="abc", max_size=8)


@given(
    entries=st.dictionaries(st.integers(0, 100), st.lists(NORMS, min_size=1, max_size=3), max_size=12),
    wanted=st.text(alphabet="abc", min_size=3, max_size=6),
)
def test_what_contains_a_text_is_found_in_order_whatever_the_order_of_adding(entries: dict[int, list[str]], wanted: str) -> None:
    grams = Grams()
    for place, norms in entries.items():
        grams.add(place, norms)
    expected = sorted(place for place, norms in entries.items() if any(wanted in norm for norm in norms))
    assert list(grams.containing(wanted)) == expected
