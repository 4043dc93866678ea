# SPDX-License-Identifier: GPL-3.0-or-later
"""From CARDDAV:filter to a question that SQL answers.

The question is never narrower than the filter: what it can't say it leaves open, and ``card_match`` decides on the cards that
come back. So a filter on names, mails, numbers or the organisation touches only what it finds, and any other one is right too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dirserver.card.places import SLOTS, Form
from dirserver.model.filter import ANY_ENTRY, FALSE, And, Equality, Filter, Or, Substrings
from dirserver.model.fold import fold
from radicale_dirserver.card_filter import CardFilter, Join, MatchType, PropertyFilter, TextMatch
from radicale_dirserver.card_match import number_in

_WHOLE = frozenset({Form.TEXT})
_PARTS = frozenset({Form.LIST, Form.NAME_PART, Form.FIRST_UNIT, Form.OTHER_UNITS})
_SEPARATORS = frozenset(",;\\")


def plan(card_filter: CardFilter) -> Filter:
    """Return a filter that every card that matches ``card_filter`` matches too."""
    parts = [_of_property(each) for each in card_filter.properties]
    return _joined(card_filter.test, parts) or ANY_ENTRY


def _of_property(wanted: PropertyFilter) -> Filter | None:
    if wanted.is_missing:
        return None
    parts = [_of_text(wanted.name, text) for text in wanted.texts]
    return _joined(wanted.test, [*parts, *(None for _ in wanted.parameters)])


def _of_text(name: str, wanted: TextMatch) -> Filter | None:
    places = sorted((place for variant in SLOTS.get(name, {}).values() for place in variant), key=lambda place: place.attribute)
    forms = {place.form for place in places}
    if not places or wanted.is_negated or not fold(wanted.text):
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
