# SPDX-License-Identifier: GPL-3.0-or-later
"""How text is folded, so that "lukasz" finds "Łukasz" and "030 / 12-34" finds "0301234".

One folding for everything: the index, assertions of every door, duplicates. It must stay the same for as long as stored
index rows live: a change here needs a re-index (the store records FOLDING).
"""

from __future__ import annotations

import re
from unicodedata import combining, normalize

FOLDING = 1
"""Number of this folding; raise it when fold() or digits() begins to answer differently."""

# Letters that Unicode doesn't decompose, by what people type instead of them.
_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h",
        "ŧ": "t", "ŋ": "n", "ĸ": "k", "ɓ": "b", "ƈ": "c", "ɖ": "d", "ɗ": "d", "ɛ": "e", "ɠ": "g", "ɨ": "i",
        "ƙ": "k", "ɲ": "n", "ɔ": "o", "ƥ": "p", "ƭ": "t", "ʋ": "v", "ƴ": "y", "ƶ": "z", "ƀ": "b", "ǥ": "g",
        "ə": "e", "ς": "σ", "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "‛": "'", "´": "'", "“": '"', "”": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "⁄": "/",
    }
)  # fmt: skip

# What nobody sees: controls, soft hyphen, zero-width and direction marks, variation selectors, lone surrogates.
_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f"
    "\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ud800-\\udfff\\ufff0-\\uffff\\U000e0000-\\U000e0fff]"
)


def fold(text: str) -> str:
    """Return ``text`` without case, marks and doubled white space; equal folds mean "the same when searched".

    Folding twice changes nothing. The result holds no control character and no lone surrogate, so any engine can store it.
    """
    if text.isascii():
        if not text.isprintable():
            text = _UNSEEN.sub("", text)
        return " ".join(text.lower().split())
    text = normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    # Case folding can bring back composed letters and compatibility forms bring marks and unseen ones, hence the second pass.
    text = _UNSEEN.sub("", normalize("NFKD", text)).translate(_LETTERS)
    return " ".join("".join([letter for letter in text if not combining(letter)]).split())


# An extension, a pause to dial through, or a tel: parameter (RFC 3966): what follows is not the number.
_EXTENSION = re.compile(r"[,;#*]|(?<=\d)[\s().-]*(?:e?xt(?:ension|n)?|wew|durchwahl|dw|ramal|p|w|x)[\s.:]*(?=\d)", re.IGNORECASE)
_GAPS = dict.fromkeys(map(ord, " -./"))
_TRUNK = re.compile(r"\(\s*0\s*\)")


def digits(text: str) -> str:
    """Return the digits of a phone number as ASCII, in order, without extension, pause and the "(0)" of "+49 (0)30"; "" when none.

    The plus goes too; a leading 00 stays: ``card.normal`` knows what it means.
    """
    if text.isascii():
        # As nearly all numbers are written: there is nothing in it that could end it.
        bare = text.translate(_GAPS)
        if bare.isdecimal():
            return bare
        if bare[:1] == "+" and bare[1:].isdecimal():
            return bare[1:]
    if not text.isascii():
        text = normalize("NFKC", text)
    if text[:4].lower() == "tel:":
        text = text[4:]
    found = _EXTENSION.search(text)
    # "#31#0301234" and ",5" begin with the mark itself: then all of it is the number.
    if found is not None and any(letter.isdecimal() for letter in text[: found.start()]):
        text = text[: found.start()]
    if "(" in text and text.lstrip().startswith(("+", "00")):
        text = _TRUNK.sub("", text)
    if text.isascii():
        return "".join([letter for letter in text if letter.isdigit()])
    return "".join([str(int(letter)) for letter in text if letter.isdecimal()])
