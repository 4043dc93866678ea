# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.errors import TooLarge
from dirserver.ldap.wire.ber import ProtocolError, element
from dirserver.ldap.wire.framing import Framer, number_in, number_of_one


def taken(framer: Framer) -> list[bytes]:
    return list(iter(framer.next_message, None))


@given(st.lists(st.binary(max_size=400), max_size=6), st.data())
def test_messages_come_out_whole_however_they_arrive(contents: list[bytes], data: st.DataObject) -> None:
    wanted = [element(b"\x30", content) for content in contents]
    stream = b"".join(wanted)
    framer = Framer(1000)
    found = []
    while stream:
        count = data.draw(st.integers(1, len(stream)))
        framer.feed(stream[:count])
        stream = stream[count:]
        found += taken(framer)
    assert found == wanted
    assert not framer.has_part


def test_one_octet_at_a_time_is_enough() -> None:
    framer = Framer(70_000)
    message = element(b"\x30", b"x" * 60_000)
    for octet in message[:-1]:
        framer.feed(bytes((octet,)))
        assert framer.next_message() is None
    framer.feed(message[-1:])
    assert framer.next_message() == message


def test_what_is_announced_too_large_is_refused_before_it_comes() -> None:
    framer = Framer(1000)
    framer.feed(b"\x30\x82\x03\xe9")
    with pytest.raises(TooLarge, match="1000 octets"):
        framer.next_message()


def test_the_largest_allowed_message_passes() -> None:
    framer = Framer(1000)
    message = element(b"\x30", b"x" * 1000)
    framer.feed(message)
    assert framer.next_message() == message


@pytest.mark.parametrize("octets", [b"GET / HTTP/1.1", b"\x00", b"\x30\x80", b"\x30\x85", b"\x30\xff"])
def test_what_is_not_ldap_is_refused_at_its_first_octets(octets: bytes) -> None:
    framer = Framer(1000)
    framer.feed(octets)
    with pytest.raises(ProtocolError):
        framer.next_message()


def test_tls_on_a_plain_port_is_called_by_its_name() -> None:
    framer = Framer(1000)
    framer.feed(b"\x16\x03\x01")
    with pytest.raises(ProtocolError, match="TLS"):
        framer.next_message()


def test_what_was_cleared_is_gone() -> None:
    framer = Framer(1000)
    framer.feed(b"\x30\x10abc")
    assert framer.next_message() is None
    assert framer.has_part
    framer.clear()
    framer.feed(b"\x30\x00")
    assert framer.next_message() == b"\x30\x00"


_SEARCH = bytes.fromhex("6303040100")


@pytest.mark.parametrize("number", ["020101", "02017f", "02020080", "02047fffffff"])
@pytest.mark.parametrize("head", ["30{:02x}", "3081{:02x}", "3084000000{:02x}"])
def test_a_message_that_came_alone_is_known_by_its_number(number: str, head: str) -> None:
    contents = bytes.fromhex(number) + _SEARCH
    message = bytes.fromhex(head.format(len(contents))) + contents
    start, at = number_of_one(message, 100)
    assert (message[start:at].hex(), message[at:]) == (number, _SEARCH)
    assert number_in(message) == (start, at)
    assert [number_of_one(other, 100) for other in (message + b"0", message[:-1])] == [(0, 0)] * 2
    assert number_of_one(message, len(message) - 1) == (0, 0)


@given(st.one_of(st.binary(max_size=40), st.binary(max_size=20).map(lambda contents: element(b"\x30", contents))))
def test_whatever_came_its_number_is_where_a_whole_message_has_it(data: bytes) -> None:
    start, at = number_of_one(data, 1000)
    if at:
        assert (start, at) == number_in(data)
        framer = Framer(1000)
        framer.feed(data)
        assert taken(framer) == [data]
