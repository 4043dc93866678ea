# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.ldap.mirror.cookie import Cookie, Point, write

MARKS = st.text("0123456789abcdef", min_size=12, max_size=12).filter(lambda mark: mark.strip("0"))
NUMBERS = st.integers(0, 2**28 - 1)


@given(st.dictionaries(MARKS, NUMBERS, max_size=40), NUMBERS, st.integers(0, 999))
def test_what_is_written_is_read(numbers: dict[str, int], access: int, rid: int) -> None:
    written = write(f"{rid:03}", access, [Point(*one) for one in numbers.items()])
    read = Cookie.read(written)
    assert read.rid == f"{rid:03}"
    assert {mark: number for mark, number in read.numbers.items() if mark.strip("0")} == numbers


def test_it_is_one_that_openldap_keeps() -> None:
    written = write("001", 7, [Point("c0ffee123456", 4711), Point("0123456789ab")]).decode()
    csn = r"\d{14}\.\d{6}Z#[0-9a-f]{6}#[0-9a-f]{3}#[0-9a-f]{6}"
    assert re.fullmatch(f"rid=001,csn={csn}(;{csn})*", written)
    assert len(set(re.findall(r"#([0-9a-f]{3})#", written))) == written.count("Z#") == 16


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_later_one_is_greater_as_text(access: int, before: int, after: int) -> None:
    first, second = (write("001", access, [Point("aaaaaaaaaaaa", number)])[:40] for number in sorted((before, after)))
    assert first <= second
    if access:
        assert write("001", access - 1, [Point("ffffffffffff", after)])[:35] < write("001", access, [Point("000000000000", 0)])[:35]


@pytest.mark.parametrize("octets", [None, b"", b"rid=001", b"csn=", b"\xff\xfe", b"csn=20261399000000.000000Z#000000#000#000000"])
def test_what_we_did_not_write_says_nothing(octets: bytes | None) -> None:
    assert not Cookie.read(octets).numbers


@given(st.binary(max_size=200))
def test_nothing_that_comes_breaks_it(octets: bytes) -> None:
    assert Cookie.read(octets).rid.isdigit()
