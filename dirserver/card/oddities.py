# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks odd in values and is taken all the same: somebody should look at it. Real names of any language pass unremarked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dirserver.model.fold import fold

_NAMES = ("cn", "givenName", "sn")
_UNSEEN = re.compile("[\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffd]")
# UTF-8 that was read as Windows-1252: a lead octet as a letter, then a continuation octet as a sign.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00c5\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_KEYBOARD = ("qwerty", "qwertz", "azerty", "asdf", "zxcv", "yxcv", "hjkl", "uiop")
_FAKE = frozenset("test tester testing foo bar foobar xxx xyz abc aaa bbb none null unknown nobody noname n/a dummy sample".split())


class Odd(StrEnum):
    """What is odd."""

    UNSEEN = "unseen-letters"
    MOJIBAKE = "mojibake"
    MISSING = "name-missing"
    CAPITALS = "name-all-caps"
    FAKE = "name-fake"


@dataclass(frozen=True, slots=True)
class Oddity:
    """One oddity: of which attribute, and which text; ``better`` is what may be meant, "" where nobody knows."""

    odd: Odd
    attribute: str
    text: str
    better: str = ""


def oddities(values: Mapping[str, Sequence[str | bytes]]) -> Iterator[Oddity]:
    """Yield what is odd in the values of a card or a row; octets are passed over."""
    for name, texts in values.items():
        for text in texts:
            if isinstance(text, bytes) or text.isascii():
                continue
            if _UNSEEN.search(text):
                yield Oddity(Odd.UNSEEN, name, text, _UNSEEN.sub("", text))
            better = repaired(text)
            if better != text:
                yield Oddity(Odd.MOJIBAKE, name, text, better)
    yield from _odd_names({name: str(values[name][0]) for name in _NAMES if values.get(name)})


def _odd_names(given: Mapping[str, str]) -> Iterator[Oddity]:
    if given and "cn" not in given and len(given) == 1:
        yield Oddity(Odd.MISSING, "sn" if "givenName" in given else "givenName", "")
    for name, text in given.items():
        letters = [letter for letter in text if letter.isalpha()]
        if len(letters) > 3 and text == text.upper() and text != text.lower() and (name != "givenName" or len(letters) > 4):
            yield Oddity(Odd.CAPITALS, name, text, _as_a_name(text))
        word = fold(text)
        if word in _FAKE or any(word.startswith(run) for run in _KEYBOARD):
            yield Oddity(Odd.FAKE, name, text)


def _as_a_name(text: str) -> str:
    """Return capitals as a name is usually written: somebody looks at it before it is."""
    return re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), text)


def repaired(text: str) -> str:
    """Return a text that was read in a wrong encoding as it was meant; any other as it is."""
    return _MOJIBAKE.sub(_letter, text)


def _letter(found: re.Match[str]) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            return found[0].encode(encoding).decode()
        except UnicodeError:
            continue
    return found[0]
