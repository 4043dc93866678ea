# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of a crowd by name, as one alphabet has it: so that a stretch is a slice, and what was found is sorted by whole numbers."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from dirserver.model.alphabet import first_letter, stretch_of
from dirserver.store.finding.facets import MOST_INITIALS

_GAP = 2**30


class Order:
    """Places by key; equal keys by the ids of their entries, which are given for each place."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.ranks = array("q")
        """By place: numbers that sort as the entries do."""
        self._ids = ids
        self._keys: list[str] = []
        self._places = array("i")

    def fill(self, pairs: Iterable[tuple[str, int]]) -> None:
        """Take in keys with their places, which come in order."""
        for key, place in pairs:
            self._keys.append(key)
            self._places.append(place)
        self.ranks = array("q", bytes(8 * len(self._ids)))
        for number, place in enumerate(self._places, 1):
            self.ranks[place] = number * _GAP

    @property
    def everybody(self) -> Sequence[int]:
        """All places, in order."""
        return self._places

    def with_keys(self) -> Iterable[tuple[str, int]]:
        """Return each key with its place, in order."""
        return zip(self._keys, self._places, strict=True)

    def put(self, key: str, place: int) -> bool:
        """Take a place in between its neighbours; False where there is no room."""
        while len(self.ranks) < len(self._ids):
            self.ranks.append(0)
        at = bisect_left(self._keys, key)
        while at < len(self._keys) and self._keys[at] == key and self._ids[self._places[at]] < self._ids[place]:
            at += 1
        before = self.ranks[self._places[at - 1]] if at else 0
        after = self.ranks[self._places[at]] if at < len(self._places) else before + 2 * _GAP
        rank = (before + after) // 2
        if not before < rank < after:
            return False
        self._keys.insert(at, key)
        self._places.insert(at, place)
        self.ranks[place] = rank
        return True

    def drop(self, place: int) -> None:
        """Take a place out."""
        at = bisect_left(self._places, self.ranks[place], key=self.ranks.__getitem__)
        del self._keys[at], self._places[at]

    def within(self, initial: str) -> Sequence[int]:
        """Return the places whose keys begin with a letter."""
        low, high = stretch_of(initial)
        return self._places[bisect_left(self._keys, low) : bisect_left(self._keys, high)]

    def initials(self) -> tuple[str, ...]:
        """Return the first letters of the keys."""
        letters: list[str] = []
        at = bisect_left(self._keys, "0")
        while at < len(self._keys) and len(letters) < MOST_INITIALS:
            letters.append(first_letter(self._keys[at]))
            at = bisect_left(self._keys, stretch_of(letters[-1])[1])
        return tuple(letters)
