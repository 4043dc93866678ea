# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS of one connection (RFC 8446), from octets to octets: the standard library's, between two buffers; no I/O in here.

Twisted's way, through pyOpenSSL, takes two to three times as long for a handshake (decision 0032), and Thunderbird makes one for each
search.
"""

from __future__ import annotations

import contextlib
import ssl

_PIECE = 64 * 1024


class Shield:
    """The server's half. ``feed`` it what has come; ``outgoing`` is what has to be sent after each call."""

    __slots__ = ("_in", "_out", "_tls", "is_open")

    def __init__(self, context: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self.is_open = False

    @property
    def has_more(self) -> bool:
        """Tell whether ``read`` may give more without being fed."""
        return bool(self._in.pending or self._tls.pending())

    @property
    def owes(self) -> int:
        """Return how many octets ``outgoing`` would give."""
        return self._out.pending

    @property
    def may_wait(self) -> bool:
        """Tell whether the client has all it needs: tickets (RFC 8446 section 4.6.1) go out with the next answer, in one piece."""
        return self._tls.version() == "TLSv1.3"

    @property
    def certificate(self) -> bytes | None:
        """Return the client's certificate (DER), whose issuer has been checked; None without one."""
        return self._tls.getpeercert(binary_form=True)

    def feed(self, data: bytes) -> None:
        """Take octets as they came."""
        self._in.write(data)

    def shake(self) -> bool:
        """Go on with the handshake; True when it is done. Raises ssl.SSLError when it has failed."""
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.is_open = True
        return True

    def read(self) -> bytes | None:
        """Return what the client said; None for nothing yet, b"" for its end. Raises ssl.SSLError for what is no TLS."""
        try:
            return self._tls.read(_PIECE)
        except ssl.SSLWantReadError:
            return None
        except ssl.SSLZeroReturnError:
            return b""

    def seal(self, data: bytes) -> bytes:
        """Return what has to be sent to say ``data``. Raises ssl.SSLError."""
        self._tls.write(data)
        return self._out.read()

    def outgoing(self) -> bytes:
        """Return what TLS itself has to say."""
        return self._out.read()

    def end(self) -> bytes:
        """Return what says that nothing more will come (RFC 8446 section 6.1); the client's own end is not waited for."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        return self._out.read()
