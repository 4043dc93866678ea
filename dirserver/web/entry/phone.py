# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone numbers as people type and read them (ITU-T E.164 to store, spaced to show, RFC 3966 to dial).

Numbers are checked for length, not against the numbering plan: plans change faster than libraries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    parse,
    region_code_for_number,
)

_LETTERS = re.compile(r"[^\W\d_]")
_DIAL = re.compile(r"[^0-9+*#]")


@lru_cache(maxsize=4096)
def normal(text: str, region: str | None) -> str | None:
    """Return ``text`` in E.164, with " ext. N" behind it if there is one; None if no number can be read.

    ``region`` (ISO 3166) tells whose national numbers are meant; without it only numbers with + or 00 are understood.
    """
    number = _read(text, region)
    if number is None or not is_possible_number(number):
        return None
    plain = str(format_number(number, PhoneNumberFormat.E164))
    return f"{plain} ext. {number.extension}" if number.extension else plain


@lru_cache(maxsize=4096)
def shown(text: str) -> str:
    """Return a stored number spaced as its country does it; what can't be read stays as it is."""
    number = _read(text, None)
    if number is None or not is_possible_number(number):
        return text
    extension = number.extension
    number.extension = None  # each country has its own word for it
    spaced = str(format_number(number, PhoneNumberFormat.INTERNATIONAL))
    return f"{spaced} ext. {extension}" if extension else spaced


@lru_cache(maxsize=4096)
def dial(text: str) -> str:
    """Return the ``tel:`` URI of a stored number; empty when there is nothing to dial."""
    number = _read(text, None)
    if number is not None:
        return str(format_number(number, PhoneNumberFormat.RFC3966))
    digits = _DIAL.sub("", text)
    return f"tel:{digits}" if digits and not _LETTERS.search(text) else ""


def region_of(numbers: Iterable[str]) -> str | None:
    """Return the country of the first number that tells one (ISO 3166), else None."""
    for text in numbers:
        number = _read(text, None)
        region = region_code_for_number(number) if number is not None else None
        if region and region != "001":
            return str(region)
    return None


def _read(text: str, region: str | None) -> PhoneNumber | None:
    cleaned = text.strip().removeprefix("tel:")
    if cleaned.startswith("00") and region is None:
        cleaned = f"+{cleaned[2:]}"
    try:
        return parse(cleaned, region)
    except NumberParseException:
        return None
