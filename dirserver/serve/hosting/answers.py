# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads of answers (RFC 9112 section 4), and where their bodies end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "date"})
_OURS, _LENGTH, _THEIRS = "ours", "length", "theirs"
_BODILESS = frozenset({"204", "304"})

Headers = Sequence[tuple[str, str]]


class Whole(NamedTuple):
    """An answer that is there from the beginning to the end, as an application gives it: "200 OK", its headers, its body."""

    status: str
    headers: Headers
    body: bytes


class Framing(NamedTuple):
    """How an answer begins, and how its body is sent. ``may_stay``: another request may follow on the connection."""

    head: bytes
    is_chunked: bool
    has_body: bool
    may_stay: bool
    length: int | None


class _Clock:
    """The header Date, made once a second. Safe for threads: who comes at the turn makes it twice."""

    def __init__(self) -> None:
        self._known = (0, "")

    def __call__(self) -> str:
        second, text = self._known
        now = int(time.time())
        if now != second:
            text = formatdate(now, usegmt=True)
            self._known = (now, text)
        return text


_date = _Clock()


@lru_cache(maxsize=1024)
def _kind(name: str) -> str:
    lowered = name.lower()
    return _OURS if lowered in _HOP_BY_HOP else _LENGTH if lowered == "content-length" else _THEIRS


def frame(status: str, headers: Headers, *, is_head: bool, is_old: bool, may_stay: bool, size: int | None) -> Framing:
    """Return how an answer begins. ``size`` is that of its body, None while it is still being made.

    Raises ValueError for a header that would be several lines (an application has let through what a client wrote), and for a length
    that isn't the body's.
    """
    lines = [f"HTTP/1.1 {status}\r\nDate: {_date()}\r\n"]
    has_body = not is_head and status[:3] not in _BODILESS
    length = None
    for name, value in headers:
        kind = _kind(name)
        if kind is _OURS:
            may_stay = may_stay and value.lower() != "close"
            continue
        if kind is _LENGTH:
            length = int(value)
        lines.append(f"{name}: {value}\r\n")
    if has_body and length is None and size is not None:
        length = size
        lines.append(f"Content-Length: {size}\r\n")
    is_chunked = has_body and length is None and not is_old
    if is_chunked:
        lines.append("Transfer-Encoding: chunked\r\n")
    may_stay = may_stay and (is_chunked or not has_body or length is not None)
    if not may_stay:
        lines.append("Connection: close\r\n")
    text = "".join(lines)
    if text.count("\n") != len(lines) + 1 or text.count("\r") != len(lines) + 1:
        raise ValueError("a header of several lines")
    if has_body and size is not None and size != length:
        raise ValueError("a body of another length than its header says")
    return Framing(f"{text}\r\n".encode("latin-1"), is_chunked, has_body, may_stay, length)


def refusal(status: HTTPStatus, text: str) -> bytes:
    """Return what is said to what is no request, or when an application has failed; the connection ends behind it."""
    body = f"{text}\n".encode()
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nDate: {_date()}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    ).encode("latin-1") + body
