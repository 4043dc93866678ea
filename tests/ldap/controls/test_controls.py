# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.controls import controls
from dirserver.ldap.controls.controls import MANAGE_DSA_IT, PAGED_RESULTS, Page
from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Control, DeleteRequest, Message, Operation, Scope, SearchRequest
from dirserver.model.filter import ANY_ENTRY

SEARCH = SearchRequest("", Scope.SUBTREE, ANY_ENTRY)


def value(size: int, cookie: bytes = b"") -> bytes:
    return ber.element(b"\x30", ber.integer(size) + ber.octets(cookie))


def asked(*given: Control, operation: Operation = SEARCH) -> Message:
    return Message(1, operation, given)


def test_a_page_is_read():
    assert controls.read(asked(Control(PAGED_RESULTS, is_critical=True, value=value(7, b"x")))).page == Page(7, b"x")
    assert controls.read(asked()).page is None


@pytest.mark.parametrize("bad", [None, b"", b"\x30\x00", value(3) + b"\x00", value(-1), b"\x30\x80\x02\x01\x01\x04\x00", value(2)[:-1]])
def test_a_page_that_says_nothing_is_a_fault_of_the_protocol(bad: bytes | None):
    with pytest.raises(ProtocolError):
        controls.read(asked(Control(PAGED_RESULTS, value=bad)))


def test_a_control_stands_once():
    with pytest.raises(ProtocolError):
        controls.read(asked(Control(PAGED_RESULTS, value=value(1)), Control(PAGED_RESULTS, value=value(2))))


def test_what_is_critical_and_can_not_be_done_is_named():
    assert controls.unavailable(asked(Control("1.2.3", is_critical=True))) == "1.2.3"
    assert controls.unavailable(asked(Control("1.2.3"), Control(MANAGE_DSA_IT, is_critical=True))) is None
    page = Control(PAGED_RESULTS, is_critical=True, value=value(1))
    assert controls.unavailable(asked(page)) is None
    assert controls.unavailable(asked(page, operation=DeleteRequest("uid=x"))) == PAGED_RESULTS
    assert controls.read(asked(Control(PAGED_RESULTS, value=b"nonsense"), operation=DeleteRequest("uid=x"))).page is None
