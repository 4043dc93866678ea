# SPDX-License-Identifier: GPL-3.0-or-later
"""One log line for each answered request: what, how it ended, how long it took. Never names, filters or passwords.

The same place counts them, where somebody reads what is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire.ber import ENUMERATED, read, read_integer
from dirserver.ldap.wire.message import Message, Operation, Unreadable

_LOG = structlog.get_logger(__name__)

Write = Callable[[str, int, int, float, str], None]
"""Takes operation, result code, number of entries, milliseconds (not rounded), the client's address. Called by any thread."""


def write(operation: str, code: int, entries: int, ms: float, address: str) -> None:
    """Write a line the way all others are written; a server that answers thousands in a second has a cheaper way."""
    _LOG.info("request", operation=operation, code=code, entries=entries, ms=round(ms, 1), address=address)


def note(site: Site, message: Message, session: Session, last: bytes, *, entries: int, started: float) -> None:
    """Write the line and count. ``last`` is the encoded result; ``started`` is time.perf_counter() when work on it began."""
    if site.counts is not None or site.config.log.tells_requests:
        note_code(site, message, session, code_of(last), entries=entries, started=started)


def note_code(site: Site, message: Message, session: Session, code: int, *, entries: int, started: float) -> None:
    """Do so for an answer whose result code is known."""
    if site.counts is not None or site.config.log.tells_requests:
        note_kind(site, _kind_of(message.operation), session, code, entries=entries, started=started)


def note_kind(site: Site, kind: str, session: Session, code: int, *, entries: int, started: float) -> None:
    """Do so for an answer to an operation of this name."""
    seconds = time.perf_counter() - started
    if site.counts is not None:
        site.counts.note(kind, code, seconds)
    if site.config.log.tells_requests:
        (site.log or write)(kind, code, entries, seconds * 1000, session.address)


def _kind_of(operation: Operation) -> str:
    if isinstance(operation, Unreadable):
        return operation.request.name.title().removesuffix("Request").lower()
    kind = _KINDS.get(type(operation))
    if kind is None:
        kind = _KINDS[type(operation)] = type(operation).__name__.removesuffix("Request").lower()
    return kind


_KINDS: dict[type, str] = {}


def code_of(result: bytes) -> int:
    """Return the result code of an encoded result."""
    _, start, stop = read(result, 0, len(result))
    code, _ = read_integer(result, start, stop, ENUMERATED)
    return code
