# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest
from PIL import Image

from dirserver.card.card import Card, Property, Version
from dirserver.card.media import inline, media_type_of, octets_of
from dirserver.card.photo import octets_for
from dirserver.card.smaller import with_small_photos
from dirserver.model.profile import PhotoSize


def picture(kind: str, side: int) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((side, side)).convert("RGB").save(out, kind)
    return out.getvalue()


def card(version: Version, *photos: Property) -> Card:
    return Card(version, (Property("FN", "Ada"), *photos, Property("NOTE", "kept")))


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photo_becomes_a_small_jpeg_that_says_so(version: Version, kind: str) -> None:
    given = card(version, inline("PHOTO", version, f"image/{kind.lower()}", picture(kind, 640)))
    small = with_small_photos(given, 96)
    photo = small.first("PHOTO")
    assert photo is not None
    data = octets_of(photo)
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, max(image.size)) == ("JPEG", 96)
    assert media_type_of(photo) == "image/jpeg"
    assert [each.name for each in small.properties] == ["FN", "PHOTO", "NOTE"]
    assert with_small_photos(given, 96) == small


def test_links_stay_and_what_is_no_picture_is_left_out() -> None:
    link = Property("PHOTO", "https://example.com/ada.jpg")
    broken = inline("PHOTO", Version.V4, "image/jpeg", b"no picture")
    assert with_small_photos(card(Version.V4, link, broken), 96) == card(Version.V4, link)
    assert with_small_photos(card(Version.V4), 96) == card(Version.V4)


@pytest.mark.parametrize("side", [int(size) for size in PhotoSize if size.isdigit()])
def test_a_photo_that_compresses_badly_keeps_to_its_octets_all_the_same(side: int) -> None:
    noise = Image.effect_noise((1000, 800), 120).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "PNG")
    photo = with_small_photos(card(Version.V3, inline("PHOTO", Version.V3, "image/png", out.getvalue())), side).first("PHOTO")
    data = octets_of(photo) if photo is not None else None
    assert data is not None
    assert len(data) <= octets_for(side)
    with Image.open(io.BytesIO(data)) as image:
        assert side // 2 <= max(image.size) <= side
