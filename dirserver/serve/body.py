# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies: a limit on their length, and a length for those that come in chunks.

Radicale reads as many bytes as ``CONTENT_LENGTH`` says and nothing without it, so a chunked body is put aside first: in memory
when it is short, in a temporary file when it is not.
"""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING

from dirserver.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_IN_MEMORY_BYTES = 262_144
_CHUNK_BYTES = 65_536


def settle(environ: WSGIEnvironment, max_bytes: int) -> IO[bytes] | None:
    """Check the body's length; read a chunked body and set its length.

    Returns the file that then holds the body, to be closed after the request, else None. Raises TooLarge, or BadInput for a
    length that is no number.
    """
    announced = environ.get("CONTENT_LENGTH") or ""
    if announced:
        if not announced.isascii() or not announced.isdigit():
            raise BadInput("Content-Length is not a number")
        if int(announced) > max_bytes:
            raise _too_large(max_bytes)
        return None
    if "HTTP_TRANSFER_ENCODING" not in environ:
        environ["CONTENT_LENGTH"] = "0"
        return None
    body = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 # closed by the caller after the request
    try:
        length = _copy(environ["wsgi.input"], body, max_bytes)
    except BaseException:
        body.close()
        raise
    del environ["HTTP_TRANSFER_ENCODING"]
    environ["CONTENT_LENGTH"] = str(length)
    environ["wsgi.input"] = body
    return body


def _copy(source: IO[bytes], target: IO[bytes], max_bytes: int) -> int:
    length = 0
    while chunk := source.read(_CHUNK_BYTES):
        length += len(chunk)
        if length > max_bytes:
            raise _too_large(max_bytes)
        target.write(chunk)
    target.seek(0)
    return length


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"the request is longer than {max_bytes} bytes; the limit is [http] max_body_bytes", max_bytes)
