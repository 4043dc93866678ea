# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest
from PIL import Image

from dirserver.card.crop import Crop, cut
from dirserver.card.photo import SIDE_PX
from dirserver.errors import BadInput, TooLarge


def picture(kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """Red on the left, blue on the right, 400 by 200; ``turned``: stored on its side, with a word in EXIF that says so."""
    image = Image.new("RGB", (400, 200), "red")
    image.paste((0, 0, 255), (200, 0, 400, 200))
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    if turned:
        exif[0x0112] = 6
    out = io.BytesIO()
    (image.rotate(90, expand=True) if turned else image).save(out, kind, exif=exif, quality=95)
    return out.getvalue()


@pytest.mark.parametrize("turned", [False, True])
def test_the_chosen_square_is_cut_out_of_the_upright_picture(*, turned: bool) -> None:
    made = cut(picture(turned=turned), Crop(0.5, 0.0, 1.0))
    with Image.open(io.BytesIO(made)) as image:
        assert (image.size, image.format, dict(image.getexif()), image.info) == ((200, 200), "PNG", {}, {})
        red, _, blue = image.getpixel((100, 100))
        assert (red < 60, blue > 190) == (True, True)


def test_what_reaches_over_an_edge_is_moved_back_and_nothing_is_larger_than_wanted() -> None:
    with Image.open(io.BytesIO(cut(picture("PNG"), Crop(1.0, 1.0, 0.5), 64))) as image:
        assert image.size == (64, 64)
        assert image.getpixel((60, 60)) == (0, 0, 255)
    with Image.open(io.BytesIO(cut(picture("WEBP"), Crop(0, 0, 0.001)))) as image:
        assert image.size == (1, 1)
    assert SIDE_PX >= 64


@pytest.mark.parametrize("numbers", [(-0.1, 0, 1), (0, 1.1, 1), (0, 0, 0), (0, 0, 1.5), (float("nan"), 0, 1)])
def test_a_square_outside_the_picture_is_none(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(BadInput):
        Crop(*numbers)


def test_bombs_and_what_is_no_picture_are_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(TooLarge):
        cut(out.getvalue(), Crop(0, 0, 1))
    for data in (b"", b"<svg/>", picture()[:300]):
        with pytest.raises(BadInput):
            cut(data, Crop(0, 0, 1))
