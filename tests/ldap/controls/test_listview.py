# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.ldap.controls import listview
from dirserver.ldap.controls.listview import ListView
from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Control
from tests.ldap.answers import VLV, by_offset, by_value

_COUNTS = st.integers(0, 40)


def test_both_kinds_of_target_are_read():
    assert listview.read(by_offset(1, 2, 3, 4, context=b"x")) == ListView(1, 2, 3, 4, None, is_critical=True)
    assert listview.read(by_value(1, 2, b"smi")) == ListView(1, 2, 1, 0, b"smi", is_critical=True)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        ber.element(b"\x30", ber.integer(0) + ber.integer(0)),
        ber.element(b"\x30", ber.integer(0) + ber.integer(0) + ber.octets(b"x")),
        ber.element(b"\x30", ber.integer(-1) + ber.integer(0) + ber.element(b"\x81", b"x")),
        ber.element(b"\x30", ber.integer(0) + ber.integer(2**31) + ber.element(b"\x81", b"x")),
        ber.element(b"\x30", ber.integer(0) + ber.integer(0) + ber.element(b"\xa0", ber.integer(1))),
        ber.element(b"\x30", ber.integer(0) + ber.integer(0) + ber.element(b"\x81", b"x") + ber.integer(1)),
        ber.element(b"\x30", ber.integer(0) + ber.integer(0) + ber.element(b"\x81", b"x")) + b"\x00",
    ],
)
def test_what_is_no_list_view_is_a_fault_of_the_protocol(bad: bytes):
    with pytest.raises(ProtocolError):
        listview.read(Control(VLV, value=bad))


@given(before=_COUNTS, after=_COUNTS, offset=_COUNTS, claimed=_COUNTS, count=_COUNTS, place=_COUNTS, is_by_value=st.booleans())
def test_a_window_lies_within_the_list_and_holds_its_target(before, after, offset, claimed, count, place, is_by_value):
    asked = ListView(before, after, offset, claimed, b"x" if is_by_value else None)
    found = listview.window(asked, count, lambda _: min(place, count))
    if found is None:
        assert not is_by_value
        assert offset == 0 or offset > (claimed or count)
        return
    assert 0 <= found.start <= found.stop <= count
    assert found.count == count
    if count:
        assert 1 <= found.target <= count + is_by_value
        assert found.target - 1 - found.start <= before
        assert found.stop - found.target <= after
        assert found.start <= found.target - 1 <= found.stop
