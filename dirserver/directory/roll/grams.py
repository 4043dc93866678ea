# SPDX-License-Identifier: GPL-3.0-or-later
"""Which entries contain a text in one of some attributes, by all runs of three characters.

For three letters, which is what most people type first, the list is the answer. For more, the shortest list of its runs is looked through.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Sequence

GRAM = 3
_NOBODY: list[int] = []


class Grams:
    """Some attributes together. Places as in ``Column``; lists are in their order, and each place stands in one once."""

    __slots__ = ("_lists", "_texts")

    def __init__(self) -> None:
        self._lists: defaultdict[str, list[int]] = defaultdict(list)
        self._texts: dict[int, str] = {}

    def __len__(self) -> int:
        return sum(map(len, self._lists.values()))

    def add(self, place: int, norms: Iterable[str]) -> None:
        """Let an entry have these values; values are never taken from a place, entries that change get another one."""
        norms = tuple(norms)
        # What is wanted never goes over the end of a value: no normal form holds a line break.
        self._texts[place] = "\n".join(norms)
        lists = self._lists
        for gram in {norm[at : at + GRAM] for norm in norms for at in range(len(norm) - GRAM + 1)}:
            found = lists[gram]
            if not found or found[-1] < place:
                found.append(place)
            else:
                insort(found, place)

    def containing(self, wanted: str) -> Sequence[int]:
        """Return the places, in order, of the entries in which a value contains a text of three characters or more."""
        lists = self._lists
        if len(wanted) == GRAM:
            return lists.get(wanted, _NOBODY)
        rarest = min((lists.get(wanted[at : at + GRAM], _NOBODY) for at in range(len(wanted) - GRAM + 1)), key=len)
        texts = self._texts
        return [place for place in rarest if wanted in texts[place]]
