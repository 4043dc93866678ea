# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept up to so many octets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dirserver.ldap.tree.cache import Cache


def test_the_oldest_makes_room_and_what_was_asked_for_is_not_old():
    cache: Cache[int, str] = Cache(2_600)
    for number in range(2):
        cache.put(number, str(number), 500)
    assert cache.get(0) == "0"
    cache.put(2, "2", 1_000)
    cache.put(3, "3", 100)
    assert [cache.get(number) for number in range(4)] == ["0", None, "2", "3"]


def test_what_is_too_long_takes_the_place_of_nothing_but_its_own():
    cache: Cache[str, str] = Cache(1_000)
    cache.put("a", "short", 100)
    cache.put("b", "long", 2_000)
    assert (cache.get("a"), cache.get("b")) == ("short", None)
    cache.put("a", "long", 2_000)
    assert cache.get("a") is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3_000)), max_size=60))
def test_it_never_holds_more_than_it_may(steps):
    cache: Cache[int, int] = Cache(4_000)
    for key, octets in steps:
        cache.put(key, octets, octets)
        kept = [size for number in range(6) if (size := cache.get(number)) is not None]
        assert sum(kept) + 300 * len(kept) <= 4_000
