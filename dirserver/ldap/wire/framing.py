# SPDX-License-Identifier: GPL-3.0-or-later
"""Cutting a stream of octets into LDAP messages, by the length that each announces."""

from __future__ import annotations

from dirserver.errors import TooLarge
from dirserver.ldap.wire.ber import SEQUENCE, ProtocolError

_MAX_LENGTH_OCTETS = 4
_SHORTEST, _LONG = 6, 1024
_SHORT = 0x80
_INTEGER = 0x02
_MOST_NUMBER = 4
_USUAL = 3


class Framer:
    """Feed it what arrives, take whole messages.

    What can't become a message is refused at its first octets: nothing is collected in the hope that it will.
    ``max_octets`` may be changed at any time; it counts the contents of a message.
    """

    __slots__ = ("_at", "_buffer", "_data", "_whole", "max_octets")

    def __init__(self, max_octets: int) -> None:
        self.max_octets = max_octets
        # Most of what arrives is whole messages, which are cut out where they are. What has to wait for its rest goes to the buffer.
        self._data = b""
        self._at = 0
        self._buffer = bytearray()
        self._whole = 0

    @property
    def has_part(self) -> bool:
        """True while there is anything that wasn't taken."""
        return bool(self._buffer) or self._at < len(self._data)

    def feed(self, data: bytes) -> None:
        """Take octets as they arrived."""
        if self._buffer:
            self._buffer += data
        elif self._at < len(self._data):
            self._keep_rest()
            self._buffer += data
        else:
            self._data, self._at = data, 0

    def next_message(self) -> bytes | None:
        """Return the next whole message, outermost header included; None until the rest has come.

        Raises ProtocolError for what isn't LDAP and TooLarge for what is announced too large; the stream is unusable then.
        """
        if self._buffer:
            return self._next_of_buffer()
        at, data = self._at, self._data
        if at == len(data):
            self._data, self._at = b"", 0
            return None
        whole = self._announced(data, at)
        end = at + whole
        if whole == 0 or end > len(data):
            self._keep_rest()
            self._whole = whole
            return None
        self._at = end
        return data[at:end]

    def _keep_rest(self) -> None:
        self._buffer += memoryview(self._data)[self._at :]
        self._data, self._at = b"", 0

    def _next_of_buffer(self) -> bytes | None:
        if not self._whole:
            self._whole = self._announced(self._buffer, 0)
        whole = self._whole
        if whole == 0 or len(self._buffer) < whole:
            return None
        self._whole = 0
        message = bytes(memoryview(self._buffer)[:whole])
        # Cheap however much follows: a bytearray moves its start, not its contents.
        del self._buffer[:whole]
        return message

    def clear(self) -> None:
        """Forget what has come; for a connection that is being closed or put under TLS (RFC 4511 section 4.14.1)."""
        self._buffer.clear()
        self._data, self._at = b"", 0
        self._whole = 0

    def _announced(self, data: bytes | bytearray, at: int) -> int:
        """Return the size of the message at ``at`` with its header; 0 if not enough has come to know."""
        have = len(data) - at
        if have == 0:
            return 0
        if data[at] != SEQUENCE:
            raise ProtocolError(_not_ldap(data[at]))
        if have == 1:
            return 0
        length, header = data[at + 1], 2
        if length >= 0x80:
            octets = length & 0x7F
            if octets == 0:
                raise ProtocolError("indefinite lengths are not LDAP")
            if octets > _MAX_LENGTH_OCTETS:
                raise ProtocolError("a length has more than four octets")
            if have < 2 + octets:
                return 0
            length, header = int.from_bytes(data[at + 2 : at + 2 + octets], "big"), 2 + octets
        if length > self.max_octets:
            raise TooLarge(f"a message may have at most {self.max_octets} octets here", self.max_octets)
        return header + length


def number_of_one(data: bytes, max_octets: int) -> tuple[int, int]:
    """Return what ``number_in`` does if this is one whole message and nothing else, and no long one; else (0, 0)."""
    have = len(data)
    if not _SHORTEST < have <= _LONG or have > max_octets or data[0] != SEQUENCE:
        return 0, 0
    size, start = data[1], 2
    if size >= _SHORT:
        start += size & 0x7F
        if not 2 < start <= 2 + _MAX_LENGTH_OCTETS:
            return 0, 0
        size = int.from_bytes(data[2:start], "big")
    if start + size != have:
        return 0, 0
    # As nearly all begin: one octet, and behind it an operation.
    if size > _USUAL and data[start] == _INTEGER and data[start + 1] == 1 and 0 < data[start + 2] < _SHORT:
        return start, start + _USUAL
    return number_in(data)


def number_in(data: bytes) -> tuple[int, int]:
    """Return where the number of a whole message begins and ends, if it is written in the fewest octets; else (0, 0)."""
    start = 2 if data[1] < _SHORT else 2 + (data[1] & 0x7F)
    try:
        size, first = data[start + 1], data[start + 2]
        is_usual = data[start] == _INTEGER and 0 < size <= _MOST_NUMBER and first < _SHORT
        if not is_usual or (first == 0 and (size == 1 or data[start + 3] < _SHORT)) or start + 2 + size >= len(data):
            return 0, 0
    except IndexError:
        return 0, 0
    return start, start + 2 + size


def _not_ldap(first: int) -> str:
    return "this is TLS on a port without TLS" if first == 0x16 else "this is not LDAP"
