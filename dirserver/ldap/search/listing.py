# SPDX-License-Identifier: GPL-3.0-or-later
"""One sorted list of what a search finds: the directory's entries, with those that the door itself holds in their places.

Groups are such: whoever browses by name expects to see them between the people.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dirserver.directory.search.ordering import Ordered
from dirserver.directory.views.entry import Entry
from dirserver.ldap.controls.sorting import key_of
from dirserver.ldap.tree.held import HeldEntry
from dirserver.model.attribute import ATTRIBUTES
from dirserver.model.order import Key, SortKey, is_before

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an entry stands, in words that outlive it: its keys, and its UUID or (if the door holds it) its DN."""

    keys: tuple[Key, ...]
    uuid: str = ""
    dn: str = ""


class Listing:
    """Entries of both kinds, counted from 0. Alike by their keys, those that the door holds come first."""

    def __init__(self, ordered: Ordered, held: Sequence[HeldEntry], by: tuple[SortKey, ...]) -> None:
        self._ordered = ordered
        self._by = by
        keyed = [(_keys_of(entry, by), entry) for entry in held]
        self._held = sorted(keyed, key=functools.cmp_to_key(self._compare))
        # The directory's entries before it, and those of our own.
        self._at = [ordered.place(keys) + number for number, (keys, _) in enumerate(self._held)]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ordered) + len(self._held)

    def stretch(self, start: int, stop: int) -> Iterator[Entry | HeldEntry]:
        """Yield the entries from one place to before another; they are fetched as they are taken."""
        at, number = start, bisect_left(self._at, start)
        while at < stop:
            until = self._at[number] if number < len(self._at) else stop
            if until == at:
                yield self._held[number][1]
                at, number = at + 1, number + 1
                continue
            end = min(stop, until, at + _CHUNK)
            yield from self._ordered.entries(at - number, end - number)
            at = end

    def place(self, key: Key) -> int:
        """Return how many stand before a value of the first attribute."""
        ours = sum(is_before(keys, (key,), self._by) is True for keys, _ in self._held)
        return self._ordered.place((key,)) + ours

    def spot(self, place: int) -> Spot:
        """Return where the entry at a place stands."""
        number = bisect_left(self._at, place)
        if number < len(self._at) and self._at[number] == place:
            keys, entry = self._held[number]
            return Spot(keys, dn=entry.dn)
        (found,) = self._ordered.entries(place - number, place - number + 1)
        return Spot(self._ordered.keys_at(place - number), uuid=found.uuid)

    def behind(self, spot: Spot) -> int:
        """Return the place behind a spot, whether or not its entry is still there."""
        if spot.dn:
            ours = sum(self._is_up_to(keys, entry.dn, spot) for keys, entry in self._held)
            return self._ordered.place(spot.keys) + ours
        ours = sum(is_before(spot.keys, keys, self._by) is not True for keys, _ in self._held)
        return self._ordered.place_behind(spot.keys, spot.uuid) + ours

    def _is_up_to(self, keys: tuple[Key, ...], dn: str, spot: Spot) -> bool:
        first = is_before(keys, spot.keys, self._by)
        return first if first is not None else dn <= spot.dn

    def _compare(self, one: tuple[tuple[Key, ...], HeldEntry], other: tuple[tuple[Key, ...], HeldEntry]) -> int:
        first = is_before(one[0], other[0], self._by)
        if first is None:
            first = one[1].dn < other[1].dn
        return -1 if first else 1


def _keys_of(entry: HeldEntry, by: tuple[SortKey, ...]) -> tuple[Key, ...]:
    return tuple(_least(entry, sort_key.attribute) for sort_key in by)


def _least(entry: HeldEntry, attribute: str) -> Key:
    values = [value for held in entry.attributes if held.name.lower() == attribute for value in held.values]
    found = [key for value in values if (key := key_of(ATTRIBUTES[attribute], value)) is not None]
    return min(found, default=None)
