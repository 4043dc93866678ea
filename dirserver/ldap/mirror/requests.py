# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls that ask to be told of changes: content synchronization (RFC 4533) and persistent search."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Control

SYNC_REQUEST = "1.3.6.1.4.1.4203.1.9.1.1"
PERSISTENT_SEARCH = "2.16.840.1.113730.3.4.3"

_REFRESH_AND_PERSIST = 3
_SYNC_MODES = frozenset({1, _REFRESH_AND_PERSIST})
_ALL_TYPES = 1 | 2 | 4 | 8


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """Content synchronization (RFC 4533 section 2.1): from where, and whether to go on telling what changes."""

    cookie: bytes | None
    is_persistent: bool


@dataclass(frozen=True, slots=True)
class PersistentSearch:
    """Persistent search (draft-ietf-ldapext-psearch-03): which kinds of changes (1 add, 2 delete, 4 modify, 8 a new name)."""

    types: int
    changes_only: bool
    wants_notices: bool


def read_sync(control: Control) -> SyncRequest:
    """Read a Sync Request Control. Raises ProtocolError."""
    value = control.value or b""
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    mode, at = ber.read_integer(value, at, end, ber.ENUMERATED)
    cookie = None
    if at < end and value[at] == ber.OCTETS:
        cookie, at = ber.read_octets(value, at, end)
    if at < end:
        # The hint that the client would rather have everything anew: what it has is made good in any case.
        _, at = ber.read_boolean(value, at, end)
    if at != end or end != len(value) or mode not in _SYNC_MODES:
        raise ProtocolError("the control of synchronization holds a mode, a cookie and a hint")
    return SyncRequest(cookie, is_persistent=mode == _REFRESH_AND_PERSIST)


def read_persistent(control: Control) -> PersistentSearch:
    """Read the control of persistent search. Raises ProtocolError."""
    value = control.value or b""
    at, end = ber.expect(value, 0, len(value), ber.SEQUENCE)
    types, at = ber.read_integer(value, at, end)
    changes_only, at = ber.read_boolean(value, at, end)
    wants_notices, at = ber.read_boolean(value, at, end)
    if at != end or end != len(value) or not 0 < types <= _ALL_TYPES:
        raise ProtocolError("the control of persistent search holds kinds of changes and two truth values")
    return PersistentSearch(types, changes_only, wants_notices)
