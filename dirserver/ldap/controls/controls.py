# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls (RFC 4511 section 4.1.11): which there are, with which operation each makes sense, and what they ask for.

One that isn't critical and can't be done here is ignored; a critical one is done or its operation refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from dirserver.ldap.controls import assertion, listview, matched, permissive, proxy, reading_back, sorting
from dirserver.ldap.controls.listview import ListView
from dirserver.ldap.controls.matched import Matched
from dirserver.ldap.controls.sorting import Sort
from dirserver.ldap.mirror import requests
from dirserver.ldap.mirror.requests import PersistentSearch, SyncRequest
from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import (
    AddRequest,
    CompareRequest,
    Control,
    DeleteRequest,
    ExtendedRequest,
    Message,
    ModifyDNRequest,
    ModifyRequest,
    Operation,
    SearchRequest,
)
from dirserver.model.filter import Filter

PAGED_RESULTS = "1.2.840.113556.1.4.319"
MANAGE_DSA_IT = "2.16.840.1.113730.3.4.2"
DOMAIN_SCOPE = "1.2.840.113556.1.4.1339"

# Accepted and without effect, since there are no referrals here: ManageDsaIT (RFC 3296), domain scope (Microsoft).
_HARMLESS = frozenset({MANAGE_DSA_IT, DOMAIN_SCOPE})


@dataclass(frozen=True, slots=True)
class Page:
    """Simple paged results (RFC 2696): how many entries, and where the page before ended (empty at first)."""

    size: int
    cookie: bytes


@dataclass(frozen=True, slots=True)
class Controls:
    """What a request asks for besides its operation. ``acting_as``: an authorization identity (RFC 4513 section 5.2.1.8)."""

    page: Page | None = None
    sort: Sort | None = None
    view: ListView | None = None
    matched: Matched | None = None
    assertion: Filter | None = None
    pre_read: tuple[str, ...] | None = None
    post_read: tuple[str, ...] | None = None
    is_permissive: bool = False
    acting_as: str | None = None
    sync: SyncRequest | None = None
    persist: PersistentSearch | None = None

    @property
    def is_followed(self) -> bool:
        """True if changes are to be told."""
        return self.sync is not None or self.persist is not None

    @property
    def is_contradictory(self) -> bool:
        """True if what is to be followed is wanted in two ways, in pieces, in an order, in part, on a condition or as somebody else."""
        other = (self.page, self.sort, self.view, self.matched, self.assertion, self.acting_as)
        return any(one is not None for one in other) or (self.sync is not None and self.persist is not None)


NONE = Controls()


@dataclass(frozen=True, slots=True)
class _Known:
    """With which operations a control makes sense, and how it is read into what the request asks for."""

    operations: tuple[type, ...]
    read: Callable[[Controls, Control], Controls]


_WRITES = (AddRequest, ModifyRequest, DeleteRequest, ModifyDNRequest)
_KNOWN: Mapping[str, _Known] = MappingProxyType(
    {
        PAGED_RESULTS: _Known((SearchRequest,), lambda found, given: replace(found, page=_read_page(given.value or b""))),
        requests.SYNC_REQUEST: _Known((SearchRequest,), lambda found, given: replace(found, sync=requests.read_sync(given))),
        requests.PERSISTENT_SEARCH: _Known((SearchRequest,), lambda found, given: replace(found, persist=requests.read_persistent(given))),
        sorting.REQUEST: _Known((SearchRequest,), lambda found, given: replace(found, sort=sorting.read(given))),
        listview.REQUEST: _Known((SearchRequest,), lambda found, given: replace(found, view=listview.read(given))),
        matched.OID: _Known((SearchRequest,), lambda found, given: replace(found, matched=matched.read(given))),
        assertion.OID: _Known(
            (SearchRequest, CompareRequest, *_WRITES), lambda found, given: replace(found, assertion=assertion.read(given))
        ),
        reading_back.PRE_READ: _Known(
            (ModifyRequest, DeleteRequest, ModifyDNRequest), lambda found, given: replace(found, pre_read=reading_back.read(given))
        ),
        reading_back.POST_READ: _Known(
            (AddRequest, ModifyRequest, ModifyDNRequest), lambda found, given: replace(found, post_read=reading_back.read(given))
        ),
        permissive.OID: _Known((ModifyRequest,), lambda found, _: replace(found, is_permissive=True)),
        proxy.OID: _Known(
            (SearchRequest, CompareRequest, ExtendedRequest, *_WRITES), lambda found, given: replace(found, acting_as=proxy.read(given))
        ),
    }
)

SUPPORTED = tuple(sorted({*_HARMLESS, *_KNOWN}))
"""What the root DSE lists (RFC 4512 section 5.1)."""


def unavailable(message: Message) -> str | None:
    """Return the first critical control that can't be done with this operation, None if there is none."""
    for control in message.controls:
        if control.is_critical and control.oid not in _HARMLESS and _fitting(control.oid, message.operation) is None:
            return control.oid
    return None


def read(message: Message) -> Controls:
    """Return what the controls of a request ask for. Raises ProtocolError for one that says nothing or is there twice."""
    found, seen = NONE, set[str]()
    for control in message.controls:
        known = _fitting(control.oid, message.operation)
        if known is None:
            continue
        if control.oid in seen:
            raise ProtocolError("a control stands twice")
        seen.add(control.oid)
        found = known.read(found, control)
    if found.page is not None and found.view is not None:
        raise ProtocolError("pages and a list view are two ways to the same end: ask for one of them")
    return found


def _fitting(oid: str, operation: Operation) -> _Known | None:
    known = _KNOWN.get(oid)
    if known is None or not isinstance(operation, known.operations):
        return None
    return None if isinstance(operation, ExtendedRequest) and operation.oid not in proxy.EXTENSIONS else known


def _read_page(value: bytes) -> Page:
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    size, at = ber.read_integer(value, at, end)
    cookie, at = ber.read_octets(value, at, end)
    if at != end or end != len(value) or size < 0:
        raise ProtocolError("the control of paged results holds a size and a cookie")
    return Page(size, cookie)


def page(cookie: bytes) -> bytes:
    """Return the control that says where a page ended; an empty cookie: there is no more."""
    # How many there are in all isn't known without looking for them: RFC 2696 lets a server say 0.
    return ber.control(PAGED_RESULTS, ber.element(b"\x30", ber.integer(0) + ber.octets(cookie)))


def attached(answer: bytes, *given: bytes) -> bytes:
    """Return an answer with controls; an answer without any is as it was."""
    return answer + ber.element(b"\xa0", b"".join(given)) if given else answer
