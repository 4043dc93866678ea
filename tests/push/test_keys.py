# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

from dirserver.push.keys import PushKeys
from tests.parts import KEY, Clock
from tests.push.service import claims_of, unbase64url

ORIGIN = "https://push.example.com"


def keys(secret: bytes = KEY, clock: Clock | None = None) -> PushKeys:
    return PushKeys(secret, "mailto:it@example.com", clock=clock or Clock())


def test_the_key_pair_is_the_same_wherever_the_installation_s_secret_is():
    octets = unbase64url(keys().public_key)
    assert len(octets) == 65
    assert octets[0] == 4
    assert keys().public_key == keys().public_key != keys(b"x" * 32).public_key


def test_a_push_service_can_tell_who_sends_and_whom_to_write_to():
    clock = Clock()
    claims, key = claims_of(keys(clock=clock).authorization(ORIGIN))
    assert key == keys().public_key
    assert claims["aud"] == ORIGIN
    assert claims["sub"] == "mailto:it@example.com"
    assert 0 < claims["exp"] - clock.now_us // 1_000_000 <= 24 * 3600


def test_one_signature_serves_for_hours_and_never_beyond_its_end():
    clock = Clock()
    made = keys(clock=clock)
    first = made.authorization(ORIGIN)
    clock.pass_s(5 * 3600)
    assert made.authorization(ORIGIN) == first
    clock.pass_s(2 * 3600)
    second = made.authorization(ORIGIN)
    assert second != first
    assert claims_of(second)[0]["exp"] > clock.now_us // 1_000_000 + 3600
    assert claims_of(made.authorization("https://other.example"))[0]["aud"] == "https://other.example"


def test_a_topic_stands_for_a_book_and_tells_nothing_of_it():
    first = keys().topic_of("5a3c")
    assert first == keys().topic_of("5a3c")
    assert len({first, keys().topic_of("5a3d"), keys(b"x" * 32).topic_of("5a3c"), keys().slot_of("5a3c")}) == 4
    # RFC 8030 section 5.4: at most 32 letters of base64url.
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", first)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", keys().slot_of("5a3c"))
