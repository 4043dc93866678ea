# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies as applications read them: limited, whether they come with a length or in chunks, and read without a turn.

What is announced as too long is refused before an octet of it is read; what turns out too long on the way, at that octet.
Of a request that is answered without its body a short rest is read and thrown away: with octets left the
server would have to close the connection, and a client that is told 401 or 405 would lose its next request on it.
"""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING

from dirserver.errors import BadInput, TooLarge
from dirserver.serve.turns import Turn

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import WSGIEnvironment

# Small bodies (every report of a phone) come with one read.
_BUFFER_OCTETS = 16_384
_SHORT_OCTETS = 65_536


class Body(io.RawIOBase):
    """The octets of one body, ``announced`` of them (None: in chunks). Raises TooLarge past ``max_bytes``."""

    def __init__(self, source: IO[bytes], announced: int | None, max_bytes: int, turn: Turn, *, waits_for_word: bool = False) -> None:
        self._source = source
        self._announced = announced
        self._read = 0
        self._left = max_bytes
        self._max_bytes = max_bytes
        self._turn = turn
        self._waits_for_word = waits_for_word

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read some octets, none at the end."""
        target = memoryview(buffer).cast("B")
        part = self._part(len(target))
        target[: len(part)] = part
        return len(part)

    def read(self, size: int = -1, /) -> bytes:
        """Read up to ``size`` octets, none at the end; without a size all of them."""
        if size < 0:
            return self.readall()
        return self._part(size)

    def _part(self, size: int) -> bytes:
        if self._announced is not None:
            size = min(size, self._announced - self._read)
            if size == 0:
                return b""
        self._turn.end()
        try:
            part = self._source.read(size)
        finally:
            self._turn.work()
        self._read += len(part)
        self._left -= len(part)
        if self._left < 0:
            raise too_large(self._max_bytes)
        return part

    def finish(self) -> None:
        """Throw a short rest away; a long one, or one of unknown length, costs the client its connection."""
        rest = (self._announced or 0) - self._read
        # One that waits to be told to send it is not told (RFC 9110 section 10.1.1).
        if not self._waits_for_word and 0 < rest <= _SHORT_OCTETS:
            self.readinto(bytearray(rest))


def settle(environ: WSGIEnvironment, max_bytes: int, turn: Turn) -> Body | None:
    """Check the body's length as announced, and limit what is read of it. Returns the body, None where there is none.

    Raises TooLarge, or BadInput for a length that is no number.
    """
    announced = environ.get("CONTENT_LENGTH") or ""
    if announced:
        if not announced.isascii() or not announced.isdigit() or len(announced) > 15:
            raise BadInput("Content-Length is not a number")
        if int(announced) > max_bytes:
            raise too_large(max_bytes)
    elif "HTTP_TRANSFER_ENCODING" not in environ:
        environ["CONTENT_LENGTH"] = announced = "0"
    if announced == "0":
        return None
    if announced and isinstance(environ["wsgi.input"], io.BytesIO):
        # It has come whole.
        return None
    body = Body(environ["wsgi.input"], int(announced) if announced else None, max_bytes, turn, waits_for_word="HTTP_EXPECT" in environ)
    environ["wsgi.input"] = io.BufferedReader(body, _BUFFER_OCTETS)
    return body


def too_large(max_bytes: int) -> TooLarge:
    """Return the error that names the setting."""
    return TooLarge(f"the request is longer than {max_bytes} bytes; the limit is [http] max_body_bytes", max_bytes)
