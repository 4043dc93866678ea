# SPDX-License-Identifier: GPL-3.0-or-later
"""Cutting a stream of octets into LDAP messages, by the length that each announces."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.errors import TooLarge
from dirserver.ldap.wire.ber import SEQUENCE, ProtocolError

_MAX_LENGTH_OCTETS = 4


class Framer:
    """Feed it what arrives, take whole messages.

    What can't become a message is refused at its first octets: nothing is collected in the hope that it will.
    ``max_octets`` may be changed at any time; it counts the contents of a message.
    """

    def __init__(self, max_octets: int) -> None:
        self.max_octets = max_octets
        self._buffer = bytearray()
        self._whole = 0

    @property
    def has_part(self) -> bool:
        """True while the beginning of a message waits for its rest."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take octets as they arrived."""
        self._buffer += data

    def messages(self) -> Iterator[bytes]:
        """Yield each whole message, outermost header included.

        Raises ProtocolError for what isn't LDAP and TooLarge for what is announced too large; the stream is unusable then.
        """
        buffer = self._buffer
        at = 0
        try:
            while True:
                whole = self._whole or self._announced(at)
                if whole == 0 or len(buffer) - at < whole:
                    self._whole = whole
                    return
                self._whole = 0
                message = bytes(buffer[at : at + whole])
                at += whole
                yield message
        finally:
            if at:
                del buffer[:at]

    def clear(self) -> None:
        """Forget what has come; for a connection that is being closed or put under TLS (RFC 4511 section 4.14.1)."""
        self._buffer.clear()
        self._whole = 0

    def _announced(self, at: int) -> int:
        """Return the size of the message at ``at`` with its header; 0 if not enough has come to know."""
        buffer = self._buffer
        have = len(buffer) - at
        if have == 0:
            return 0
        if buffer[at] != SEQUENCE:
            raise ProtocolError(_not_ldap(buffer[at]))
        if have == 1:
            return 0
        length, header = buffer[at + 1], 2
        if length >= 0x80:
            octets = length & 0x7F
            if octets == 0:
                raise ProtocolError("indefinite lengths are not LDAP")
            if octets > _MAX_LENGTH_OCTETS:
                raise ProtocolError("a length has more than four octets")
            if have < 2 + octets:
                return 0
            length, header = int.from_bytes(buffer[at + 2 : at + 2 + octets], "big"), 2 + octets
        if length > self.max_octets:
            raise TooLarge(f"a message may have at most {self.max_octets} octets here", self.max_octets)
        return header + length


def _not_ldap(first: int) -> str:
    return "this is TLS on a port without TLS" if first == 0x16 else "this is not LDAP"
