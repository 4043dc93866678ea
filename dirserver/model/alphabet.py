# SPDX-License-Identifier: GPL-3.0-or-later
"""The alphabets of the pages' languages: which letters are letters of their own, and keys that sort as each language does.

Spanish puts ñ between n and o, Polish ą after a, Esperanto ĉ after c (CLDR's tailorings); elsewhere a mark decides nothing. An *order* is
the code of a language that has such letters, or "" for the folded order of all others. A key is a folded text in which such a letter is its
base and a mark that stands behind every letter, so keys compare by code point, and a text without such letters has one key in every order.

The store keeps keys: what these functions answer must not change without writing them anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from unicodedata import normalize

from dirserver.model.fold import fold

OWN_LETTERS: Mapping[str, str] = MappingProxyType({"es": "ñ", "pl": "ąćęłńóśźż", "eo": "ĉĝĥĵŝŭ"})
"""Letters by order, in the order of the alphabet."""
ORDERS = ("", *OWN_LETTERS)

_HIGHEST = "\U0010ffff"
# Private use, and nothing that folding takes away: nobody's name holds them.
_FIRST_MARK = 0x10FFF0


def _marked(letters: str) -> Mapping[int, str]:
    made: dict[int, str] = {}
    for letter in letters:
        base = fold(letter)
        made[ord(letter)] = base + chr(_FIRST_MARK + sum(1 for other in made.values() if other[0] == base))
    return made


_MARKED = {order: _marked(letters) for order, letters in OWN_LETTERS.items()}
_WRITTEN = {order: {marked: chr(letter) for letter, marked in made.items()} for order, made in _MARKED.items()}


def order_of(language: str) -> str:
    """Return the order that a language sorts in."""
    return language if language in OWN_LETTERS else ""


def key_of(text: str, order: str) -> str:
    """Return what a text is compared by."""
    marked = _MARKED.get(order)
    if marked is None or text.isascii():
        return fold(text)
    return fold(normalize("NFC", text).lower().translate(marked))


def initial_of(text: str, order: str) -> str:
    """Return the first letter of a text, as keys begin with it; "" where there is none."""
    return first_letter(key_of(normalize("NFC", text)[:1], order))


def first_letter(key: str) -> str:
    """Return the first letter of a key: its base, with its mark where it has one."""
    return key[: 2 if key[1:2] >= chr(_FIRST_MARK) else 1]


def written(letter: str, order: str) -> str:
    """Return a first letter as people write it."""
    return _WRITTEN.get(order, {}).get(letter, letter)


def stretch_of(letter: str) -> tuple[str, str]:
    """Return what keys that begin with a letter are at least, and what they are below: ł is no l."""
    return letter, letter + (chr(_FIRST_MARK) if len(letter) == 1 else _HIGHEST)
