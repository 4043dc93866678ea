# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that were read before: mail programs and phones ask the same again and again, and only the number differs.

Searches alone are kept: a bind holds a password. What is kept is bounded by number and size.
"""

from __future__ import annotations

from collections import OrderedDict

from dirserver.ldap.wire.ber import SEQUENCE, expect, read_integer
from dirserver.ldap.wire.decode import decode
from dirserver.ldap.wire.limits import WireLimits
from dirserver.ldap.wire.message import Message, SearchRequest

_MOST = 2048
_LONGEST = 1024


class KnownRequests:
    """Reads messages; ``limits`` are those of every message. For one thread."""

    def __init__(self, limits: WireLimits) -> None:
        self._limits = limits
        self._known: OrderedDict[bytes, Message] = OrderedDict()

    def read(self, data: bytes) -> Message:
        """Read one whole message as ``decode`` does; a search comes with its octets. Raises as ``decode`` does."""
        if len(data) > _LONGEST:
            return decode(data, self._limits)
        at, end = expect(data, 0, len(data), SEQUENCE)
        number, at = read_integer(data, at, end)
        octets = data[at:]
        known = self._known.get(octets) if 0 < number < 2**31 and end == len(data) else None
        if known is not None:
            self._known.move_to_end(octets)
            return Message(number, known.operation, known.controls, octets)
        message = decode(data, self._limits)
        if not isinstance(message.operation, SearchRequest):
            return message
        message = Message(message.id, message.operation, message.controls, octets)
        self._known[octets] = message
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return message
