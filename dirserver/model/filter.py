# SPDX-License-Identifier: GPL-3.0-or-later
"""Search filters (RFC 4511 section 4.5.1.7) as a tree, and their three-valued evaluation.

Rules of this file: nodes are frozen; a door builds them from its own syntax with attribute names and values as the client
wrote them; ``directory.search`` turns that into *bound* form (canonical lower-case attribute, value in normal form, what a
View hides replaced). ``matches`` and the store's SQL both work on bound form and must agree (tests/agreement).

Truth values are True, False and None for Undefined: And is False if any part is False, else Undefined if any is; Or the
mirror of it; Not keeps Undefined. An entry is returned only where the whole filter is True.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

Values = Mapping[str, tuple[str, ...]]
"""Normal forms by bound attribute name; an attribute that is absent has no key."""


class Guard(Enum):
    """For whose entries a guarded assertion counts; elsewhere it is Undefined."""

    SELF = "self"
    MANAGED = "managed"


@dataclass(frozen=True, slots=True)
class And:
    """True if every part is; without parts absolute True (RFC 4526)."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True if any part is; without parts absolute False (RFC 4526)."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; Undefined stays Undefined."""

    part: Filter


@dataclass(frozen=True, slots=True)
class Present:
    """The entry has the attribute."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Equality:
    """Some value equals."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class Substrings:
    """Some value starts with ``initial``, then contains each of ``any_`` in order, then ends with ``final``; None or empty: anything."""

    attribute: str
    initial: str = ""
    any_: tuple[str, ...] = ()
    final: str = ""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Some value is greater or equal."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class AtMost:
    """Some value is less or equal."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class Approximate:
    """Some value is much like it: here, contains every word of it when folded."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some value of one of ``attributes`` contains ``text``: a word typed into a search box. Only in bound form."""

    attributes: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class Extensible:
    """Match by a named rule; ``attribute`` or ``rule`` may be missing, not both."""

    attribute: str | None
    rule: str | None
    value: str
    with_dn: bool = False


@dataclass(frozen=True, slots=True)
class Undefined:
    """Neither true nor false: an unknown attribute, a value that normalises to nothing, something the asker may not see."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """``part`` counts only on entries within one of ``guards``; elsewhere Undefined. Made by access alone.

    A number among them is a label's: entries that carry it are meant.
    """

    guards: frozenset[Guard | int]
    part: Filter


Filter = And | Or | Not | Present | Equality | Substrings | AtLeast | AtMost | Approximate | AnyOf | Extensible | Undefined | Guarded

TRUE = And(())
FALSE = Or(())
ANY_ENTRY = Present("objectClass")


def matches(bound: Filter, values: Values, within: frozenset[Guard | int] = frozenset()) -> bool | None:
    """Evaluate a bound filter on one entry's normal forms; None is Undefined. ``within``: the guards that this entry satisfies."""
    match bound:
        case And(parts):
            truths = [matches(part, values, within) for part in parts]
            return False if False in truths else None if None in truths else True
        case Or(parts):
            truths = [matches(part, values, within) for part in parts]
            return True if True in truths else None if None in truths else False
        case Not(part):
            truth = matches(part, values, within)
            return None if truth is None else not truth
        case Guarded(guards, part):
            return matches(part, values, within) if guards & within else None
        case Undefined() | Extensible():
            return None
        case AnyOf(attributes, text):
            return any(text in value for attribute in attributes for value in values.get(attribute, ()))
        case _:
            return any(_holds(bound, value) for value in values.get(bound.attribute, ()))


def _holds(assertion: Filter, value: str) -> bool:
    match assertion:
        case Present():
            return True
        case Equality(_, wanted):
            return value == wanted
        case AtLeast(_, wanted):
            return value >= wanted
        case AtMost(_, wanted):
            return value <= wanted
        case Approximate(_, wanted):
            return all(word in value for word in wanted.split())
        case Substrings(_, initial, any_, final):
            return _has_substrings(value, initial, any_, final)
        case _:
            return False


def _has_substrings(value: str, initial: str, any_: tuple[str, ...], final: str) -> bool:
    if not value.startswith(initial):
        return False
    position = len(initial)
    for part in any_:
        found = value.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return len(value) - len(final) >= position and value.endswith(final)
