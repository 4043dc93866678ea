# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from dirserver.identity import totp

SEED = b"12345678901234567890"
STEP_US = 30 * 1_000_000


# RFC 6238, appendix B (SHA-1), the last six of the eight digits.
@pytest.mark.parametrize(
    "at_s, code",
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(at_s: int, code: str) -> None:
    assert totp.code_at(SEED, at_s * 1_000_000) == code
    assert totp.step_of(SEED, code, now_us=at_s * 1_000_000, after=0) == at_s // 30


def test_a_code_holds_one_step_more_in_both_directions_and_only_once() -> None:
    now = 1_790_000_000_000_000
    here = now // STEP_US
    code = totp.code_at(SEED, now)
    for shift, step in ((-2, None), (-1, here), (0, here), (1, here), (2, None)):
        assert totp.step_of(SEED, code, now_us=now + shift * STEP_US, after=0) == step
    assert totp.step_of(SEED, code, now_us=now, after=here - 1) == here
    # Used up, with all that came before.
    assert totp.step_of(SEED, code, now_us=now, after=here) is None
    assert totp.step_of(SEED, totp.code_at(SEED, now - STEP_US), now_us=now, after=here) is None


@pytest.mark.parametrize("typed, code", [(" 123 456\n", "123456"), ("１２３４５６", "123456")])
def test_a_code_is_taken_as_people_type_it(typed: str, code: str) -> None:
    assert totp.code_in(typed) == code


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "½23456", "\x00" * 6])
def test_anything_else_is_no_code(typed: str) -> None:
    assert totp.code_in(typed) is None


def test_an_app_is_told_who_and_where() -> None:
    link = urlsplit(totp.link(SEED, login="zoë b", issuer="example.com"))
    assert (link.scheme, link.netloc, link.path) == ("otpauth", "totp", "/example.com:zo%C3%AB%20b")
    assert parse_qs(link.query) == {"secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["example.com"]}
    assert totp.typed_key(SEED) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert len(totp.new_seed()) == 20
