# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters from octets to the model's tree (RFC 4511 section 4.5.1).

Iterative, so that no nesting can exhaust the stack. What is well formed but can't match anything, a value that isn't UTF-8 for
one, becomes Undefined: the rest of the filter still counts.
"""

from __future__ import annotations

from collections.abc import Callable

from dirserver.errors import TooLarge
from dirserver.ldap.wire.ber import OCTETS, ProtocolError, expect, read, read_boolean
from dirserver.ldap.wire.limits import WireLimits
from dirserver.model.filter import (
    And,
    Approximate,
    AtLeast,
    AtMost,
    Equality,
    Extensible,
    Filter,
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
)

_AND, _OR, _NOT = 0xA0, 0xA1, 0xA2
_EQUALITY, _SUBSTRINGS, _AT_LEAST, _AT_MOST = 0xA3, 0xA4, 0xA5, 0xA6
_PRESENT, _APPROXIMATE, _EXTENSIBLE = 0x87, 0xA8, 0xA9
_INITIAL, _ANY, _FINAL = 0x80, 0x81, 0x82
_RULE, _TYPE, _VALUE, _WITH_DN = 0x81, 0x82, 0x83, 0x84

_Assertion = Callable[[str, str], Filter]
_ASSERTIONS: dict[int, _Assertion] = {_EQUALITY: Equality, _AT_LEAST: AtLeast, _AT_MOST: AtMost, _APPROXIMATE: Approximate}
_SETS = (_AND, _OR, _NOT)


def decode_filter(data: bytes, at: int, end: int, limits: WireLimits) -> tuple[Filter, int]:
    """Read the filter at ``at``: its tree and where the next element begins.

    Raises ProtocolError for what RFC 4511 doesn't know, TooLarge when it is deeper or broader than ``limits``.
    """
    open_sets: list[tuple[int, int, list[Filter]]] = []
    left = limits.filter_nodes
    while True:
        tag, start, stop = read(data, at, end)
        left -= 1
        if left < 0:
            raise TooLarge(f"a filter may have at most {limits.filter_nodes} parts", limits.filter_nodes)
        if tag in _SETS:
            if len(open_sets) >= limits.filter_depth:
                raise TooLarge(f"a filter may be at most {limits.filter_depth} levels deep", limits.filter_depth)
            open_sets.append((tag, stop, []))
            at, end = start, stop
            if start < stop:
                continue
        else:
            node = _decode_item(data, tag, start, stop, limits)
            at = stop
            if not open_sets:
                return node, at
            open_sets[-1][2].append(node)
        while open_sets and at == open_sets[-1][1]:
            tag, _, parts = open_sets.pop()
            node = _join(tag, parts)
            if not open_sets:
                return node, at
            open_sets[-1][2].append(node)
        end = open_sets[-1][1]


def _join(tag: int, parts: list[Filter]) -> Filter:
    if tag == _AND:
        return And(tuple(parts))
    if tag == _OR:
        return Or(tuple(parts))
    if len(parts) != 1:
        raise ProtocolError("a negation must have exactly one part")
    return Not(parts[0])


def _decode_item(data: bytes, tag: int, start: int, stop: int, limits: WireLimits) -> Filter:
    make = _ASSERTIONS.get(tag)
    try:
        if make is not None:
            attribute, at = _read_text(data, start, stop)
            value, at = _read_text(data, at, stop)
            if at != stop:
                raise ProtocolError("an assertion has more than two parts")
            return make(attribute, value)
        if tag == _SUBSTRINGS:
            return _decode_substrings(data, start, stop, limits)
        if tag == _PRESENT:
            return Present(data[start:stop].decode())
        if tag == _EXTENSIBLE:
            return _decode_extensible(data, start, stop)
    except UnicodeDecodeError:
        return Undefined()
    raise ProtocolError(f"RFC 4511 has no filter with tag {tag:#04x}")


def _read_text(data: bytes, at: int, end: int) -> tuple[str, int]:
    start, stop = expect(data, at, end, OCTETS)
    return data[start:stop].decode(), stop


def _decode_substrings(data: bytes, start: int, stop: int, limits: WireLimits) -> Filter:
    type_start, at = expect(data, start, stop, OCTETS)
    attribute_octets = data[type_start:at]
    at, end = expect(data, at, stop, 0x30)
    if end != stop:
        raise ProtocolError("a substring assertion has more than two parts")
    if at == end:
        raise ProtocolError("a substring assertion has no substrings")
    initial, final = b"", b""
    any_: list[bytes] = []
    place = _INITIAL
    while at < end:
        tag, value_start, value_stop = read(data, at, end)
        if tag == _ANY and place != _FINAL:
            any_.append(data[value_start:value_stop])
        elif tag == _INITIAL and place == _INITIAL:
            initial = data[value_start:value_stop]
        elif tag == _FINAL and place != _FINAL:
            final = data[value_start:value_stop]
        else:
            raise ProtocolError("substrings are out of order")
        place = _FINAL if tag == _FINAL else _ANY
        at = value_stop
        if len(any_) > limits.filter_nodes:
            raise TooLarge(f"a filter may have at most {limits.filter_nodes} parts", limits.filter_nodes)
    parts = tuple(part.decode() for part in any_ if part)
    return Substrings(attribute_octets.decode(), initial.decode(), parts, final.decode())


def _decode_extensible(data: bytes, start: int, stop: int) -> Filter:
    rule: str | None = None
    attribute: str | None = None
    value: str | None = None
    with_dn = False
    at, last = start, 0
    while at < stop:
        tag, value_start, value_stop = read(data, at, stop)
        if tag <= last:
            raise ProtocolError("the parts of an extensible match are out of order")
        last = tag
        if tag == _RULE:
            rule = data[value_start:value_stop].decode()
        elif tag == _TYPE:
            attribute = data[value_start:value_stop].decode()
        elif tag == _VALUE:
            value = data[value_start:value_stop].decode()
        elif tag == _WITH_DN:
            with_dn, _ = read_boolean(data, at, stop, _WITH_DN)
        else:
            raise ProtocolError(f"an extensible match has no part with tag {tag:#04x}")
        at = value_stop
    if value is None or (rule is None and attribute is None):
        raise ProtocolError("an extensible match needs a value and a rule or an attribute")
    return Extensible(attribute, rule, value, with_dn)
