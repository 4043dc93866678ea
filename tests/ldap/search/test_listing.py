# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry, Search
from dirserver.ldap.search.listing import Listing, Spot
from dirserver.ldap.tree.held import HeldAttribute, HeldEntry
from dirserver.model.filter import ANY_ENTRY
from dirserver.model.order import SortKey
from tests.cast import PEOPLE, uuid_of

NAMES = ["aaron", "Ada Łukasińska", "Carl", "carl", "Zoë Smith", "zz"]


def held(name: str) -> HeldEntry:
    return HeldEntry(f"cn={name},ou=groups", (HeldAttribute("cn", (name, "zzz")),))


def shown(one: Entry | HeldEntry) -> str:
    return one.display if isinstance(one, Entry) else one.attributes[0].values[0]


def test_entries_of_both_kinds_stand_in_one_list(ada_reads: Reading) -> None:
    for by in ((SortKey("cn"),), (SortKey("cn", is_reversed=True),)):
        ordered = ada_reads.ordered([Search(ANY_ENTRY, (PEOPLE,))], by)
        assert ordered is not None
        nameless = HeldEntry("ou=x", (HeldAttribute("ou", ("x",)),))
        listing = Listing(ordered, [*map(held, NAMES), nameless], by)
        whole = [shown(one) for one in listing.stretch(0, len(listing))]
        assert len(whole) == 15
        in_order = whole[::-1] if by[0].is_reversed else whole
        assert in_order[:3] == ["aaron", "Ada Łukasińska", "Ada Łukasińska"]
        assert in_order[-2:] == ["zz", "x"]
        for start, stop in itertools.combinations(range(16), 2):
            assert [shown(one) for one in listing.stretch(start, stop)] == whole[start:stop]
        for place in range(15):
            spot = listing.spot(place)
            assert listing.behind(spot) == place + 1
            assert bool(spot.dn) != bool(spot.uuid)
        assert whole[listing.place("carl")] in {"Carl", "carl"}


def test_behind_what_is_gone_comes_what_stood_behind_it(ada_reads: Reading) -> None:
    by = (SortKey("cn"),)
    ordered = ada_reads.ordered([Search(ANY_ENTRY, (PEOPLE,))], by)
    assert ordered is not None
    listing = Listing(ordered, [held("carl")], by)
    place = listing.place("carl")
    assert listing.behind(Spot(("carl",), dn="cn=a,ou=groups")) == place
    assert listing.behind(Spot(("carl",), dn="cn=x,ou=groups")) == place + 1
    assert listing.behind(Spot(("carl",), uuid=uuid_of("never"))) == place + 1
