# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

from PIL import Image

from dirserver.demo.portraits import SIZE, draw_portrait
from dirserver.exchange.checking import is_small_photo


def test_a_portrait_is_a_small_square_jpeg():
    for number in range(60):
        octets = draw_portrait(f"person {number}", is_woman=number % 2 == 0)
        assert 5_500 < len(octets) < 12_500
        with Image.open(io.BytesIO(octets)) as image:
            assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (SIZE, SIZE))
        assert is_small_photo(octets)


def test_the_same_person_looks_the_same_and_others_otherwise():
    assert draw_portrait("ada", is_woman=True) == draw_portrait("ada", is_woman=True)
    assert len({draw_portrait(f"person {number}", is_woman=True) for number in range(40)}) == 40
