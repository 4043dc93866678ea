# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls (RFC 4511 section 4.1.11): which there are, with which operation each makes sense, and what they ask for.

One that isn't critical and can't be done here is ignored; a critical one is done or its operation refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Message, Operation, SearchRequest

PAGED_RESULTS = "1.2.840.113556.1.4.319"
MANAGE_DSA_IT = "2.16.840.1.113730.3.4.2"
DOMAIN_SCOPE = "1.2.840.113556.1.4.1339"

# Accepted and without effect, since there are no referrals here: ManageDsaIT (RFC 3296), domain scope (Microsoft).
_HARMLESS = frozenset({MANAGE_DSA_IT, DOMAIN_SCOPE})
_WITH: Mapping[str, tuple[type, ...]] = MappingProxyType({PAGED_RESULTS: (SearchRequest,)})
"""With which operations a control makes sense."""

SUPPORTED = tuple(sorted({*_HARMLESS, *_WITH}))
"""What the root DSE lists (RFC 4512 section 5.1)."""


@dataclass(frozen=True, slots=True)
class Page:
    """Simple paged results (RFC 2696): how many entries, and where the page before ended (empty at first)."""

    size: int
    cookie: bytes


@dataclass(frozen=True, slots=True)
class Controls:
    """What a request asks for besides its operation."""

    page: Page | None = None


NONE = Controls()


def unavailable(message: Message) -> str | None:
    """Return the first critical control that can't be done with this operation, None if there is none."""
    for control in message.controls:
        if control.is_critical and control.oid not in _HARMLESS and not _fits(control.oid, message.operation):
            return control.oid
    return None


def read(message: Message) -> Controls:
    """Return what the controls of a request ask for. Raises ProtocolError for one that says nothing or is there twice."""
    page = None
    for control in message.controls:
        if not _fits(control.oid, message.operation):
            continue
        if page is not None:
            raise ProtocolError("a control stands twice")
        page = _read_page(control.value or b"")
    return Controls(page) if page is not None else NONE


def _fits(oid: str, operation: Operation) -> bool:
    return isinstance(operation, _WITH.get(oid, ()))


def _read_page(value: bytes) -> Page:
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    size, at = ber.read_integer(value, at, end)
    cookie, at = ber.read_octets(value, at, end)
    if at != end or end != len(value) or size < 0:
        raise ProtocolError("the control of paged results holds a size and a cookie")
    return Page(size, cookie)


def with_page(answer: bytes, cookie: bytes) -> bytes:
    """Return the last answer of a search with the control that says where its page ended; an empty cookie: there is no more."""
    # How many there are in all isn't known without looking for them: RFC 2696 lets a server say 0.
    value = ber.element(b"\x30", ber.integer(0) + ber.octets(cookie))
    control = ber.element(b"\x30", ber.octets(PAGED_RESULTS.encode()) + ber.octets(value))
    return answer + ber.element(b"\xa0", control)
