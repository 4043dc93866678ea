# SPDX-License-Identifier: GPL-3.0-or-later
"""Normal forms: what the index holds and what assertions of every door are turned into, so that both can be compared as text.

Phone numbers: the digits, without the international 00 ("+49 30 12", "0049 3012" and "493012" are one). A second row under
``attribute;r`` holds the digits reversed, so that a number matches from the right by prefix: reverse what ``phone_key``
gives and look for rows that begin with it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from dirserver.card.card import Card, Property
from dirserver.card.dates import iso_date
from dirserver.card.projection import attributes, uuid_of
from dirserver.model.attribute import ATTRIBUTES, Syntax, find
from dirserver.model.fold import digits, fold

REVERSED = ";r"
"""Suffix of the attribute under which reversed digits stand."""
MIN_KEY_DIGITS = 7
"""Fewer digits than this are an extension or a fragment and match exactly, not from the right."""

# Country calling codes (ITU-T E.164) of one and two digits; all others have three.
_CODES = frozenset(
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 "
    "95 98".split()
)
_INTEGER = re.compile(r"[+-]?\d+")
_TIME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)?:?(\d\d)?)?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)


class IndexValue(NamedTuple):
    """One row of the index: ``attribute`` is the lower-case canonical name, with ``;r`` for reversed digits."""

    attribute: str
    norm: str


def normalise(attribute: str, value: str) -> str | None:
    """Return the normal form of ``value`` for ``attribute`` (any spelling), None when nothing is left: the assertion is Undefined.

    A DN must be resolved by the caller to the entry's UUID first. An attribute that isn't in the registry is text.
    """
    found = ATTRIBUTES.get(attribute) or find(attribute)
    syntax = found.syntax if found is not None else Syntax.TEXT
    return _normal(syntax, value)


def _normal(syntax: Syntax, value: str) -> str | None:
    if syntax is _PHONE:
        return phone_digits(value) or None
    # A set of them would take a hash that Python writes out for enumerations.
    if syntax in _FOLDED:
        return fold(value) or None
    if syntax is Syntax.DN or syntax is Syntax.UUID:
        return uuid_of(value) or uuid_of(_dashed(value))
    if syntax is Syntax.DATE:
        return fold(iso_date(Property("BDAY", value))) or None if value.isprintable() else None
    if syntax is Syntax.TIME:
        return _time(value)
    if syntax is Syntax.INTEGER:
        return str(int(value)) if len(value) < 40 and _INTEGER.fullmatch(value.strip()) else None
    return None


_FOLDED = (Syntax.TEXT, Syntax.MAIL, Syntax.URI, Syntax.ADDRESS)
_PHONE = Syntax.PHONE


def _dashed(value: str) -> str:
    text = value.strip()
    if len(text) != 32:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _time(value: str) -> str | None:
    """Return an instant as YYYYMMDDHHMMSSZ; UTC is assumed where no zone is given, other zones are not folded in."""
    found = _TIME.fullmatch(value.strip())
    if found is None or (found[7] is not None and found[7].upper() != "Z"):
        return None
    return f"{found[1]}{found[2]}{found[3]}{found[4] or '00'}{found[5] or '00'}{found[6] or '00'}Z"


def phone_digits(text: str) -> str:
    """Return the digits of a number, without the 00 that stands for the plus; "" when there are none."""
    return _without_zeros(digits(text))


def phone_key(text: str) -> str | None:
    """Return the digits by which a number is found from the right, None when it is too short for that.

    "+49 30 123456", "0049 30 123456" and "030 123456" all give "30123456", which both a stored international number and a
    stored national one end with. A number without plus and without zero is taken as it is.
    """
    return _key_of(digits(text), text)


def phone_forms(text: str) -> tuple[str, str | None]:
    """Return ``phone_digits`` and ``phone_key`` of a number."""
    number = digits(text)
    return _without_zeros(number), _key_of(number, text)


def _without_zeros(number: str) -> str:
    while number.startswith("00") and len(number) > MIN_KEY_DIGITS:
        number = number[2:]
    return number


def _key_of(number: str, text: str) -> str | None:
    is_international = text.startswith("+") or text.lstrip().lower().removeprefix("tel:").lstrip(" (").startswith("+")
    if number.startswith("00"):
        number = number[2:]
        is_international = True
    if is_international:
        code = 1 if number[:1] in _CODES else 2 if number[:2] in _CODES else 3
        number = number[code:].removeprefix("0") if len(number) - code >= MIN_KEY_DIGITS else number
    else:
        number = number.removeprefix("0")
    return number if len(number) >= MIN_KEY_DIGITS else None


def index_values(card: Card) -> tuple[IndexValue, ...]:
    """Return the rows of the index for the attributes of ``card``, each once, in order. Norms are as long as the values are."""
    return index_of(attributes(card))


def index_of(values: Mapping[str, Iterable[str]]) -> tuple[IndexValue, ...]:
    """Return the rows for attributes under their canonical names, as ``attributes`` gives them."""
    rows: dict[IndexValue, None] = {}
    for name, texts in values.items():
        key = name.lower()
        found = ATTRIBUTES.get(key) or find(key)
        syntax = found.syntax if found is not None else Syntax.TEXT
        for text in texts:
            norm = _normal(syntax, text)
            if norm is None:
                continue
            rows[_row((key, norm))] = None
            if syntax is _PHONE:
                rows[_row((key + REVERSED, norm[::-1]))] = None
    return tuple(rows)


_row: Callable[[tuple[str, str]], IndexValue] = functools.partial(tuple.__new__, IndexValue)  # without a function of Python's in between
