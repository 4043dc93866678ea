# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that were read before: mail programs and phones ask the same again and again, and only the number differs, or what is typed.

Searches alone are kept: a bind holds a password. What is kept is bounded by number and size.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from dirserver.errors import BadInput
from dirserver.ldap.wire.ber import SEQUENCE, expect, read, read_integer
from dirserver.ldap.wire.decode import decode
from dirserver.ldap.wire.filter import decode_filter
from dirserver.ldap.wire.limits import WireLimits
from dirserver.ldap.wire.message import Message, Request, SearchRequest

_MOST = 2048
_MOST_FRAMES = 512
_LONGEST = 1024
_SHORT = 0x80


class _Frame(NamedTuple):
    """A search without its filter: what it was read as, and how many octets of attributes stand behind the filter."""

    operation: SearchRequest
    behind: int
    message: Message


class KnownRequests:
    """Reads messages; ``limits`` are those of every message. For one thread."""

    def __init__(self, limits: WireLimits) -> None:
        self._limits = limits
        self._known: OrderedDict[bytes, Message] = OrderedDict()
        self._frames: OrderedDict[tuple[bytes, bytes], _Frame] = OrderedDict()

    def read(self, data: bytes) -> Message:
        """Read one whole message as ``decode`` does; a search comes with its octets. Raises as ``decode`` does."""
        if len(data) > _LONGEST:
            return decode(data, self._limits)
        at, end = expect(data, 0, len(data), SEQUENCE)
        number, at = read_integer(data, at, end)
        if not 0 < number < 2**31 or end != len(data):
            return decode(data, self._limits)
        if at < end and data[at] != Request.SEARCH:
            return decode(data, self._limits)
        octets = data[at:]
        known = self._known.get(octets)
        if known is not None:
            self._known.move_to_end(octets)
            return Message(number, known.operation, known.controls, octets)
        message = self._read_new(data, number, at, octets)
        if message.octets:
            self._known[octets] = message
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return message

    def _read_new(self, data: bytes, number: int, at: int, octets: bytes) -> Message:
        place = filter_in(data, at)
        if place is None:
            return _with_octets(decode(data, self._limits), octets)
        start, filter_at, filter_end, stop = place
        key = (data[start:filter_at], data[filter_end:])
        frame = self._frames.get(key)
        if frame is not None and frame.behind == stop - filter_end:
            try:
                wanted, reached = decode_filter(data, filter_at, stop, self._limits)
            except BadInput:
                # The decoder says what is wrong with it.
                return decode(data, self._limits)
            if reached == filter_end:
                was = frame.operation
                operation = SearchRequest(
                    was.base, was.scope, wanted, was.attributes, was.size_limit, was.time_limit_s, was.types_only, was.deref
                )
                return Message(number, operation, frame.message.controls, octets)
        message = _with_octets(decode(data, self._limits), octets)
        if isinstance(message.operation, SearchRequest):
            self._frames[key] = _Frame(message.operation, stop - filter_end, message)
            while len(self._frames) > _MOST_FRAMES:
                self._frames.popitem(last=False)
        return message


def _with_octets(message: Message, octets: bytes) -> Message:
    if not isinstance(message.operation, SearchRequest):
        return message
    return Message(message.id, message.operation, message.controls, octets)


def filter_in(data: bytes, at: int) -> tuple[int, int, int, int] | None:
    """Return where the contents of a search begin, where its filter begins and ends, where the contents end; None for anything unusual.

    Octets before and behind the filter that are those of a search that was read are read as in that one, so it is enough to walk over them.
    """
    try:
        tag, start, stop = read(data, at, len(data))
        if tag != Request.SEARCH or data[start + 1] >= _SHORT:
            return None
        # Base; scope and alias, one octet each; two limits; whether types alone are wanted.
        at = start + 2 + data[start + 1] + 6
        for _ in range(2):
            if data[at + 1] >= _SHORT:
                return None
            at += 2 + data[at + 1]
        at += 3
        _, _, filter_end = read(data, at, stop)
    except (BadInput, IndexError):
        return None
    return start, at, filter_end, stop
