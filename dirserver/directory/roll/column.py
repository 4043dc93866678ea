# SPDX-License-Identifier: GPL-3.0-or-later
"""The normal forms of one attribute in order, each with the place of the entry that has it: what equals or begins with a text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

_HIGHEST = "\U0010ffff"
_SEVERAL = -1


class Column:
    """One attribute. A place is a number that sorts as the entries do by name."""

    __slots__ = ("_norms", "_only", "_places")

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        ordered = sorted(pairs)
        self._norms = norms = [norm for norm, _ in ordered]
        self._places = [place for _, place in ordered]
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
        start = bisect_left(self._norms, text)
        return self._places[start : bisect_left(self._norms, text + _HIGHEST, start)]

    def add(self, norm: str, place: int) -> None:
        """Let an entry have a value; values are never taken from a place, entries that change get another one."""
        self._only[norm] = _SEVERAL if norm in self._only else place
        at = bisect_right(self._norms, norm)
        self._norms.insert(at, norm)
        self._places.insert(at, place)
