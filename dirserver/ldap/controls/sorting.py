# SPDX-License-Identifier: GPL-3.0-or-later
"""Server-side sorting (RFC 2891): which keys a client asks for, and what it is told about them.

Every attribute whose values come before and after each other can be sorted by, without naming a rule: letters count as they are
searched (case and accents away), numbers by their digits. Of several values the least counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from dirserver.card.normal import normalise
from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Code, Control
from dirserver.model.attribute import Attribute, Syntax, find
from dirserver.model.order import MOST_KEYS, TIMES, Key, SortKey, has_order

REQUEST = "1.2.840.113556.1.4.473"
RESPONSE = "1.2.840.113556.1.4.474"

_RULE, _REVERSE = 0x80, 0x81
_SHOWN = 60
_TEXT_RULES = frozenset({"caseignoreorderingmatch", "2.5.13.3", "caseignorematch", "2.5.13.2"})
_RULES: dict[Syntax, frozenset[str]] = {
    Syntax.PHONE: frozenset({"numericstringorderingmatch", "2.5.13.9"}),
    Syntax.UUID: frozenset({"uuidorderingmatch", "1.3.6.1.1.16.3"}),
    Syntax.TIME: frozenset({"generalizedtimeorderingmatch", "2.5.13.28"}),
    Syntax.INTEGER: frozenset({"integerorderingmatch", "2.5.13.15"}),
}


@dataclass(frozen=True, slots=True)
class AskedKey:
    """One key as the client wrote it."""

    attribute: str
    rule: str | None = None
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """A wish for an order."""

    keys: tuple[AskedKey, ...]
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Unsortable:
    """Why an order can't be had: a code of RFC 2891, and the attribute that is the reason."""

    code: Code
    message: str
    attribute: str | None = None


def read(control: Control) -> Sort:
    """Read the control. Raises ProtocolError."""
    value = control.value or b""
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    if end != len(value) or at == end:
        raise ProtocolError("the control of sorting holds a list of keys")
    keys: list[AskedKey] = []
    while at < end:
        start, at = ber.expect(value, at, end, ber.SEQUENCE)
        keys.append(_read_key(value, start, at))
    return Sort(tuple(keys), control.is_critical)


def _read_key(value: bytes, at: int, end: int) -> AskedKey:
    attribute, at = ber.read_text(value, at, end)
    rule, is_reversed = None, False
    if at < end and value[at] == _RULE:
        rule, at = ber.read_text(value, at, end, _RULE)
    if at < end:
        is_reversed, at = ber.read_boolean(value, at, end, _REVERSE)
    if at != end:
        raise ProtocolError("a sort key holds an attribute, a rule and a direction")
    return AskedKey(attribute, rule, is_reversed)


def understood(sort: Sort) -> tuple[SortKey, ...] | Unsortable:
    """Return the keys in the directory's terms, or why they can't be sorted by (RFC 2891 section 1.2)."""
    if len(sort.keys) > MOST_KEYS:
        return Unsortable(Code.ADMIN_LIMIT_EXCEEDED, f"at most {MOST_KEYS} sort keys")
    keys: list[SortKey] = []
    for asked in sort.keys:
        attribute, shown = find(asked.attribute), asked.attribute[:_SHOWN]
        if attribute is None:
            return Unsortable(Code.NO_SUCH_ATTRIBUTE, f"this server knows no attribute '{shown}' to sort by", shown)
        if not has_order(attribute):
            return Unsortable(Code.INAPPROPRIATE_MATCHING, f"values of {attribute.name} have no order", shown)
        if asked.rule and asked.rule.lower() not in _RULES.get(attribute.syntax, _TEXT_RULES):
            return Unsortable(Code.INAPPROPRIATE_MATCHING, f"{attribute.name} can't be sorted by the rule '{asked.rule[:_SHOWN]}'", shown)
        if attribute.key in {key.attribute for key in keys}:
            return Unsortable(Code.UNWILLING_TO_PERFORM, f"{attribute.name} is a sort key twice", shown)
        keys.append(SortKey(attribute.key, asked.is_reversed))
    return tuple(keys)


def key_of(attribute: Attribute, text: str) -> Key:
    """Return what a value of an attribute is sorted by; None if it can't be one."""
    if attribute.key not in TIMES:
        return normalise(attribute.name, text)
    try:
        moment = datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return round(moment.timestamp()) * 1_000_000


def answer(fault: Unsortable | None) -> bytes:
    """Return the control that says whether the entries are in order (RFC 2891 section 1.2)."""
    contents = ber.integer(Code.SUCCESS if fault is None else fault.code, b"\x0a")
    if fault is not None and fault.attribute is not None:
        contents += ber.element(b"\x80", fault.attribute.encode("utf-8", "replace"))
    return ber.control(RESPONSE, ber.element(b"\x30", contents))
