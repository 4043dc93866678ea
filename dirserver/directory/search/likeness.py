# SPDX-License-Identifier: GPL-3.0-or-later
"""How far two words are apart: Damerau's distance, for which letters are changed, missing, added, or two of them swapped."""

from __future__ import annotations


def distance(one: str, other: str, most: int) -> int | None:
    """Return how many mistakes lie between two words, None if more than ``most``."""
    if abs(len(one) - len(other)) > most:
        return None
    one, other = _differing(one, other)
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, before, row = before, row, [at]
        for place, wanted in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != wanted))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == wanted:
                cost = min(cost, last[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None


def _differing(one: str, other: str) -> tuple[str, str]:
    """Return two words without how both begin and end."""
    shorter = min(len(one), len(other))
    start = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    stop = 0
    while stop < shorter - start and one[-1 - stop] == other[-1 - stop]:
        stop += 1
    return one[start : len(one) - stop], other[start : len(other) - stop]
