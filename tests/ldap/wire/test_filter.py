# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import TooLarge
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.filter import decode_filter
from dirserver.ldap.wire.limits import DEFAULT, WireLimits
from dirserver.model.filter import FALSE, TRUE, And, Equality, Extensible, Filter, Not, Or, Present, Substrings, Undefined
from tests.ldap.speech import encode_filter, sequence, text


def read(octets: bytes, limits: WireLimits = DEFAULT) -> Filter:
    found, at = decode_filter(octets, 0, len(octets), limits)
    assert at == len(octets)
    return found


@pytest.mark.parametrize(
    "octets, wanted",
    [
        ("8702636e", Present("cn")),
        ("a3090402636e0403416461", Equality("cn", "Ada")),
        ("a40f0402636e30098001618101628201" + "63", Substrings("cn", "a", ("b",), "c")),
        ("a000", TRUE),
        ("a100", FALSE),
        ("a2048702636e", Not(Present("cn"))),
        ("a0088702636e" + "8702736e", And((Present("cn"), Present("sn")))),
        ("a9078202636e830178", Extensible("cn", None, "x")),
        ("a90b8103312e32" + "830178" + "8401ff", Extensible(None, "1.2", "x", with_dn=True)),
    ],
)
def test_filters_as_they_stand_on_the_wire(octets: str, wanted: Filter) -> None:
    assert read(bytes.fromhex(octets)) == wanted


def test_what_thunderbird_asks_at_every_keystroke() -> None:
    wanted = Or(tuple(Substrings(name, "", ("smith",)) for name in ("cn", "mail", "givenName", "sn")))
    assert read(encode_filter(wanted)) == wanted


def test_empty_substrings_are_dropped() -> None:
    octets = sequence(text("cn"), sequence(text("", 0x80), text("a", 0x81), text("", 0x81), text("", 0x82)), tag=0xA4)
    assert read(octets) == Substrings("cn", "", ("a",), "")


def test_empty_sets_inside_others_keep_their_place() -> None:
    wanted = Or((And(()), Not(Or(())), And((Or(()), Present("cn"))), Present("sn")))
    assert read(encode_filter(wanted)) == wanted


def test_a_name_that_is_not_text_is_undefined() -> None:
    assert read(b"\x87\x01\xff") == Undefined()


def test_parts_may_not_reach_beyond_their_set() -> None:
    with pytest.raises(ProtocolError):
        read(bytes.fromhex("a0048705636e0000"))


def test_many_substrings_are_refused() -> None:
    octets = sequence(text("cn"), sequence(*[text("a", 0x81)] * 300), tag=0xA4)
    with pytest.raises(TooLarge):
        read(octets)


def test_limits_are_settable() -> None:
    with pytest.raises(TooLarge):
        read(encode_filter(Not(Not(Present("cn")))), WireLimits(filter_depth=1))
