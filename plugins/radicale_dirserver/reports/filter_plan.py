# SPDX-License-Identifier: GPL-3.0-or-later
"""From CARDDAV:filter to a question that SQL answers.

The question is never narrower than the filter: what it can't say it leaves open, and ``card_match`` decides on the cards that
come back. So a filter on names, mails, numbers or the organisation touches only what it finds, and any other one is right too.
Where the question says just what the filter says (names and mails, as every program asks for them) no card is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dirserver.card.places import SLOTS, Form
from dirserver.model.filter import ANY_ENTRY, FALSE, And, Equality, Filter, Or, Substrings
from dirserver.model.fold import fold
from radicale_dirserver.reports.card_match import number_in
from radicale_dirserver.wire.card_filter import CardFilter, Join, MatchType, PropertyFilter, TextMatch

_WHOLE = frozenset({Form.TEXT})
_PARTS = frozenset({Form.LIST, Form.NAME_PART, Form.FIRST_UNIT, Form.OTHER_UNITS})
_SEPARATORS = frozenset(",;\\")


@dataclass(frozen=True, slots=True)
class Plan:
    """A filter that every wanted card matches; ``is_exact``: no other card matches it."""

    filter: Filter
    is_exact: bool


def plan(card_filter: CardFilter) -> Plan:
    """Return how to ask for what ``card_filter`` wants."""
    parts = [_of_property(each) for each in card_filter.properties]
    is_exact = all(part is not None and _is_exact(each) for part, each in zip(parts, card_filter.properties, strict=True))
    return Plan(_joined(card_filter.test, parts) or ANY_ENTRY, is_exact)


def _of_property(wanted: PropertyFilter) -> Filter | None:
    if wanted.is_missing:
        return None
    parts = [_of_text(wanted.name, text) for text in wanted.texts]
    return _joined(wanted.test, [*parts, *(None for _ in wanted.parameters)])


def _is_exact(wanted: PropertyFilter) -> bool:
    """Tell whether what was planned for a property says all that the filter says."""
    forms = {place.form for variant in SLOTS.get(wanted.name, {}).values() for place in variant}
    return wanted.group is None and not wanted.parameters and all(_is_said(wanted.name, forms, text) for text in wanted.texts)


def _is_said(name: str, forms: set[Form], wanted: TextMatch) -> bool:
    if wanted.collation == "i;octet" or _of_text(name, wanted) is None:
        return False
    if forms <= _WHOLE:
        return True
    if forms <= _PARTS:
        return wanted.match_type is MatchType.CONTAINS
    return forms == {Form.PHONE} and any(letter.isalpha() for letter in wanted.text)


def _of_text(name: str, wanted: TextMatch) -> Filter | None:
    places = sorted((place for variant in SLOTS.get(name, {}).values() for place in variant), key=lambda place: place.attribute)
    forms = {place.form for place in places}
    # A backslash may be meant for the value as it is written, escapes and all.
    if not places or wanted.is_negated or "\\" in wanted.text or not fold(wanted.text):
        return None
    if forms <= _WHOLE:
        return _any_of(_assertion(place.attribute, wanted) for place in places)
    # A property whose parts are values of their own: a text that spans parts can't be asked for.
    if forms <= _PARTS and _SEPARATORS.isdisjoint(wanted.text):
        return _any_of(Substrings(place.attribute, any_=(wanted.text,)) for place in places)
    if forms == {Form.PHONE} and any(letter.isalpha() for letter in wanted.text):
        # Numbers are compared by their digits: address books ask TEL for every name that somebody types.
        return FALSE
    number = number_in(wanted.text) if forms == {Form.PHONE} else None
    return _any_of(Substrings(place.attribute, any_=(number,)) for place in places) if number is not None else None


def _any_of(parts: Iterable[Filter]) -> Filter:
    found = tuple(parts)
    return found[0] if len(found) == 1 else Or(found)


def _assertion(attribute: str, wanted: TextMatch) -> Filter:
    match wanted.match_type:
        case MatchType.EQUALS:
            return Equality(attribute, wanted.text)
        case MatchType.STARTS:
            return Substrings(attribute, initial=wanted.text)
        case MatchType.ENDS:
            return Substrings(attribute, final=wanted.text)
        case MatchType.CONTAINS:
            return Substrings(attribute, any_=(wanted.text,))


def _joined(test: Join, parts: Sequence[Filter | None]) -> Filter | None:
    """Join conditions; one that can't be said leaves an "any" open, and simply drops out of an "all"."""
    said = [part for part in parts if part is not None]
    if not said or (test is Join.ANY and len(said) < len(parts)):
        return None
    if len(said) == 1:
        return said[0]
    return Or(tuple(said)) if test is Join.ANY else And(tuple(said))
