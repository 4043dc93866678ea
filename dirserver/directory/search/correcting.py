# SPDX-License-Identifier: GPL-3.0-or-later
"""Typing mistakes forgiven: what somebody may have meant by a word that nobody has.

Candidates are values of attributes that the asker may read on every entry, so a correction tells nothing hidden. How near two words
are is Damerau's distance: letters changed, missing, added, or two of them swapped.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Protocol

from dirserver.directory.crowd.vocabulary import words_of
from dirserver.directory.search.finding import parts_of
from dirserver.directory.search.likeness import distance
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView
from dirserver.model.entry import State
from dirserver.model.filter import TRUE
from dirserver.model.fold import fold
from dirserver.store.finding import similar

MOST_WORDS = 4
"""Words of a question that are looked at."""
MOST = 3
"""Corrections that are told."""
NAMES = ("sn", "givenname", "cn")
OTHERS = ("displayname", "nickname", "title", "ou", "o", "l")
CORRECTED = frozenset({*NAMES, *OTHERS})
"""Attributes whose words may have been meant."""
_SHORTEST, _LONGEST = 3, 30
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Known(Protocol):
    """What is known of a book without asking SQL."""

    def total(self, text: str) -> int:
        """Return how many a text of a search box finds."""
        ...

    def near(self, word: str, most: int) -> Sequence[tuple[int, str]] | None:
        """Return all words of CORRECTED that are no more mistakes away, with how many; None where SQL has to be asked."""
        ...


def corrections(asking: Asking, view: BookView, text: str, known: Known) -> tuple[str, ...]:
    """Return what may have been meant instead of ``text``, folded, the nearest first; each finds something in the book."""
    words = fold(text).split()
    if not 0 < len(words) <= MOST_WORDS or any(len(word) > _LONGEST for word in words):
        return ()
    choices: list[list[tuple[int, str]]] = []
    for word in words:
        alike = [] if known.total(word) else _alike(asking, view, word, known)
        choices.append(alike or [(0, word)])
    # The sort is stable: of the equally near, those first that come first for each word.
    meant = ((sum(far for far, _ in each), " ".join(word for _, word in each)) for each in itertools.product(*choices))
    texts = sorted(meant, key=lambda each: each[0])
    wrong = " ".join(words)
    found = (said for far, said in texts[: MOST * 2] if far and said != wrong and known.total(said))
    return tuple(itertools.islice(found, MOST))


def _alike(asking: Asking, view: BookView, word: str, known: Known) -> list[tuple[int, str]]:
    """Return up to three words of what the asker may read that are near to one, with their distance, the nearest first."""
    allowed = _slips(word)
    if not allowed:
        return []
    near = known.near(word, allowed)
    if near is None:
        near = _near(asking, view, word, allowed)
    letters = sorted(word)
    # Of the equally near, those first whose letters are only swapped.
    ordered = sorted((far, sorted(each) != letters, each) for far, each in near)
    return list(itertools.islice(((far, each) for far, _, each in ordered if known.total(each)), MOST))


def _near(asking: Asking, view: BookView, word: str, allowed: int) -> list[tuple[int, str]]:
    rights = asking.rights_in(view)
    names = tuple(name for name in (*NAMES, *OTHERS) if rights.guards_for(name) is None)
    parts = parts_of(asking, (view,), TRUE, State.ACTIVE)
    if not names or not parts:
        return []
    values = similar.equal(asking.tx, parts[0], tuple(name for name in names if name in NAMES), sorted(_one_slip(word)))
    values |= similar.near(asking.tx, parts[0], names, word)
    return [(far, each) for each in words_of(values) if (far := distance(word, each, allowed)) is not None]


def _slips(word: str) -> int:
    """Return how many mistakes a word of this length may hold; numbers are meant as they are."""
    if len(word) < _SHORTEST or any(char.isdigit() for char in word):
        return 0
    return 1 if len(word) < 6 else 2 if len(word) < 11 else 3


def _one_slip(word: str) -> set[str]:
    """Return every spelling that is one mistake away."""
    letters = sorted({*_LETTERS, *word})
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {left + right[1:] for left, right in halves if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    made |= {left + letter + right[1:] for left, right in halves if right for letter in letters}
    made |= {left + letter + right for left, right in halves for letter in letters}
    return made - {word}
