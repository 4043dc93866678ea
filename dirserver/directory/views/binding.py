# SPDX-License-Identifier: GPL-3.0-or-later
"""Binding a filter: attribute names to the registry, assertion values to normal forms.

An attribute that nobody knows and a value that normalises to nothing are Undefined (RFC 4511 section 4.5.1.7), never
"matches everything": iOS asks for ``telephoneNumber=foo*`` with every name that one types.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from dirserver.card.normal import REVERSED, normalise, phone_key
from dirserver.errors import BadFilter
from dirserver.model.attribute import ATTRIBUTES, Attribute, Syntax, find
from dirserver.model.filter import (
    FALSE,
    TRUE,
    And,
    AnyOf,
    Approximate,
    AtLeast,
    AtMost,
    Equality,
    Extensible,
    Filter,
    Guarded,
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
)
from dirserver.model.fold import digits, fold

_CLASSES = frozenset(
    "top person organizationalperson inetorgperson mozillaabpersonalpha evolutionperson user contact"
    " 2.5.6.0 2.5.6.6 2.5.6.7 2.16.840.1.113730.3.2.2".split()
)
"""Object classes of every entry, by name and OID."""
_MEMBER_OF = "memberof"
_ALWAYS = frozenset({"entryuuid", "uid", "createtimestamp", "modifytimestamp", "creatorsname", "modifiersname", "entrydn"})
_TEXT_RULES = re.compile(
    r"case(Ignore|Exact)(IA5)?(Substrings|Ordering)?Match|numericStringMatch|telephoneNumberMatch|2\.5\.13\.\d+", re.IGNORECASE
)
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d(?:\d\d)?)")

SEARCHED = frozenset(
    attribute.key
    for attribute in ATTRIBUTES.values()
    if attribute.syntax in {Syntax.TEXT, Syntax.MAIL, Syntax.URI, Syntax.PHONE, Syntax.ADDRESS} and attribute.key != "objectclass"
)
"""The attributes that a search box looks through."""

MAX_PARTS = 300
MAX_DEPTH = 50
MAX_TYPED = 1000
"""Longest text of a search box that is looked at, in characters."""
MAX_WORDS = 10
MAX_PATTERN = 4000
"""Longest part of a substring assertion, in characters: SQLite refuses patterns of 50 000 octets, and no value is as long."""
_SHORTEST_NUMBER = 3

WHOLE_WORD = 3
"""A word of fewer letters finds what begins with it only, and only in BEGUN."""
BEGUN = ("cn", "sn", "givenname", "uid", "o")
NUMBERS = frozenset(attribute.key for attribute in ATTRIBUTES.values() if attribute.syntax is Syntax.PHONE)
"""The attributes that hold phone numbers."""

Assertion = Present | Equality | Substrings | AtLeast | AtMost | Approximate


def bind(filter_: Filter) -> Filter:
    """Return the filter in bound form (``model.filter``). Guards are put on later, by access.

    Raises BadFilter for one that is too deep or has too many parts for the databases to work out.
    """
    _require_reasonable(filter_)
    return _bind(filter_)


def _require_reasonable(filter_: Filter) -> None:
    waiting: list[tuple[Filter, int]] = [(filter_, 1)]
    count = 0
    while waiting:
        one, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_PARTS:
            raise BadFilter(f"the filter is too complex: at most {MAX_PARTS} parts, {MAX_DEPTH} inside each other")
        if isinstance(one, (And, Or)):
            waiting += [(part, depth + 1) for part in one.parts]
        elif isinstance(one, Not):
            waiting.append((one.part, depth + 1))


def _bind(filter_: Filter) -> Filter:
    match filter_:
        case And(parts):
            return And(tuple(_bind(part) for part in parts))
        case Or(parts):
            return Or(tuple(_bind(part) for part in parts))
        case Not(part):
            return Not(_bind(part))
        case Undefined() | AnyOf() | Guarded():
            return filter_
        case Extensible(attribute, rule, value):
            return Undefined() if attribute is None or not _is_known_rule(rule) else _bind(Equality(attribute, value))
        case _:
            return _bind_assertion(filter_)


class Typed(NamedTuple):
    """What somebody typed into a box: folded words, the longest first, all of which are meant; what a number has to contain, or ""."""

    words: tuple[str, ...]
    number: str = ""


def typed(text: str) -> Typed:
    """Return what a text of a search box means. Of a text that somebody pasted, the longest words count."""
    words = tuple(sorted(set(fold(text[:MAX_TYPED]).split()), key=len, reverse=True)[:MAX_WORDS])
    number = digits(text)
    if not words or len(number) < _SHORTEST_NUMBER or any(char.isalpha() for char in text):
        return Typed(words)
    return Typed(words, number.lstrip("0") or number)


def typed_words(text: str) -> Filter:
    """Return the question of a search box: every word somewhere in the entry, or a phone number in any spelling.

    One or two letters are somewhere in nearly everybody: of so short a word, only what begins with it counts.
    """
    words, number = typed(text)
    if not words:
        return FALSE
    by_words: Filter = And(tuple(_typed_word(word) for word in words))
    return Or((by_words, AnyOf(NUMBERS, number))) if number else by_words


def _typed_word(word: str) -> Filter:
    if len(word) >= WHOLE_WORD:
        return AnyOf(SEARCHED, word)
    return Or(tuple(Substrings(key, word) for key in BEGUN))


def _is_known_rule(rule: str | None) -> bool:
    return rule is None or _TEXT_RULES.fullmatch(rule) is not None


def _bind_assertion(assertion: Assertion) -> Filter:
    attribute = find(assertion.attribute)
    if attribute is None:
        return Undefined()
    if attribute.key == "objectclass":
        return _bind_class(assertion)
    if isinstance(assertion, Present):
        return TRUE if attribute.key in _ALWAYS else Present(attribute.key)
    if attribute.key == _MEMBER_OF:
        return Equality(_MEMBER_OF, fold(assertion.value)) if isinstance(assertion, Equality) else Undefined()
    if attribute.syntax is Syntax.TIME:
        return _bind_time(attribute.key, assertion)
    if attribute.syntax is Syntax.PHONE:
        return _bind_phone(attribute.key, assertion)
    if attribute.key in {"creatorsname", "modifiersname"}:
        return Equality(attribute.key, _UNSTORABLE.sub("", assertion.value)) if isinstance(assertion, Equality) else Undefined()
    return _bind_plain(attribute, assertion)


def _bind_class(assertion: Assertion) -> Filter:
    match assertion:
        case Present():
            return TRUE
        case Equality(_, value) | Approximate(_, value):
            return TRUE if value.strip().lower() in _CLASSES else FALSE
        case _:
            return Undefined()


def _bind_plain(attribute: Attribute, assertion: Assertion) -> Filter:
    key = attribute.key
    if isinstance(assertion, Substrings):
        return _substrings(key, tuple(fold(part) for part in (assertion.initial, *assertion.any_, assertion.final)))
    if isinstance(assertion, Present):
        return Present(key)
    norm = normalise(key, assertion.value)
    if norm is None:
        return Undefined()
    match assertion:
        case Equality():
            return Equality(key, norm)
        case AtLeast():
            return AtLeast(key, norm)
        case AtMost():
            return AtMost(key, norm)
        case Approximate():
            return Approximate(key, fold(assertion.value))


def _substrings(key: str, parts: tuple[str, ...]) -> Filter:
    initial, *any_, final = parts
    middle = tuple(part for part in any_ if part)
    if (not initial and not middle and not final) or sum(map(len, parts)) > MAX_PATTERN:
        return Undefined()
    return Substrings(key, initial, middle, final)


def _bind_phone(key: str, assertion: Assertion) -> Filter:
    match assertion:
        case Substrings(_, initial, any_, final):
            parts = tuple(digits(part) for part in (initial, *any_, final))
            if any(given.strip() and not found for given, found in zip((initial, *any_, final), parts, strict=True)):
                return Undefined()
            if parts[0].startswith("0"):
                # A number as dialled at home: its country code stands in front of it in the directory.
                parts = ("", parts[0].lstrip("0") or "0", *parts[1:])
            return _substrings(key, parts)
        case Equality(_, value) | Approximate(_, value):
            norm = normalise(key, value)
            if norm is None:
                return Undefined()
            right = phone_key(value)
            by_right: tuple[Filter, ...] = (Substrings(key + REVERSED, right[::-1]),) if right else ()
            return Or((Equality(key, norm), *by_right))
        case _:
            return Undefined()


def _bind_time(key: str, assertion: Assertion) -> Filter:
    if isinstance(assertion, (Substrings, Present, Approximate)):
        return Undefined()
    moment = parse_time(assertion.value)
    if moment is None:
        return Undefined()
    first = round(moment.timestamp()) * 1_000_000
    last = first + 999_999
    match assertion:
        case AtLeast():
            return AtLeast(key, str(first))
        case AtMost():
            return AtMost(key, str(last))
        case _:
            return And((AtLeast(key, str(first)), AtMost(key, str(last))))


def parse_time(text: str) -> datetime | None:
    """Return the instant that a generalized time is (RFC 4517 section 3.3.13), to the second; None for anything else."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute or 0), min(int(second or 0), 59), tzinfo=UTC)
        if zone != "Z":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:] or 0))
            moment += offset if zone[0] == "-" else -offset
    except (ValueError, OverflowError):
        return None
    return moment
