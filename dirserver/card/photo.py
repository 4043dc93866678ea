# SPDX-License-Identifier: GPL-3.0-or-later
"""Make any uploaded photo into the one kind that we keep: a small JPEG without anything but the picture."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator

from PIL import Image, ImageOps, UnidentifiedImageError

from dirserver.errors import BadInput, TooLarge

SIDE_PX = 320
"""Longest side of what phones show; a few tens of kilobytes, which every client syncs."""
MAX_OCTETS = 15_000_000
MAX_PIXELS = 50_000_000
"""Pixels of the picture as uploaded: a 48-megapixel phone photo passes, a decompression bomb doesn't."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
_QUALITIES = (_QUALITY, 70, 55, 40)
_PANORAMA = 3.0


def small_photo(data: bytes, side_px: int) -> bytes:
    """Return a photo as ``normalise_photo`` does, in no more than ``octets_for(side_px)``: coarser first, then smaller, until it fits."""
    most = octets_for(side_px)
    qualities = iter(_QUALITIES)
    quality = next(qualities)
    while len(made := normalise_photo(data, side_px, quality)) > most:
        try:
            quality = next(qualities)
        except StopIteration:
            side_px = side_px * 3 // 4
    return made


def octets_for(side_px: int) -> int:
    """Return the most octets that a photo of a side needs: portraits take a third, foliage would take all it gets."""
    return 4_096 + side_px * side_px * 2 // 5


def normalise_photo(data: bytes, side_px: int = SIDE_PX, quality: int = _QUALITY) -> bytes:
    """Return ``data`` (JPEG, PNG or WebP, first frame) as a JPEG of at most ``side_px`` a side, turned upright, EXIF gone.

    What is wider than 3:1 is cut at its middle; a picture is never enlarged. Transparent parts become white. ``BadInput`` when
    it is no such picture, ``TooLarge`` over 15 MB or 50 megapixels (looked up before anything is decoded).
    """
    with opened(data, side_px) as image:
        return _reduced(image, side_px, quality)


@contextlib.contextmanager
def opened(data: bytes, side_px: int) -> Iterator[Image.Image]:
    """Open a photo to make one of ``side_px`` of it; what goes wrong inside is told as ``normalise_photo`` does."""
    if len(data) > MAX_OCTETS:
        raise TooLarge(f"the photo has {len(data)} octets; at most {MAX_OCTETS} are allowed", MAX_OCTETS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise TooLarge(f"the photo has {width * height} pixels; at most {MAX_PIXELS} are allowed", MAX_PIXELS)
                image.draft("RGB", (side_px * 2, side_px * 2))
                yield image
    except UnidentifiedImageError:
        raise BadInput("the photo must be JPEG, PNG or WebP") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooLarge(f"the photo has too many pixels; at most {MAX_PIXELS} are allowed", MAX_PIXELS) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError):
        # Pillow says a broken file in many ways.
        raise BadInput("the photo is damaged; save it again as JPEG or PNG") from None


def _reduced(image: Image.Image, side_px: int, quality: int) -> bytes:
    upright = ImageOps.exif_transpose(image)
    width, height = upright.size
    longest = round(min(width, height) * _PANORAMA)
    if max(width, height) > longest > 0:
        upright = ImageOps.fit(upright, (min(width, longest), min(height, longest)))
    upright.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    if upright.mode in {"RGBA", "LA", "PA"} or (upright.mode == "P" and "transparency" in upright.info):
        layer = upright.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat = upright.convert("RGB")
    out = io.BytesIO()
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)  # without the info dictionary: no EXIF, no ICC, no comment
    clean.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
