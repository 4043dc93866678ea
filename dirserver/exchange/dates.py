# SPDX-License-Identifier: GPL-3.0-or-later
"""Days as spreadsheets and mail programs write them: 14.3.1975, 3/14/1975, 1975/03/14.

3/4/1975 is a day in March or in April: which number comes first is seen from the other days of the file, or said by somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum


class First(StrEnum):
    """Which number of 3/4/1975 comes first."""

    DAY = "day"
    MONTH = "month"


_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_NO_DAY = re.compile(r"0{1,2}[./-]0{1,2}[./-](?:0{2}|0{4})")
_MONTHS = 12


def is_no_day(text: str) -> bool:
    """Tell whether this is how Outlook writes that there is no day (0/0/00)."""
    return _NO_DAY.fullmatch(text.strip()) is not None


def is_ambiguous(text: str) -> bool:
    """Tell whether this may be two days."""
    found = _SLASHED.fullmatch(text.strip())
    return found is not None and int(found[1]) <= _MONTHS and int(found[3]) <= _MONTHS and int(found[1]) != int(found[3])


def first_of(texts: Iterable[str]) -> First | None:
    """Return which number comes first in the days of a list; None where none of them tells, or they disagree."""
    told = {First.DAY if int(found[1]) > _MONTHS else First.MONTH for found in map(_slashed, texts) if found is not None}
    return told.pop() if len(told) == 1 else None


def in_order(text: str, first: First | None) -> str:
    """Return a day as 1975-03-14; what is no day that is known here, or may be two, as it is."""
    plain = text.strip()
    if found := _DOTTED.fullmatch(plain):
        return _day(plain, found[3], found[2], found[1])
    if found := _YEAR_FIRST.fullmatch(plain):
        return _day(plain, found[1], found[2], found[3])
    if found := _SLASHED.fullmatch(plain):
        one, other = found[1], found[3]
        if int(one) > _MONTHS or one == other or (int(other) <= _MONTHS and first is First.DAY):
            return _day(plain, found[4], other, one)
        if int(other) > _MONTHS or first is First.MONTH:
            return _day(plain, found[4], one, other)
    return plain


def _slashed(text: str) -> re.Match[str] | None:
    found = _SLASHED.fullmatch(text.strip())
    return found if found is not None and max(int(found[1]), int(found[3])) > _MONTHS else None


def _day(text: str, year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return text
