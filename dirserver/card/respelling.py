# SPDX-License-Identifier: GPL-3.0-or-later
r"""What a client only spells otherwise is no change: it sends back all of a card, in its own hand, to change one line of it.

Seen of Thunderbird 153 (tests/e2e/test_thunderbird.py): names and groups in capitals (``ITEM1.X-ABLABEL``), which Apple's
programs may not know again; ``\;`` in a text as ``\\;``, one backslash more with each edit, and ``,`` in an address of the
web as ``\,``; an organisation with units in units as one unit, ``Sales\, North``; ``VALUE=DATE`` where it goes without saying.
Of evolution-data-server 3.46: its own reading of each number, as a parameter.
"""

from __future__ import annotations

import re

from dirserver.card.card import Card, Property, split_raw, unescape
from dirserver.card.convert import convert

_STRUCTURED = frozenset({"N", "ADR", "ORG", "GENDER"})
_LISTS = frozenset({"CATEGORIES", "NICKNAME"})
_DATES = frozenset({"BDAY", "ANNIVERSARY"})
_ENUMERATED = frozenset({"TYPE", "VALUE", "ENCODING"})
_ESCAPED = re.compile(r"\\([\\,nN])")
_ESCAPED_IN_LISTS = re.compile(r"\\([\\nN])")
_CLUTTER = frozenset({"X-EVOLUTION-E164"})
_Head = tuple[str, frozenset[tuple[str, tuple[str, ...]]]]


def respelled(stored: Card, sent: Card) -> Card:
    """Return ``sent``, in its version and order, with the spelling of ``stored`` where both say the same."""
    before = convert(stored, sent.version).properties
    known = frozenset(before)
    changed = {each.name.upper() for each in sent.properties if each not in known}
    if not changed:
        return sent
    verbatim = frozenset(sent.properties)
    left: dict[str, list[Property]] = {}
    for each in before:
        key = each.name.upper()
        if key in changed and each not in verbatim:
            left.setdefault(key, []).append(each)
    if not left:
        return sent
    return sent.with_properties([each if each in known else _spelling(each, left.get(each.name.upper(), [])) for each in sent.properties])


def _spelling(each: Property, candidates: list[Property]) -> Property:
    """Return the stored property that says the same, which is then taken; else the one that was sent."""
    for index, stored in enumerate(candidates):
        # Most are told apart by their values: heads cost more.
        if _says_the_same(stored, each.value) and _head(stored) == _head(each):
            return candidates.pop(index)
    return each


def _head(each: Property) -> _Head:
    """All before the colon but the name, less what says nothing: case, the order of parameters, and a type of value that is so anyway."""
    key = each.key
    params = []
    for parameter in each.params:
        name = parameter.name.upper()
        values = tuple([value.lower() for value in parameter.values]) if name in _ENUMERATED else parameter.values
        if name not in _CLUTTER and not (key in _DATES and name == "VALUE" and values == ("date",)):
            params.append((name, values))
    return (each.group or "").lower(), frozenset(params)


def _says_the_same(stored: Property, value: str) -> bool:
    if stored.value == value:
        return True
    key = stored.key
    if key == "ORG":
        return _units_in_one(stored.value) == _organisation(value)
    if key in _STRUCTURED or "\\" not in value:
        return False
    pattern = _ESCAPED_IN_LISTS if key in _LISTS else _ESCAPED
    return _read_without_semicolons(pattern, stored.value) == _read_without_semicolons(pattern, value)


def _read_without_semicolons(pattern: re.Pattern[str], raw: str) -> str:
    r"""Read a text by rules that don't know ``\;``: it is a backslash and a semicolon."""
    return pattern.sub(lambda found: "\n" if found[1] in "nN" else found[1], raw)


def _organisation(raw: str) -> list[str]:
    return [unescape(part) for part in split_raw(raw, ";")]


def _units_in_one(raw: str) -> list[str] | None:
    name, *units = _organisation(raw)
    return [name, ", ".join(units)] if len(units) > 1 else None
