# SPDX-License-Identifier: GPL-3.0-or-later
"""Cutting a square out of an uploaded photo, as somebody chose it on the page."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

from PIL import Image, ImageOps

from dirserver.card.photo import SIDE_PX, opened
from dirserver.errors import BadInput


@dataclass(frozen=True, slots=True)
class Crop:
    """A square of an upright picture: its left and upper edge and its side, as parts of the picture's width, height and shorter side."""

    left: float
    top: float
    side: float

    def __post_init__(self) -> None:
        parts = (self.left, self.top, self.side)
        if not all(map(math.isfinite, parts)) or not 0 <= self.left <= 1 or not 0 <= self.top <= 1 or not 0 < self.side <= 1:
            raise BadInput("the part of the photo to keep lies outside it")


def cut(data: bytes, crop: Crop, side_px: int = SIDE_PX) -> bytes:
    """Return the chosen square of ``data`` (JPEG, PNG or WebP) as a PNG of at most ``side_px`` a side, without anything but the picture.

    What reaches over an edge is moved back into the picture. Raises as ``normalise_photo`` does.
    """
    # As many pixels as the square needs, whatever part of the picture it is.
    with opened(data, math.ceil(side_px / crop.side)) as image:
        upright = ImageOps.exif_transpose(image)
        width, height = upright.size
        side = max(1, round(min(width, height) * crop.side))
        left = min(max(0, round(width * crop.left)), width - side)
        top = min(max(0, round(height * crop.top)), height - side)
        square = upright.crop((left, top, left + side, top + side)).convert("RGBA")
        square.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
        clean = Image.new("RGBA", square.size, "white")
        clean.alpha_composite(square)
        out = io.BytesIO()
        clean.convert("RGB").save(out, "PNG")
        return out.getvalue()
