# SPDX-License-Identifier: GPL-3.0-or-later
"""The octets of LDAP: BER elements as RFC 4511 section 5.1 restricts them.

Rules of this file: readers work by offsets in one ``bytes`` object and never copy what they skip, so that the cost is
linear in the message; they check ``end``, never the length of the buffer alone. Definite lengths only, but a length may be
longer than it needs to be: Windows writes ``84 00 00 00 nn`` everywhere.
"""

from __future__ import annotations

from dirserver.errors import BadInput

SEQUENCE = 0x30
SET = 0x31
BOOLEAN = 0x01
INTEGER = 0x02
OCTETS = 0x04
ENUMERATED = 0x0A

_MAX_LENGTH_OCTETS = 4
_MAX_INTEGER_OCTETS = 8
_HIGH_TAG = 0x1F


class ProtocolError(BadInput):
    """These octets aren't LDAP as RFC 4511 writes it."""


def read(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Read the header of the element at ``at``: its tag, where its contents begin and where they end.

    Raises ProtocolError if the element doesn't lie wholly before ``end``.
    """
    start = at + 2
    if start > end:
        raise ProtocolError("an element is cut off")
    tag = data[at]
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise ProtocolError("LDAP has no tags above 30")
    length = data[at + 1]
    if length >= 0x80:
        octets = length & 0x7F
        if octets == 0:
            raise ProtocolError("indefinite lengths are not LDAP")
        if octets > _MAX_LENGTH_OCTETS:
            raise ProtocolError("a length has more than four octets")
        if start + octets > end:
            raise ProtocolError("an element is cut off")
        length = int.from_bytes(data[start : start + octets], "big")
        start += octets
    stop = start + length
    if stop > end:
        raise ProtocolError("an element is longer than what holds it")
    return tag, start, stop


def expect(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Read the header of an element that must have ``tag``: where its contents begin and end."""
    found, start, stop = read(data, at, end)
    if found != tag:
        raise ProtocolError(f"tag {tag:#04x} expected, {found:#04x} found")
    return start, stop


def read_integer(data: bytes, at: int, end: int, tag: int = INTEGER) -> tuple[int, int]:
    """Read an INTEGER or ENUMERATED: the number and where the next element begins."""
    start, stop = expect(data, at, end, tag)
    if not 0 < stop - start <= _MAX_INTEGER_OCTETS:
        raise ProtocolError("a number has no octets or too many")
    return int.from_bytes(data[start:stop], "big", signed=True), stop


def read_boolean(data: bytes, at: int, end: int, tag: int = BOOLEAN) -> tuple[bool, int]:
    """Read a BOOLEAN; any octet but 0 counts as true, as clients write both FF and 01."""
    start, stop = expect(data, at, end, tag)
    if stop - start != 1:
        raise ProtocolError("a truth value must have one octet")
    return data[start] != 0, stop


def read_octets(data: bytes, at: int, end: int, tag: int = OCTETS) -> tuple[bytes, int]:
    """Read an OCTET STRING: its octets and where the next element begins."""
    start, stop = expect(data, at, end, tag)
    return data[start:stop], stop


def read_text(data: bytes, at: int, end: int, tag: int = OCTETS) -> tuple[str, int]:
    """Read an LDAPString (RFC 4511 section 4.1.2); ProtocolError unless it is UTF-8."""
    start, stop = expect(data, at, end, tag)
    try:
        return data[start:stop].decode(), stop
    except UnicodeDecodeError:
        raise ProtocolError("a string is not valid UTF-8") from None


def length(count: int) -> bytes:
    """Encode a length in the fewest octets."""
    if count < len(_SHORT):
        return _SHORT[count]
    octets = (count.bit_length() + 7) // 8
    return bytes((0x80 | octets,)) + count.to_bytes(octets, "big")


def element(tag: bytes, contents: bytes) -> bytes:
    """Encode one element; ``tag`` is one octet."""
    return tag + length(len(contents)) + contents


def octets(contents: bytes) -> bytes:
    """Encode an OCTET STRING."""
    return b"\x04" + length(len(contents)) + contents


def integer(number: int, tag: bytes = b"\x02") -> bytes:
    """Encode an INTEGER (or, with its tag, an ENUMERATED) in the fewest octets."""
    size = number.bit_length() // 8 + 1 if number >= 0 else (-number - 1).bit_length() // 8 + 1
    return element(tag, number.to_bytes(size, "big", signed=True))


def control(oid: str, value: bytes) -> bytes:
    """Encode one control of an answer (RFC 4511 section 4.1.11); answers carry none that is critical."""
    return element(b"\x30", octets(oid.encode()) + octets(value))


_SHORT = tuple(
    bytes((count,)) if count < 0x80 else b"\x81" + bytes((count,)) if count < 0x100 else b"\x82" + count.to_bytes(2, "big")
    for count in range(2048)
)
