# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks odd in a row and is taken all the same: somebody should look at it. Real names of any language pass unremarked."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from dirserver.exchange.problem import Problem, Severity
from dirserver.exchange.row import Row
from dirserver.model.fold import fold

_NAMES = ("cn", "givenName", "sn")
_UNSEEN = re.compile("[\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffd]")
# UTF-8 that was read as Windows-1252: a lead octet as a letter, then a continuation octet as a sign.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00c5\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_KEYBOARD = ("qwerty", "qwertz", "azerty", "asdf", "zxcv", "yxcv", "hjkl", "uiop")
_FAKE = frozenset("test tester testing foo bar foobar xxx xyz abc aaa bbb none null unknown nobody noname n/a dummy sample".split())


def doubt(row: Row, columns: Container[str] = ()) -> Iterator[Problem]:
    """Yield what looks odd. ``columns``: the attributes that the file has a column for; a name is missing only where it could be."""
    for name, values in row.values.items():
        for value in values:
            if isinstance(value, bytes) or value.isascii():
                continue
            if _UNSEEN.search(value):
                yield _odd(row, name, "it holds letters that nobody sees", "retype it")
            repaired = _repaired(value)
            if repaired != value:
                yield _odd(row, name, f"'{value[:40]}' looks like UTF-8 read in a wrong encoding", f"perhaps '{repaired[:40]}' is meant")
    yield from _odd_names(row, columns)


def _odd_names(row: Row, columns: Container[str]) -> Iterator[Problem]:
    given = {name: str(row.values[name][0]) for name in _NAMES if row.values.get(name)}
    if given and "cn" not in given and len(given) == 1:
        missing = "sn" if "givenName" in given else "givenName"
        if missing in columns:
            yield _odd(row, missing, "there is only one name", "look whether the other one is missing")
    for name, text in given.items():
        letters = [letter for letter in text if letter.isalpha()]
        if len(letters) > 3 and text == text.upper() and text != text.lower() and (name != "givenName" or len(letters) > 4):
            yield _odd(row, name, f"'{text[:40]}' is all in capitals", "write it as the person does")
        word = fold(text)
        if word in _FAKE or any(word.startswith(run) for run in _KEYBOARD):
            yield _odd(row, name, f"'{text[:40]}' looks like no real name", "look whether this is a person")


def _repaired(text: str) -> str:
    return _MOJIBAKE.sub(_letter, text)


def _letter(found: re.Match[str]) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            return found[0].encode(encoding).decode()
        except UnicodeError:
            continue
    return found[0]


def _odd(row: Row, column: str, reason: str, remedy: str) -> Problem:
    return Problem(row.line, column, reason, remedy, Severity.DOUBTFUL)
