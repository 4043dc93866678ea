# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.ldap.wire import ber
from dirserver.ldap.wire.ber import ProtocolError


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers_come_back(number: int) -> None:
    octets = ber.integer(number)
    assert ber.read_integer(octets, 0, len(octets)) == (number, len(octets))


@pytest.mark.parametrize("number, octets", [(0, "020100"), (127, "02017f"), (128, "02020080"), (-128, "020180"), (-129, "0202ff7f")])
def test_numbers_take_the_fewest_octets(number: int, octets: str) -> None:
    assert ber.integer(number).hex() == octets


@given(st.integers(0, 2**31))
def test_lengths_come_back(count: int) -> None:
    octets = b"\x04" + ber.length(count)
    if count == 0:
        assert ber.read(octets, 0, len(octets)) == (4, 2, 2)
        return
    with pytest.raises(ProtocolError, match="longer than what holds it"):
        ber.read(octets, 0, len(octets))


@pytest.mark.parametrize("count", [0, 1, 127, 128, 255, 256, 2047, 2048, 65535, 65536])
def test_octets_come_back_at_every_border_of_lengths(count: int) -> None:
    octets = ber.octets(b"x" * count)
    assert ber.read_octets(octets, 0, len(octets)) == (b"x" * count, len(octets))


@pytest.mark.parametrize(
    "octets",
    [
        "04",
        "0401",
        "0481",
        "048201",
        "0480",
        "04850000000001ff",
        "0484ffffffff",
        "1f0100",
    ],
)
def test_an_element_that_is_cut_off_or_not_ldap_is_refused(octets: str) -> None:
    data = bytes.fromhex(octets)
    with pytest.raises(ProtocolError):
        ber.read(data, 0, len(data))


def test_an_element_may_not_reach_beyond_what_holds_it() -> None:
    data = bytes.fromhex("3003040561626364650000")
    _, start, stop = ber.read(data, 0, len(data))
    with pytest.raises(ProtocolError):
        ber.read(data, start, stop)


@pytest.mark.parametrize("octets", ["0200", "0209000000000000000001", "040101"])
def test_what_is_no_number_is_refused(octets: str) -> None:
    data = bytes.fromhex(octets)
    with pytest.raises(ProtocolError):
        ber.read_integer(data, 0, len(data))


def test_a_truth_value_has_one_octet() -> None:
    assert ber.read_boolean(b"\x01\x01\xff", 0, 3) == (True, 3)
    assert ber.read_boolean(b"\x01\x01\x00", 0, 3) == (False, 3)
    with pytest.raises(ProtocolError):
        ber.read_boolean(b"\x01\x02\x00\x00", 0, 4)


def test_text_must_be_utf_8() -> None:
    assert ber.read_text("\x04\x03ü!".encode(), 0, 5) == ("ü!", 5)
    with pytest.raises(ProtocolError):
        ber.read_text(b"\x04\x01\xfc", 0, 3)
