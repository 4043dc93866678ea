# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from dirserver.directory.crowd.order import Order
from dirserver.model.alphabet import key_of

NAMES = st.sampled_from("lis lza łoś łata nuño nunez ñandú zyta źrebak żaba".split())


@given(st.lists(NAMES, max_size=8), st.lists(st.tuples(NAMES, st.booleans()), max_size=12))
def test_who_comes_and_goes_leaves_everybody_in_order(first, then):
    ids = array("q", range(100, 100 + len(first)))
    keys = {place: key_of(name, "pl") for place, name in enumerate(first)}
    order = Order(ids)
    order.fill(sorted(((key, place) for place, key in keys.items()), key=lambda pair: (pair[0], ids[pair[1]])))
    for name, goes in then:
        if goes and keys:
            place = min(keys)
            order.drop(place)
            del keys[place]
            continue
        # As one that was here before and comes back: its id is lower than all.
        ids.append(50 - len(ids))
        keys[len(ids) - 1] = key_of(name, "pl")
        assert order.put(keys[len(ids) - 1], len(ids) - 1)
    expected = sorted(keys, key=lambda place: (keys[place], ids[place]))
    assert list(order.everybody) == expected
    assert sorted(keys, key=order.ranks.__getitem__) == expected
    own = key_of("ł", "pl")
    assert list(order.within("l")) == [place for place in expected if keys[place][0] == "l" and not keys[place].startswith(own)]
    assert list(order.within(own)) == [place for place in expected if keys[place].startswith(own)]
    assert order.initials() == tuple(sorted({keys[place][: 2 if keys[place][1] > "\U0010ff00" else 1] for place in keys}))


def test_where_there_is_no_room_left_it_is_told():
    ids = array("q", [1, 2])
    order = Order(ids)
    order.fill([("a", 0), ("b", 1)])
    for number in range(40):
        ids.append(100 - number)
        if not order.put("b", len(ids) - 1):
            return
    raise AssertionError("halves of a gap never end")
