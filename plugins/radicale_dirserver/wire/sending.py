# SPDX-License-Identifier: GPL-3.0-or-later
"""From a Response to WSGI: lengths, compression, and what becomes a stream.

A body is begun before the status leaves, so that whatever goes wrong at its start is still a proper error. What fits in one
buffer goes out whole with its length; the rest flows block by block, and memory stays flat however long the book is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import chain

try:
    from isal import isal_zlib as zlib
except ImportError:  # there is no wheel for this machine
    import zlib  # type: ignore[no-redef]

from radicale_dirserver.wire.response import XML, Headers, Response
from radicale_dirserver.wire.stream import PATIENCE_S, Stream

StartResponse = Callable[[str, list[tuple[str, str]]], object]

BUFFER_BYTES = 65_536
MIN_GZIP_BYTES = 1_024
# The first step takes most of what there is to take; the others cost more time than they save on any network.
_GZIP_LEVEL = 1
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def begin(response: Response) -> Response:
    """Return the response with its body begun: whole if it is short. Raises what making the first blocks raises."""
    if isinstance(response.body, bytes):
        return response
    blocks: list[bytes] = []
    size = 0
    for block in response.body:
        blocks.append(block)
        size += len(block)
        if size > BUFFER_BYTES:
            return Response(response.status, response.headers, Stream(chain(blocks, response.body), response.body))
    return Response(response.status, response.headers, b"".join(blocks))


def send(response: Response, start_response: StartResponse, *, takes_gzip: bool, is_head: bool, more: Headers = ()) -> Iterable[bytes]:
    """Start the answer and return its body. ``more`` are headers that every answer gets."""
    headers = [*response.headers, *more]
    body = response.body
    if response.status in _BODILESS:
        body = b""
    else:
        # A card keeps its octets, since its ETag is strong (RFC 9110 section 8.8.3.3); lists of them have none.
        is_long = not isinstance(body, bytes) or len(body) >= MIN_GZIP_BYTES
        if takes_gzip and is_long and ("Content-Type", XML) in headers:
            headers.append(("Content-Encoding", "gzip"))
            body = _gzipped(body)
        if isinstance(body, bytes):
            headers.append(("Content-Length", str(len(body))))
    start_response(f"{response.status.value} {response.status.phrase}", headers)
    if is_head:
        Stream(iter(()), response.body).close()
        return []
    return [body] if isinstance(body, bytes) else Stream(body, response.body, PATIENCE_S)


def _gzipped(body: bytes | Iterator[bytes]) -> bytes | Iterator[bytes]:
    if isinstance(body, bytes):
        return b"".join(_compressed(iter([body])))
    return _compressed(body)


def _compressed(blocks: Iterator[bytes]) -> Iterator[bytes]:
    pack = zlib.compressobj(_GZIP_LEVEL, wbits=16 + zlib.MAX_WBITS)
    for block in blocks:
        packed = pack.compress(block)
        if packed:
            yield packed
    yield pack.flush()
