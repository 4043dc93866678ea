# SPDX-License-Identifier: GPL-3.0-or-later
"""DAV:multistatus (RFC 4918 section 13), written row by row.

The propstat that was found always comes first: Thunderbird reads only the first status of a response.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus

from radicale_dirserver.wire.markup import DECLARATION, element, href, text_element
from radicale_dirserver.wire.names import DECLARATIONS, dav
from radicale_dirserver.wire.response import XML, Headers, Response

OPENING = f"{DECLARATION}<multistatus {DECLARATIONS}>"
CLOSING = "</multistatus>"
FOUND = "</prop><status>HTTP/1.1 200 OK</status></propstat>"
MISSING = "</prop><status>HTTP/1.1 404 Not Found</status></propstat>"

Rows = str | bytes
"""One row or some of them, finished; octets where what they are made of came as such."""
BLOCK_BYTES = 32_768
"""Rows leave in blocks of about this size."""

# Two clients behind one cache must not get each other's shortened answers.
_VARY = ("Vary", "Brief, Prefer, Accept-Encoding")


def response_row(path: str, found: str, missing: str = "") -> str:
    """Return DAV:response. ``found`` and ``missing`` are finished property elements; with neither, an empty propstat says 200."""
    row = f"<response>{href(path)}"
    if found or not missing:
        row += f"<propstat><prop>{found}{FOUND}"
    if missing:
        row += f"<propstat><prop>{missing}{MISSING}"
    return row + "</response>"


def status_row(path: str, status: HTTPStatus, precondition: str = "") -> str:
    """Return DAV:response for a whole resource: gone (404), or more than was asked for (507)."""
    error = element(dav("error"), element(precondition)) if precondition else ""
    return f"<response>{href(path)}<status>HTTP/1.1 {status.value} {status.phrase}</status>{error}</response>"


def truncation_row(path: str) -> str:
    """Return the row that says that a limit cut the answer (RFC 6578 section 3.6, RFC 6352 section 8.6.2)."""
    return status_row(path, HTTPStatus.INSUFFICIENT_STORAGE, dav("number-of-matches-within-limits"))


def token_row(token: object) -> str:
    """Return DAV:sync-token as it ends a sync-collection."""
    return text_element(dav("sync-token"), str(token))


def missing_elements(names: Sequence[str]) -> str:
    """Return empty elements for properties that the resource doesn't have."""
    return "".join(element(name) for name in names)


def multistatus(rows: Iterable[Rows], *, is_minimal: bool = False, is_rootless: bool = False) -> Response:
    """Return 207 with these rows, in blocks, as they come; which preferences were followed is said (RFC 7240 section 3)."""
    headers: Headers = (("Content-Type", XML), _VARY)
    followed = [preference for preference, is_so in (("return=minimal", is_minimal), ("depth-noroot", is_rootless)) if is_so]
    if followed:
        headers = (*headers, ("Preference-Applied", ", ".join(followed)))
    return Response(HTTPStatus.MULTI_STATUS, headers, _blocks(rows))


def _blocks(rows: Iterable[Rows]) -> Iterator[bytes]:
    block, size = [OPENING.encode()], 0
    for row in rows:
        octets = row if isinstance(row, bytes) else row.encode()
        block.append(octets)
        size += len(octets)
        if size > BLOCK_BYTES:
            yield b"".join(block)
            block, size = [], 0
    block.append(CLOSING.encode())
    yield b"".join(block)
