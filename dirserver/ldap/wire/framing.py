# SPDX-License-Identifier: GPL-3.0-or-later
"""Cutting a stream of octets into LDAP messages, by the length that each announces."""

from __future__ import annotations

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

    def next_message(self) -> bytes | None:
        """Return the next whole message, outermost header included; None until the rest has come.

        Raises ProtocolError for what isn't LDAP and TooLarge for what is announced too large; the stream is unusable then.
        """
        if not self._whole:
            self._whole = self._announced()
        whole = self._whole
        if whole == 0 or len(self._buffer) < whole:
            return None
        self._whole = 0
        message = bytes(self._buffer[:whole])
        # Cheap however much follows: a bytearray moves its start, not its contents.
        del self._buffer[:whole]
        return message

    def clear(self) -> None:
        """Forget what has come; for a connection that is being closed or put under TLS (RFC 4511 section 4.14.1)."""
        self._buffer.clear()
        self._whole = 0

    def _announced(self) -> int:
        """Return the size of the next message with its header; 0 if not enough has come to know."""
        buffer = self._buffer
        have = len(buffer)
        if have == 0:
            return 0
        if buffer[0] != SEQUENCE:
            raise ProtocolError(_not_ldap(buffer[0]))
        if have == 1:
            return 0
        length, header = buffer[1], 2
        if length >= 0x80:
            octets = length & 0x7F
            if octets == 0:
                raise ProtocolError("indefinite lengths are not LDAP")
            if octets > _MAX_LENGTH_OCTETS:
                raise ProtocolError("a length has more than four octets")
            if have < 2 + octets:
                return 0
            length, header = int.from_bytes(buffer[2 : 2 + octets], "big"), 2 + octets
        if length > self.max_octets:
            raise TooLarge(f"a message may have at most {self.max_octets} octets here", self.max_octets)
        return header + length


def _not_ldap(first: int) -> str:
    return "this is TLS on a port without TLS" if first == 0x16 else "this is not LDAP"
