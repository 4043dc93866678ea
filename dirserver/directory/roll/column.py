# SPDX-License-Identifier: GPL-3.0-or-later
"""The normal forms of one attribute in order, each with the place of the entry that has it: what equals or begins with a text."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

_HIGHEST = "\U0010ffff"
_SEVERAL = -1
_PLACE = "q"
_FEW = 3
_MOST_ORDERED = 500_000
"""Places that are kept in order, 8 octets each: of the beginnings that people type, some hundreds of the longest lists."""


class Column:
    """One attribute. A place is a number that sorts as the entries do by name."""

    __slots__ = ("_kept", "_norms", "_only", "_ordered", "_places")

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        ordered = sorted(pairs)
        self._norms = norms = [norm for norm, _ in ordered]
        self._places = [place for _, place in ordered]
        self._ordered: dict[str, array[int]] = {}
        self._kept = 0
        # Who looks for all of a value nearly always means one person: that is one look instead of fifteen across all memory.
        self._only = dict(zip(norms, self._places, strict=True))
        if len(self._only) < len(norms):
            self._only.update((norm, _SEVERAL) for norm, before in zip(norms[1:], norms, strict=False) if norm == before)

    def __len__(self) -> int:
        return len(self._norms)

    def equal(self, norm: str) -> list[int]:
        """Return the places of the entries that have this value."""
        place = self._only.get(norm)
        if place is None:
            return []
        if place != _SEVERAL:
            return [place]
        start = bisect_left(self._norms, norm)
        return self._places[start : bisect_right(self._norms, norm, start)]

    def beginning(self, text: str) -> list[int]:
        """Return the places of the entries that have a value beginning so; an entry with two such values stands there twice."""
        return self.places_of(*self.stretch(text))

    def stretch(self, text: str) -> tuple[int, int]:
        """Return from where to where the values that begin so stand, for ``places_of``."""
        norms = self._norms
        start = stop = bisect_left(norms, text)
        # Numbers and whole names have one owner or two: to look at those is less than to look for the end across all memory.
        few = min(start + _FEW, len(norms))
        while stop < few and norms[stop].startswith(text):
            stop += 1
        return start, stop if stop < few or few == len(norms) else bisect_left(norms, text + _HIGHEST, stop)

    def places_of(self, start: int, stop: int) -> list[int]:
        """Return the places of the entries that have the values of a stretch, as ``beginning`` does."""
        return self._places[start:stop]

    def beginning_in_order(self, text: str) -> array[int]:
        """Return the places as ``beginning`` does, in order, each perhaps twice; put in order once and kept, since people begin alike."""
        found = self._ordered.get(text)
        if found is None:
            if self._kept > _MOST_ORDERED:
                self._ordered.clear()
                self._kept = 0
            found = self._ordered[text] = array(_PLACE, sorted(self.beginning(text)))
            self._kept += len(found)
        return found

    def in_order(self) -> array[int]:
        """Return the places of all who have a value, in order, each perhaps several times."""
        return self.beginning_in_order("")

    def add(self, norm: str, place: int) -> None:
        """Let an entry have a value; values are never taken from a place, entries that change get another one."""
        if self._ordered:
            for end in range(1, len(norm) + 1):
                self._ordered.pop(norm[:end], None)
            if "" in self._ordered:
                insort(self._ordered[""], place)
        self._only[norm] = _SEVERAL if norm in self._only else place
        at = bisect_right(self._norms, norm)
        self._norms.insert(at, norm)
        self._places.insert(at, place)
