# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from defusedxml.ElementTree import fromstring

from dirserver.errors import BadInput
from dirserver.push.message import content_update, read_keys, seal
from tests.push.service import D, P, Phone, base64url, unbase64url


def test_a_message_says_which_book_and_where_it_stands():
    root = fromstring(content_update("O7M1nQ7cKkKTKsoS_j6Z3w", "urn:dirserver:sync:<&>"))
    assert root.tag == f"{P}push-message"
    assert [each.tag for each in root] == [f"{P}topic", f"{P}content-update"]
    assert root.findtext(f"{P}topic") == "O7M1nQ7cKkKTKsoS_j6Z3w"
    assert root.findtext(f"{P}content-update/{D}sync-token") == "urn:dirserver:sync:<&>"


def test_a_message_is_read_by_its_phone_and_nobody_else():
    phone, other = Phone("https://push.example/1"), Phone("https://push.example/2")
    sealed = seal(b"<message/>", phone.p256dh, phone.auth)
    assert b"message" not in sealed
    assert phone.opened(sealed) == b"<message/>"
    assert seal(b"<message/>", phone.p256dh, phone.auth) != sealed
    with pytest.raises(Exception, match="Decryption"):
        other.opened(sealed)


def test_keys_are_read_in_either_alphabet_with_or_without_padding():
    phone = Phone("https://push.example/1")
    padded = phone.p256dh.replace("-", "+").replace("_", "/") + "="
    assert read_keys(padded, f" {phone.auth}== ") == read_keys(phone.p256dh, phone.auth)


RIGHT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


@pytest.mark.parametrize(
    "p256dh, auth",
    [
        (base64url(b"\4" + b"\1" * 64), base64url(b"a" * 16)),
        (base64url(b"\4" * 64), base64url(b"a" * 16)),
        (base64url(b"\2" + b"\1" * 32), base64url(b"a" * 16)),
        ("not base64!", base64url(b"a" * 16)),
        ("é", base64url(b"a" * 16)),
        ("", ""),
        (RIGHT, base64url(b"a" * 15)),
        (RIGHT, "$$$"),
    ],
)
def test_what_is_no_key_is_refused(p256dh, auth):
    with pytest.raises(BadInput):
        read_keys(p256dh, auth)


def test_what_the_phones_of_the_tests_read_is_what_rfc_8291_says():
    # Section 5 and appendix A: the library that seals also opens in these tests, so it is held against somebody else's message.
    number = int.from_bytes(unbase64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    phone = Phone("", ec.derive_private_key(number, ec.SECP256R1()), unbase64url("BTBZMqHH6r4Tts7J_aSIgg"))
    assert phone.p256dh == RIGHT
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95b"
        "Qpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert phone.opened(unbase64url(body)) == b"When I grow up, I want to be a watermelon"
