# SPDX-License-Identifier: GPL-3.0-or-later
"""CARDDAV:filter (RFC 6352 section 10.5) as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from xml.etree.ElementTree import Element

from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.names import carddav

COLLATIONS = ("i;ascii-casemap", "i;unicode-casemap", "i;octet")
"""What CARDDAV:supported-collation-set lists (RFC 6352 section 8.3, RFC 4790, RFC 5051)."""

MAX_CONDITIONS = 200


class Join(Enum):
    """How conditions join."""

    ANY = "anyof"
    ALL = "allof"


class MatchType(Enum):
    """How a text has to lie in the value (RFC 6352 section 10.5.4)."""

    EQUALS = "equals"
    CONTAINS = "contains"
    STARTS = "starts-with"
    ENDS = "ends-with"


@dataclass(frozen=True, slots=True)
class TextMatch:
    """One text that a value must match, or must not."""

    text: str
    match_type: MatchType = MatchType.CONTAINS
    collation: str = "i;unicode-casemap"
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class ParameterFilter:
    """A condition on one parameter; without ``text`` it has to be there (``is_missing``: must not)."""

    name: str
    text: TextMatch | None = None
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class PropertyFilter:
    """A condition on one property: upper-case name, lower-case group or None. Without conditions it has to be there."""

    name: str
    group: str | None = None
    test: Join = Join.ANY
    is_missing: bool = False
    texts: tuple[TextMatch, ...] = ()
    parameters: tuple[ParameterFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class CardFilter:
    """The whole filter; without properties every card matches."""

    test: Join = Join.ANY
    properties: tuple[PropertyFilter, ...] = ()


def read_filter(root: Element | None) -> CardFilter:
    """Read a filter element; none at all matches every card. Raises Refused with the precondition that RFC 6352 names."""
    if root is None:
        return CardFilter()
    if sum(1 for _ in root.iter()) > MAX_CONDITIONS:
        raise _unsupported(f"A filter may hold {MAX_CONDITIONS} conditions at most.")
    children = root.findall(carddav("prop-filter"))
    if len(children) != len(root):
        raise _unsupported("A filter may hold prop-filter elements only.")
    return CardFilter(_test(root), tuple(_property_filter(child) for child in children))


def _property_filter(root: Element) -> PropertyFilter:
    group, dot, name = root.get("name", "").strip().rpartition(".")
    if not name:
        raise _unsupported("A prop-filter needs a name.")
    texts, parameters, is_missing = [], [], False
    for child in root:
        if child.tag == carddav("text-match"):
            texts.append(_text_match(child))
        elif child.tag == carddav("param-filter"):
            parameters.append(_parameter_filter(child))
        elif child.tag == carddav("is-not-defined"):
            is_missing = True
        else:
            raise _unsupported("A prop-filter may hold text-match, param-filter and is-not-defined.")
    return PropertyFilter(name.upper(), group.lower() if dot else None, _test(root), is_missing, tuple(texts), tuple(parameters))


def _parameter_filter(root: Element) -> ParameterFilter:
    name = root.get("name", "").strip().upper()
    if not name:
        raise _unsupported("A param-filter needs a name.")
    text = root.find(carddav("text-match"))
    is_missing = root.find(carddav("is-not-defined")) is not None
    return ParameterFilter(name, _text_match(text) if text is not None else None, is_missing)


def _text_match(root: Element) -> TextMatch:
    collation = root.get("collation", "i;unicode-casemap").strip().lower()
    if collation == "default":
        collation = "i;unicode-casemap"
    if collation not in COLLATIONS:
        raise Refused(HTTPStatus.FORBIDDEN, "That collation is not supported.", carddav("supported-collation"))
    try:
        match_type = MatchType(root.get("match-type", MatchType.CONTAINS.value).strip().lower())
    except ValueError:
        raise _unsupported("match-type must be equals, contains, starts-with or ends-with.") from None
    is_negated = root.get("negate-condition", "no").strip().lower() == "yes"
    return TextMatch(root.text or "", match_type, collation, is_negated)


def _test(root: Element) -> Join:
    try:
        return Join(root.get("test", Join.ANY.value).strip().lower())
    except ValueError:
        raise _unsupported("test must be anyof or allof.") from None


def _unsupported(message: str) -> Refused:
    return Refused(HTTPStatus.FORBIDDEN, message, carddav("supported-filter"))
