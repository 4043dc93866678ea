# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.mirror.requests import PERSISTENT_SEARCH, SYNC_REQUEST, PersistentSearch, SyncRequest, read_persistent, read_sync
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Control
from tests.ldap.mirror.copies import sync_value, watch_value


def test_a_synchronization_says_from_where_and_whether_it_stays() -> None:
    assert read_sync(Control(SYNC_REQUEST, value=sync_value())) == SyncRequest(None, is_persistent=False)
    assert read_sync(Control(SYNC_REQUEST, value=sync_value(b"rid=1", persists=True))) == SyncRequest(b"rid=1", is_persistent=True)
    assert read_sync(Control(SYNC_REQUEST, value=bytes.fromhex("30060a01010101ff"))) == SyncRequest(None, is_persistent=False)


def test_a_persistent_search_says_what_it_wants() -> None:
    wanted = PersistentSearch(5, changes_only=False, wants_notices=True)
    assert read_persistent(Control(PERSISTENT_SEARCH, value=watch_value(5, changes_only=False))) == wanted


@pytest.mark.parametrize("value", [None, "", "3000", "30030a0102", "30050a0101040178", "30030a010178", "3005020101"])
def test_what_says_nothing_is_refused(value: str | None) -> None:
    octets = None if value is None else bytes.fromhex(value)
    with pytest.raises(ProtocolError):
        read_sync(Control(SYNC_REQUEST, value=octets))
    with pytest.raises(ProtocolError):
        read_persistent(Control(PERSISTENT_SEARCH, value=octets))
