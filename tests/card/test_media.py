# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card, Parameter, Property, Version
from dirserver.card.media import (
    Media,
    decode_base64,
    digests,
    inline,
    join_media,
    media_type_of,
    octets_of,
    photo_digest,
    reference_of,
    split_media,
)
from tests.card.strategies import cards, common_cards

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


def stored(media: tuple[Media, ...]) -> dict[str, bytes]:
    return {each.digest: each.data for each in media}


@given(common_cards())
def test_octets_leave_the_card_and_come_back_the_same(card: Card) -> None:
    without, media = split_media(card)
    assert all(len(each.value) < 100 for each in without.all("PHOTO"))
    assert set(digests(without)) == set(stored(media))
    assert join_media(without, stored(media).__getitem__) == card


@given(cards())
def test_a_card_without_octets_is_left_alone(card: Card) -> None:
    without, media = split_media(card)
    assert join_media(without, stored(media).__getitem__) == card


@pytest.mark.parametrize("version", list(Version))
@given(data=st.binary(min_size=1))
def test_new_octets_stand_in_the_card_as_its_version_writes_them(version: Version, data: bytes) -> None:
    made = inline("PHOTO", version, "image/png", data)
    assert octets_of(made) == data
    assert media_type_of(made) == "image/png"
    without, (media,) = split_media(Card(version, (Property("FN", "A"), made)))
    assert media == Media(hashlib.sha256(data).hexdigest(), "image/png", data)
    assert photo_digest(without) == media.digest
    assert reference_of(without.properties[1]) == media.digest
    assert join_media(without, stored((media,)).__getitem__).properties[1] == made


def test_a_data_uri_keeps_its_own_spelling() -> None:
    card = Card(Version.V4, (Property("PHOTO", "data:IMAGE/jpg;charset=x;base64,AAAA"), Property("PHOTO", "data:image/gif,GIF8%00")))
    without, media = split_media(card)
    assert media[0].media_type == "image/jpg"
    assert media[1].data == b"GIF8\x00"
    assert join_media(without, stored(media).__getitem__).properties[0] == card.properties[0]


@pytest.mark.parametrize("value", [r"data:image/jpeg;base64\,AAAA", r"data:image/jpeg\;base64\,AAAA"])
def test_a_data_uri_may_be_escaped_like_a_text(value: str) -> None:
    _, (media,) = split_media(Card(Version.V4, (Property("PHOTO", value),)))
    assert (media.media_type, media.data) == ("image/jpeg", base64.b64decode("AAAA"))


@pytest.mark.parametrize(
    "made",
    [
        Property("PHOTO", "https://example.com/a.jpg", None, (Parameter("VALUE", ("uri",)),)),
        Property("PHOTO", "!!not base64!!", None, (Parameter("ENCODING", ("b",)),)),
        Property("PHOTO", "", None, (Parameter("ENCODING", ("b",)),)),
        Property("PHOTO", "data:nonsense"),
        Property("NOTE", "data:image/png;base64,AAAA"),
    ],
)
def test_what_holds_no_octets_stays_in_the_card(made: Property) -> None:
    card = Card(Version.V3, (made,))
    assert split_media(card) == (card, ())


def test_the_same_octets_are_kept_once() -> None:
    photo = inline("PHOTO", Version.V3, "image/png", PNG)
    _, media = split_media(Card(Version.V3, (photo, photo.with_name("LOGO"))))
    assert len(media) == 1


def test_base64_as_clients_write_it_is_understood() -> None:
    data = b"\xfb\xff\xfe\x01"
    text = base64.b64encode(data).decode()
    for spelled in (text, text.rstrip("="), text.replace("+", "-").replace("/", "_"), " ".join(text)):
        assert decode_base64(spelled) == data
    assert decode_base64("a") is None


@pytest.mark.parametrize(
    "params,data,expected",
    [
        ((Parameter("TYPE", ("jpeg",)),), b"", "image/jpeg"),
        ((Parameter("TYPE", ("image/webp",)),), b"", "image/webp"),
        ((Parameter("MEDIATYPE", ("image/avif",)),), b"", "image/avif"),
        ((), PNG, "image/png"),
        ((), b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        ((Parameter("TYPE", ("HOME", "XYZ")),), b"", "image/xyz"),
        ((), b"?", "image/jpeg"),
    ],
)
def test_a_media_type_is_what_is_stated_else_what_is_seen(params: tuple[Parameter, ...], data: bytes, expected: str) -> None:
    assert media_type_of(Property("PHOTO", "AAAA", None, params), data) == expected
