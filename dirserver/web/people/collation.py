# SPDX-License-Identifier: GPL-3.0-or-later
"""Sorting as a language does: which letters are letters of their own (CLDR's tailorings of our five languages).

Spanish puts ñ between n and o, Polish ą after a, Esperanto ĉ after c; elsewhere a mark only decides between words that are equal without.
"""

from __future__ import annotations

from functools import cache
from unicodedata import normalize

from dirserver.model.fold import fold

_OWN_LETTERS = {"es": "ñ", "pl": "ąćęłńóśźż", "eo": "ĉĝĥĵŝŭ"}

SortKey = tuple[tuple[tuple[str, int], ...], str]


def sort_key(text: str, language: str) -> SortKey:
    """Return what a text is compared by; texts that differ in marks or case alone stand together, in one order everywhere."""
    return tuple(letter for char in normalize("NFC", text).lower() for letter in _letters(char, language)), text


@cache
def _own(language: str) -> dict[str, tuple[str, int]]:
    made: dict[str, tuple[str, int]] = {}
    for letter in _OWN_LETTERS.get(language, ""):
        base = fold(letter)
        made[letter] = (base, 1 + sum(1 for other, _ in made.values() if other == base))
    return made


def _letters(char: str, language: str) -> tuple[tuple[str, int], ...]:
    own = _own(language).get(char)
    if own is not None:
        return (own,)
    return tuple((each, 0) for each in (fold(char) or " "))
