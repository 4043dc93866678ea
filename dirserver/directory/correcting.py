# SPDX-License-Identifier: GPL-3.0-or-later
"""Typing mistakes forgiven: what somebody may have meant by a word that nobody has.

Candidates are values of attributes that the asker may read on every entry, so a correction tells nothing hidden. How near two words
are is Damerau's distance: letters changed, missing, added, or two of them swapped.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from dirserver.directory.asking import Asking
from dirserver.directory.entry import BookView
from dirserver.directory.finding import parts_of, total
from dirserver.model.entry import State
from dirserver.model.filter import TRUE, Filter
from dirserver.model.fold import fold
from dirserver.store import similar

MOST_WORDS = 4
"""Words of a question that are looked at."""
MOST = 3
"""Corrections that are told."""
_SHORTEST, _LONGEST = 3, 30
_NAMES = ("sn", "givenname", "cn")
_OTHERS = ("displayname", "nickname", "title", "ou", "o", "l")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def corrections(asking: Asking, view: BookView, text: str, typed: Callable[[str], Filter]) -> tuple[str, ...]:
    """Return what may have been meant instead of ``text``, folded, the nearest first; each finds something in the book.

    ``typed`` says what a text of a search box asks for.
    """
    words = fold(text).split()
    if not 0 < len(words) <= MOST_WORDS or any(len(word) > _LONGEST for word in words):
        return ()
    choices: list[list[tuple[int, str]]] = []
    for word in words:
        alike = [] if total(asking, (view,), typed(word)) else _alike(asking, view, word)
        choices.append(alike or [(0, word)])
    # The sort is stable: of the equally near, those first that come first for each word.
    meant = ((sum(far for far, _ in each), " ".join(word for _, word in each)) for each in itertools.product(*choices))
    texts = sorted(meant, key=lambda each: each[0])
    wrong = " ".join(words)
    found = (said for far, said in texts[: MOST * 2] if far and said != wrong and total(asking, (view,), typed(said)))
    return tuple(itertools.islice(found, MOST))


def _alike(asking: Asking, view: BookView, word: str) -> list[tuple[int, str]]:
    """Return up to three words of what the asker may read that are near to one, with their distance, the nearest first."""
    allowed = _slips(word)
    rights = asking.rights_on(view.book)
    names = tuple(name for name in (*_NAMES, *_OTHERS) if rights.guards_for(name) is None)
    parts = parts_of(asking, (view,), TRUE, State.ACTIVE)
    if not allowed or not names or not parts:
        return []
    values = similar.equal(asking.tx, parts[0], tuple(name for name in names if name in _NAMES), sorted(_one_slip(word)))
    values |= similar.near(asking.tx, parts[0], names, word)
    known = {each.strip(".,;()\"'") for value in values for each in value.split()}
    letters = sorted(word)
    # Of the equally near, those first whose letters are only swapped.
    near = sorted((far, sorted(each) != letters, each) for each in known if (far := distance(word, each, allowed)) is not None)
    return [(far, each) for far, _, each in near[:MOST]]


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


def distance(one: str, other: str, most: int) -> int | None:
    """Return how many mistakes lie between two words, None if more than ``most``."""
    if abs(len(one) - len(other)) > most:
        return None
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
