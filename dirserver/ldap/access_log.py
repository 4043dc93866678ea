# SPDX-License-Identifier: GPL-3.0-or-later
"""One log line for each answered request: what, how it ended, how long it took. Never names, filters or passwords."""

from __future__ import annotations

import time

import structlog

from dirserver.ldap.session import Session
from dirserver.ldap.wire.ber import ENUMERATED, read, read_integer
from dirserver.ldap.wire.message import Message, Unreadable

_LOG = structlog.get_logger(__name__)


def note(message: Message, session: Session, last: bytes, *, entries: int, started: float) -> None:
    """Write the line. ``last`` is the encoded result; ``started`` is time.perf_counter() when work on it began."""
    operation = message.operation
    kind = operation.request.name.title() if isinstance(operation, Unreadable) else type(operation).__name__
    _LOG.info(
        "request",
        operation=kind.removesuffix("Request").lower(),
        code=code_of(last),
        entries=entries,
        ms=round((time.perf_counter() - started) * 1000, 1),
        address=session.address,
    )


def code_of(result: bytes) -> int:
    """Return the result code of an encoded result."""
    _, start, stop = read(result, 0, len(result))
    code, _ = read_integer(result, start, stop, ENUMERATED)
    return code
