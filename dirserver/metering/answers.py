# SPDX-License-Identifier: GPL-3.0-or-later
"""How many answers of each kind and outcome a worker has given, and how long they took.

To note one takes a quarter of a microsecond: numbers in a list, which ``settle`` copies now and then to where somebody else reads them.
Nothing is locked: CPython goes from one thread to another at calls and jumps back, and there is neither between reading a number and
writing it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

BOUNDS_S = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5)
"""Upper ends of the buckets; one more takes the rest."""
OTHER = "other"
"""What isn't of the kinds that are told apart."""
_US = 1_000_000
_SHORT_S = BOUNDS_S[0]
_SUM, _BUCKETS = 0, 1
_OUTCOMES = _BUCKETS + len(BOUNDS_S) + 1


@dataclass(frozen=True, slots=True)
class Counted:
    """One kind's answers: how many of each outcome, how many in each bucket (the last one: longer than all bounds), and their time."""

    kind: str
    outcomes: tuple[int, ...]
    buckets: tuple[int, ...]
    seconds: float


class Answers:
    """Counts by ``kinds``, which have OTHER at their end, and outcomes from 0 to ``most``: what is beyond counts as ``most``."""

    def __init__(self, kinds: Sequence[str], most: int) -> None:
        if kinds[-1] != OTHER:
            raise ValueError("the last kind is for the rest")
        self._length = _OUTCOMES + most + 1
        self._kinds: dict[str, list[int]] = {kind: [0] * self._length for kind in kinds}
        self._other = self._kinds[OTHER]
        self.size = self._length * len(kinds)

    def note(self, kind: str, outcome: int, seconds: float) -> None:
        """Count one. ``outcome`` is not negative."""
        numbers = self._kinds.get(kind, self._other)
        us = int(seconds * _US)
        numbers[_SUM] += us
        if seconds <= _SHORT_S:
            numbers[_BUCKETS] += 1
        else:
            bucket = _BUCKETS + bisect_left(BOUNDS_S, seconds)
            numbers[bucket] += 1
        try:
            numbers[_OUTCOMES + outcome] += 1
        except IndexError:
            numbers[-1] += 1

    def settle(self, cells: memoryview) -> None:
        """Copy all numbers to ``size`` cells."""
        for place, numbers in enumerate(self._kinds.values()):
            start = place * self._length
            cells[start : start + self._length] = memoryview(array("Q", numbers))

    def counted(self, cells: memoryview) -> list[Counted]:
        """Return what was copied to these cells, of each kind, those with nothing too."""
        found = []
        for place, kind in enumerate(self._kinds):
            start = place * self._length
            numbers = cells[start : start + self._length].tolist()
            outcomes, buckets = numbers[_OUTCOMES:], numbers[_BUCKETS:_OUTCOMES]
            found.append(Counted(kind, tuple(outcomes), tuple(buckets), numbers[_SUM] / _US))
        return found
