# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies as applications read them: limited, whether they come with a length or in chunks, and read without a slot.

What is announced as too long is refused before an octet of it is read; what turns out too long on the way, at that octet.
Nothing is put aside: whoever isn't let in has not made us read anything.
"""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING

from dirserver.errors import BadInput, TooLarge
from dirserver.serve.patience import Turn

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import WSGIEnvironment

# Small bodies (every report of a phone) come with one read.
_BUFFER_OCTETS = 16_384


class Body(io.RawIOBase):
    """The octets of one body. Raises TooLarge past ``max_bytes``."""

    def __init__(self, source: IO[bytes], max_bytes: int, turn: Turn) -> None:
        self._source = source
        self._left = max_bytes
        self._max_bytes = max_bytes
        self._turn = turn

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read some octets, none at the end."""
        target = memoryview(buffer).cast("B")
        self._turn.wait()
        try:
            part = self._source.read(len(target))
        finally:
            self._turn.work()
        self._left -= len(part)
        if self._left < 0:
            raise too_large(self._max_bytes)
        target[: len(part)] = part
        return len(part)


def settle(environ: WSGIEnvironment, max_bytes: int, turn: Turn) -> None:
    """Check the body's length as announced, and limit what is read of it.

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
    if announced != "0":
        environ["wsgi.input"] = io.BufferedReader(Body(environ["wsgi.input"], max_bytes, turn), _BUFFER_OCTETS)


def too_large(max_bytes: int) -> TooLarge:
    """Return the error that names the setting."""
    return TooLarge(f"the request is longer than {max_bytes} bytes; the limit is [http] max_body_bytes", max_bytes)
