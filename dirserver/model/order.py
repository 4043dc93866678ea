# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order entries stand when somebody asks for one: by the normal forms of attributes, one after another.

Of several values the least counts, and who has none stands behind everybody who has one; reversed, the whole order turns round
(RFC 2891 section 2.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dirserver.model.attribute import Attribute, Syntax, find

Key = str | int | None
"""What one entry is sorted by: a normal form, microseconds since 1970 for a time, None for an entry without a value."""

MOST_KEYS = 8
"""Sort keys of one question."""

TIMES = frozenset({"createtimestamp", "modifytimestamp"})
"""Attributes whose keys are numbers."""

_UNORDERED = frozenset({Syntax.DN, Syntax.BINARY})


@dataclass(frozen=True, slots=True)
class SortKey:
    """One attribute to sort by, under its lower-case canonical name."""

    attribute: str
    is_reversed: bool = False


def has_order(attribute: Attribute) -> bool:
    """Tell whether values of the attribute come before and after each other: DNs and octets don't."""
    return attribute.syntax not in _UNORDERED and attribute.key != "objectclass"


def sortable(name: str) -> Attribute | None:
    """Return the attribute of that name (in any spelling) if entries can be sorted by it."""
    attribute = find(name)
    return attribute if attribute is not None and has_order(attribute) else None


def is_before(mine: Sequence[Key], other: Sequence[Key], by: Sequence[SortKey]) -> bool | None:
    """Tell which of two stands first; None if they are alike as far as both have keys."""
    for one, another, sort_key in zip(mine, other, by, strict=False):
        if one != another:
            return _is_less(one, another) is not sort_key.is_reversed
    return None


def _is_less(one: Key, another: Key) -> bool:
    if one is None or another is None:
        return another is None
    return one < another  # type: ignore[operator]  # keys of one attribute are all texts or all numbers
