# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer before it becomes WSGI: status, headers, and bytes that are finished or still coming."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import NamedTuple

Headers = tuple[tuple[str, str], ...]

XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
VCARD = "text/vcard; charset=utf-8"


class Response(NamedTuple):
    """One answer. ``body`` as an iterator is read while the transaction that it was asked in is still open."""

    status: HTTPStatus
    headers: Headers = ()
    body: bytes | Iterator[bytes] = b""

    @classmethod
    def of_text(cls, status: HTTPStatus, text: str, headers: Headers = ()) -> Response:
        """Return a plain sentence."""
        return cls(status, (("Content-Type", TEXT), *headers), (text + "\n").encode())

    @classmethod
    def of_xml(cls, status: HTTPStatus, text: str, headers: Headers = ()) -> Response:
        """Return a finished XML document."""
        return cls(status, (("Content-Type", XML), *headers), text.encode())
