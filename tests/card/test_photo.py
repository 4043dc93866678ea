# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dirserver.card.photo import MAX_OCTETS, normalise_photo
from dirserver.errors import BadInput, TooLarge


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", color: object = "red", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_any_allowed_photo_becomes_a_small_jpeg(kind: str) -> None:
    image = opened(normalise_photo(picture(kind), side_px=256))
    assert (image.format, image.size, image.mode) == ("JPEG", (256, 192), "RGB")


def test_a_photo_is_turned_upright_and_its_exif_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "where I live"
    made = normalise_photo(picture(exif=exif.tobytes()))
    assert b"where I live" in picture(exif=exif.tobytes())
    assert b"where I live" not in made
    assert opened(made).size == (240, 320)
    assert not opened(made).getexif()


def test_a_small_photo_is_not_enlarged_and_transparent_parts_are_white() -> None:
    image = opened(normalise_photo(picture("PNG", (40, 40), "RGBA", (0, 0, 0, 0))))
    assert image.size == (40, 40)
    assert image.getpixel((5, 5)) == (255, 255, 255)


def test_a_panorama_is_cut_at_its_middle() -> None:
    assert opened(normalise_photo(picture("PNG", (3000, 100)))).size == (300, 100)


def bomb(side: int) -> bytes:
    """A small PNG of very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = zlib.compress(b"\0" * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_goes_off(side: int) -> None:
    with pytest.raises(TooLarge, match="pixels"):
        normalise_photo(bomb(side))


@pytest.mark.parametrize(
    "data",
    [b"", b"no", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("GIF"), picture("BMP"), picture()[:200], picture("PNG")[:60]],
)
def test_what_is_no_whole_photo_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(BadInput, match="photo"):
        normalise_photo(data)


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        normalise_photo(b"\xff\xd8\xff" + b"x" * MAX_OCTETS)


@given(st.integers(0, 900), st.binary(min_size=1, max_size=8))
def test_a_damaged_photo_does_no_more_than_raise_bad_input(at: int, junk: bytes) -> None:
    whole = picture("PNG", (64, 64))
    damaged = whole[:at] + junk + whole[at + len(junk) :]
    try:
        made = normalise_photo(damaged)
    except BadInput:
        return
    assert opened(made).format == "JPEG"
