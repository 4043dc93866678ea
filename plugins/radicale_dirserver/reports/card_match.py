# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a card against CARDDAV:filter to the letter: for what SQL can't say. The card is what the asker may see."""

from __future__ import annotations

from collections.abc import Iterable

from dirserver.card.card import Card, Parameter, Property
from dirserver.card.normal import phone_digits, phone_key
from dirserver.model.fold import digits, fold
from radicale_dirserver.wire.card_filter import CardFilter, Join, MatchType, ParameterFilter, PropertyFilter, TextMatch


def matches_card(card_filter: CardFilter, card: Card) -> bool:
    """Tell whether the card matches (RFC 6352 section 10.5)."""
    if not card_filter.properties:
        return True
    return _joined(card_filter.test, [_matches_property(each, card) for each in card_filter.properties])


def matches_text(wanted: TextMatch, values: Iterable[str]) -> bool:
    """Tell whether any value matches the text, or with negation that none does.

    Both casemaps fold as the directory does everywhere (accents don't count either); i;octet compares as written.
    """
    return any(_lies_in_value(wanted, value) for value in values) != wanted.is_negated


def number_in(text: str) -> str | None:
    """Return the digits by which a number is looked up, None for what isn't one: letters, or no digits at all.

    Country code and trunk zero don't count, so that a phone finds who calls however the number is written.
    """
    if any(letter.isalpha() for letter in text):
        return None
    return phone_key(text) or digits(text).lstrip("0") or None


def _lies_in_value(wanted: TextMatch, value: str) -> bool:
    if wanted.collation == "i;octet":
        return _lies_in(wanted.text, value, wanted.match_type)
    return _lies_in(fold(wanted.text), fold(value), wanted.match_type)


def _matches_number(wanted: TextMatch, values: Iterable[str]) -> bool:
    """As ``matches_text`` for TEL: a number is found as it is written and by its digits, never by letters."""
    number = number_in(wanted.text)
    texts = list(values)
    has_letters = any(letter.isalpha() for letter in wanted.text)
    found = not has_letters and any(_lies_in_value(wanted, value) for value in texts)
    if not found and number is not None and wanted.match_type is not MatchType.STARTS:
        match_type = MatchType.CONTAINS if wanted.match_type is MatchType.CONTAINS else MatchType.ENDS
        found = any(_lies_in(number, phone_digits(value), match_type) for value in texts)
    return found != wanted.is_negated


def _lies_in(text: str, value: str, match_type: MatchType) -> bool:
    match match_type:
        case MatchType.EQUALS:
            return value == text
        case MatchType.STARTS:
            return value.startswith(text)
        case MatchType.ENDS:
            return value.endswith(text)
        case MatchType.CONTAINS:
            return text in value


def _matches_property(wanted: PropertyFilter, card: Card) -> bool:
    found = [
        each for each in card.all(wanted.name) if wanted.group is None or (each.group is not None and each.group.lower() == wanted.group)
    ]
    if wanted.is_missing or not found:
        return wanted.is_missing and not found
    texts = [value for each in found for value in _values(each)]
    matches = _matches_number if wanted.name == "TEL" else matches_text
    conditions = [matches(text, texts) for text in wanted.texts]
    conditions += [any(_matches_parameter(parameter, each) for each in found) for parameter in wanted.parameters]
    return not conditions or _joined(wanted.test, conditions)


def _matches_parameter(wanted: ParameterFilter, each: Property) -> bool:
    values = [value for parameter in each.params for value in _parameter_values(wanted.name, parameter)]
    if wanted.is_missing or not values:
        return wanted.is_missing and not values
    return wanted.text is None or matches_text(wanted.text, values)


def _parameter_values(name: str, parameter: Parameter) -> tuple[str, ...]:
    if not parameter.values:
        # A bare word of vCard 2.1 is a type (RFC 2426 kept reading them).
        return (parameter.name,) if name == "TYPE" else ()
    return parameter.values if parameter.name.upper() == name else ()


def _values(each: Property) -> tuple[str, ...]:
    """Return what a text may match in one property: the text, and the raw value where it is structured (N, ADR, ORG)."""
    text = each.text()
    return (text,) if text == each.value else (text, each.value)


def _joined(test: Join, truths: list[bool]) -> bool:
    return all(truths) if test is Join.ALL else any(truths)
