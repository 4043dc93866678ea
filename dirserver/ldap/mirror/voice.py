# SPDX-License-Identifier: GPL-3.0-or-later
"""How changes are told: by content synchronization (RFC 4533) or by persistent search (draft-ietf-ldapext-psearch-03).

Answers are without message numbers, controls and all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, IntEnum
from typing import Protocol
from uuid import UUID

from dirserver.ldap.mirror.cookie import csn
from dirserver.ldap.mirror.requests import PersistentSearch
from dirserver.ldap.wire import ber, encode
from dirserver.ldap.wire.message import Response, Result

_SYNC_STATE = b"1.3.6.1.4.1.4203.1.9.1.2"
_SYNC_DONE = b"1.3.6.1.4.1.4203.1.9.1.3"
_SYNC_INFO = b"1.3.6.1.4.1.4203.1.9.1.4"
_ENTRY_CHANGE = b"2.16.840.1.113730.3.4.7"
_TRUE = b"\x01\x01\xff"
_IN_A_SET = 2_000


class State(IntEnum):
    """What has become of an entry (RFC 4533 section 2.2)."""

    PRESENT = 0
    ADD = 1
    MODIFY = 2
    DELETE = 3


class Refreshed(Enum):
    """How a refresh ends: whether what it did not name is gone (RFC 4533 sections 3.3.1 and 3.3.2)."""

    BY_PRESENCE = b"\xa2"
    BY_DELETES = b"\xa1"


class Voice(Protocol):
    """Encodes what is told about entries."""

    def entry(self, encoded: bytes, uuid: str, state: State, number: int) -> Iterator[bytes]:
        """Tell of an entry (as ``encoded`` shows it); ``number`` is its book's change number."""
        ...

    def gone(self, dn: str, uuid: str, number: int) -> Iterator[bytes]:
        """Tell of an entry that is there no more; the name is empty where the asker may not know it."""
        ...


class SyncVoice:
    """RFC 4533. ``csn_name`` is the name under which a mirror asks for entryCSN, by which OpenLDAP tells news from what it has."""

    def __init__(self, csn_name: str | None = None) -> None:
        self._csn_name = csn_name
        self.access = 0
        """The number of rights of the moment that is told of."""

    def entry(self, encoded: bytes, uuid: str, state: State, number: int) -> Iterator[bytes]:
        """Tell of an entry with the Sync State Control."""
        if self._csn_name is not None and state is not State.DELETE:
            encoded = encode.with_attribute(encoded, self._csn_name, (csn(self.access, number),))
        yield encoded + _controls(_SYNC_STATE, _state(uuid, state))

    def gone(self, dn: str, uuid: str, number: int) -> Iterator[bytes]:
        """Tell of an entry that is gone: its UUID says which."""
        return self.entry(encode.entry(dn, ()), uuid, State.DELETE, number)


class WatchVoice:
    """Persistent search: only the kinds of changes that the client asked for, with the Entry Change Notification if it wants it."""

    def __init__(self, asked: PersistentSearch) -> None:
        self._asked = asked

    def entry(self, encoded: bytes, uuid: str, state: State, number: int) -> Iterator[bytes]:  # noqa: ARG002 - of the protocol
        """Tell of an entry that was found (present) or that has changed."""
        kind = _KINDS.get(state)
        if kind is None:
            yield encoded
        elif self._asked.types & kind:
            notice = ber.element(b"\x30", ber.integer(kind, b"\x0a") + ber.integer(number))
            yield encoded + _controls(_ENTRY_CHANGE, notice) if self._asked.wants_notices else encoded

    def gone(self, dn: str, uuid: str, number: int) -> Iterator[bytes]:
        """Tell of an entry that is gone, by its name."""
        return self.entry(encode.entry(dn, ()), uuid, State.DELETE, number) if dn else iter(())


# Add, delete and modify as the draft counts them. A new name is a change like others here.
_KINDS = {State.ADD: 1, State.DELETE: 2, State.MODIFY: 4}


def uuid_sets(uuids: Sequence[str], *, are_gone: bool) -> Iterator[bytes]:
    """Yield messages that name entries by UUID alone: those that are gone, or those that are as they were (syncIdSet)."""
    for start in range(0, len(uuids), _IN_A_SET):
        listed = b"".join(ber.octets(UUID(uuid).bytes) for uuid in uuids[start : start + _IN_A_SET])
        yield _info(ber.element(b"\xa3", (_TRUE if are_gone else b"") + ber.element(b"\x31", listed)))


def new_cookie(cookie: bytes) -> bytes:
    """Tell where the mirror stands now."""
    return _info(ber.element(b"\x80", cookie))


def refreshed(how: Refreshed, cookie: bytes) -> bytes:
    """Tell that the refresh is over and that changes will be told as they come; refreshDone is TRUE by default."""
    return _info(ber.element(how.value, ber.octets(cookie)))


def done(result: Result, how: Refreshed, cookie: bytes) -> bytes:
    """End a synchronization that was to refresh only, with the Sync Done Control."""
    value = ber.octets(cookie) + (_TRUE if how is Refreshed.BY_DELETES else b"")
    return encode.result(Response.SEARCH_DONE, result) + _controls(_SYNC_DONE, ber.element(b"\x30", value))


def _state(uuid: str, state: State) -> bytes:
    return ber.element(b"\x30", ber.integer(state, b"\x0a") + ber.octets(UUID(uuid).bytes))


def _info(value: bytes) -> bytes:
    """Encode an IntermediateResponse (RFC 4511 section 4.13)."""
    return ber.element(b"\x79", ber.element(b"\x80", _SYNC_INFO) + ber.element(b"\x81", value))


def _controls(oid: bytes, value: bytes) -> bytes:
    return ber.element(b"\xa0", ber.element(b"\x30", ber.octets(oid) + ber.octets(value)))
