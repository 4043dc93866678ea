# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers from values to octets (RFC 4511 section 4).

Two layers: an operation's octets, which hold no message number and may be kept and sent again, and ``message``, which wraps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from dirserver.ldap.wire.ber import element, integer, length, octets, read, read_octets
from dirserver.ldap.wire.message import Code, Response, Result

NOTICE_OF_DISCONNECTION = "1.3.6.1.4.1.1466.20036"


@lru_cache(maxsize=4096)
def _encode_id(message_id: int) -> bytes:
    return integer(message_id)


@lru_cache(maxsize=4096)
def _encode_name(name: str) -> bytes:
    return octets(name.encode())


def message(message_id: int, operation: bytes) -> bytes:
    """Wrap an encoded operation in an LDAPMessage without controls."""
    return message_under(_encode_id(message_id), operation)


def messages(message_id: int, operations: Iterable[bytes]) -> bytes:
    """Wrap several encoded operations, each in a message of this number."""
    return messages_under(_encode_id(message_id), list(operations))


def message_under(number: bytes, operation: bytes) -> bytes:
    """Wrap an encoded operation as ``message`` does, in a message of a number that is encoded already."""
    return b"0" + length(len(number) + len(operation)) + number + operation


def messages_under(number: bytes, operations: Sequence[bytes]) -> bytes:
    """Wrap several encoded operations, each in a message of a number that is encoded already."""
    more = len(number)
    try:
        heads = _HEADS_AFTER[more]
        if len(operations) == _ENTRY_AND_RESULT:
            one, result_of_it = operations
            return b"".join((heads[len(one)], number, one, heads[len(result_of_it)], number, result_of_it))
        found = [heads[len(one)] for one in operations]
    except IndexError:
        found = [b"0" + length(more + len(one)) for one in operations]
    # No loop of ours over pieces: of a hundred entries nothing but the lengths is looked at.
    pieces = [number] * (3 * len(operations))
    pieces[::3] = found
    pieces[2::3] = operations
    return b"".join(pieces)


def attribute(name: str, values: Iterable[bytes]) -> bytes:
    """Encode a PartialAttribute; without values it is what typesOnly asks for."""
    return attribute_of(name, value_set(values))


def value_set(values: Iterable[bytes]) -> bytes:
    """Encode the values of an attribute."""
    contents = b"".join([b"\x04" + length(len(value)) + value for value in values])
    return b"1" + length(len(contents)) + contents


def attribute_of(name: str, values: bytes) -> bytes:
    """Encode a PartialAttribute from values that ``value_set`` made."""
    head = _encode_name(name)
    return b"0" + length(len(head) + len(values)) + head + values


def entry(dn: str, attributes: Iterable[bytes]) -> bytes:
    """Encode a SearchResultEntry from attributes that ``attribute`` made."""
    listed = b"".join(attributes)
    contents = octets(dn.encode()) + b"0" + length(len(listed)) + listed
    return b"\x64" + length(len(contents)) + contents


def with_attribute(encoded: bytes, name: str, values: Iterable[bytes]) -> bytes:
    """Return an entry that ``entry`` encoded with this attribute in place of the one of that name, if it has it."""
    _, start, end = read(encoded, 0, len(encoded))
    _, _, at = read(encoded, start, end)
    head, kept = encoded[start:at], []
    at, end = read(encoded, at, end)[1:]
    while at < end:
        _, inner, stop = read(encoded, at, end)
        if read_octets(encoded, inner, stop)[0].lower() != name.lower().encode():
            kept.append(encoded[at:stop])
        at = stop
    return element(b"\x64", head + element(b"0", b"".join([*kept, attribute(name, values)])))


def result(tag: Response, outcome: Result, rest: bytes = b"") -> bytes:
    """Encode an answer that is an LDAPResult under ``tag``; ``rest`` are encoded parts that follow it."""
    if outcome == SUCCESS and not rest:
        return bytes((tag, 7)) + b"\x0a\x01\x00\x04\x00\x04\x00"
    contents = (
        integer(outcome.code, b"\x0a")
        + octets(outcome.matched.encode("utf-8", "replace"))
        + octets(outcome.message.encode("utf-8", "replace"))
        + rest
    )
    return element(bytes((tag,)), contents)


def extended(outcome: Result, *, oid: str | None = None, value: bytes | None = None) -> bytes:
    """Encode an ExtendedResponse (RFC 4511 section 4.12)."""
    rest = b""
    if oid is not None:
        rest += element(b"\x8a", oid.encode())
    if value is not None:
        rest += element(b"\x8b", value)
    return result(Response.EXTENDED, outcome, rest)


def notice_of_disconnection(code: Code, text: str) -> bytes:
    """Encode the unsolicited notice that the server is about to close (RFC 4511 section 4.4.1), as a whole message."""
    return message(0, extended(Result(code, text), oid=NOTICE_OF_DISCONNECTION))


_LONGEST_HEAD = 4096
_ENTRY_AND_RESULT = 2
_HEADS = tuple(b"0" + length(count) for count in range(_LONGEST_HEAD))
_HEADS_AFTER = tuple(_HEADS[size:] for size in range(7))
"""How a message begins, by the octets of its number and of its operation: the number has three to six."""
SUCCESS = Result()
"""What says nothing but that it is done."""
