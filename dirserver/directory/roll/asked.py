# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions that a roll answers: something equals, begins with or contains a text, or one of several such."""

from __future__ import annotations

from typing import NamedTuple

from dirserver.directory.roll.grams import GRAM
from dirserver.model.filter import Equality, Filter, Or, Substrings, Undefined

EQUAL, BEGINS, CONTAINS = "equal", "begins", "contains"
LONGEST = 300
MOST = 24


class Asked(NamedTuple):
    """One condition, in normal form."""

    kind: str
    attribute: str
    wanted: str


def asked_of(bound: Filter) -> tuple[Asked, ...] | None:
    """Return the conditions of which one has to be true, from a bound filter without guards; None for another question."""
    found: list[Asked] = []
    waiting = [bound]
    while waiting:
        match waiting.pop():
            case Or(parts):
                waiting += parts
            case Undefined():
                # In "or" it makes nothing true.
                pass
            case Equality(attribute, wanted):
                found.append(Asked(EQUAL, attribute, wanted))
            case Substrings(attribute, initial, (), "") if 0 < len(initial) <= LONGEST:
                found.append(Asked(BEGINS, attribute, initial))
            case Substrings(attribute, "", (wanted,), "") if GRAM <= len(wanted) <= LONGEST:
                found.append(Asked(CONTAINS, attribute, wanted))
            case _:
                return None
    return tuple(found) if len(found) <= MOST else None
