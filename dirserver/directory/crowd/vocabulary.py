# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a crowd's names, departments and places, to tell what somebody may have meant by a word that nobody has.

Words stay when the last who had them goes: who asks looks whether one still finds somebody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dirserver.directory.search.likeness import distance

_BITS = 64


class Vocabulary:
    """Words by their length, each with the set of its letters, which tells of most that they are too far away."""

    def __init__(self) -> None:
        self._of_length: defaultdict[int, dict[str, int]] = defaultdict(dict)

    def add(self, norm: str) -> None:
        """Take in the words of a value."""
        for word in words_of((norm,)):
            of_length = self._of_length[len(word)]
            if word not in of_length:
                of_length[word] = _letters(word)

    def near(self, word: str, most: int) -> list[tuple[int, str]]:
        """Return the words that are so many mistakes away or fewer, with how many, in no order."""
        letters = _letters(word)
        found = []
        for length in range(max(1, len(word) - most), len(word) + most + 1):
            for other, others in self._of_length.get(length, {}).items():
                # A mistake brings one letter at most, and takes one.
                if (letters & ~others).bit_count() <= most >= (others & ~letters).bit_count():
                    far = distance(word, other, most)
                    if far is not None:
                        found.append((far, other))
        return found


def words_of(norms: Iterable[str]) -> set[str]:
    """Return the words of values, without the marks around them."""
    return {word for norm in norms for each in norm.split() if (word := each.strip(".,;()\"'"))}


def _letters(word: str) -> int:
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) % _BITS)
    return found
