# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawn portraits for the sample company: a face from chance, a few milliseconds each, the same one for the same seed.

Everything is drawn at twice its size on a 512 canvas and then halved, which is what smooths the edges.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import cos, pi, sin
from random import Random
from typing import Final

from PIL import Image, ImageDraw

SIZE: Final = 256
_CANVAS: Final = SIZE * 2
_QUALITY: Final = 87

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]

_SKINS: tuple[Colour, ...] = ((255, 224, 196), (241, 200, 164), (224, 172, 126), (198, 140, 96), (150, 98, 62), (104, 66, 44))
_HAIRS: tuple[Colour, ...] = ((38, 30, 28), (74, 48, 32), (122, 78, 42), (176, 122, 62), (216, 178, 108), (150, 62, 34), (150, 150, 156))
_DARK_HAIRS: tuple[Colour, ...] = ((38, 30, 28), (52, 38, 32), (74, 48, 32), (150, 150, 156))
_WALLS: tuple[Colour, ...] = (
    (166, 206, 214),
    (236, 208, 160),
    (190, 212, 168),
    (226, 184, 178),
    (190, 186, 220),
    (176, 196, 226),
    (218, 214, 204),
)
_CLOTHES: tuple[Colour, ...] = ((44, 78, 118), (122, 52, 62), (54, 102, 84), (88, 72, 118), (70, 74, 82), (190, 132, 60), (230, 230, 226))
_EYES: tuple[Colour, ...] = ((72, 48, 32), (52, 92, 136), (64, 108, 72), (92, 96, 102))


@dataclass(frozen=True, slots=True)
class _Face:
    """What makes one face; lengths in canvas points from the middle of the head (256, 236)."""

    skin: Colour
    hair: Colour
    wall: Colour
    clothes: Colour
    eye: Colour
    width: float
    height: float
    cut: str
    has_glasses: bool
    has_beard: bool
    has_earrings: bool
    smile: float
    brow: float
    gaze: float


def draw_portrait(seed: str, *, is_woman: bool) -> bytes:
    """Return a square JPEG of 256 points, 6 to 12 kB."""
    chance = Random(f"portrait:{seed}")
    face = _face(chance, is_woman=is_woman)
    image = _wall(face.wall, chance)
    brush = ImageDraw.Draw(image)
    _hair_behind(brush, face)
    _shoulders(brush, face, chance)
    _head(brush, face)
    _features(brush, face)
    _hair_in_front(brush, face, chance)
    if face.has_glasses:
        _glasses(brush, face)
    output = io.BytesIO()
    image.reduce(2).save(output, "JPEG", quality=_QUALITY)
    return output.getvalue()


def _face(chance: Random, *, is_woman: bool) -> _Face:
    cuts = ("long", "bob", "bun", "curls", "short") if is_woman else ("short", "parted", "curls", "bald", "short")
    tone = chance.randrange(len(_SKINS))
    return _Face(
        skin=_SKINS[tone],
        hair=chance.choice(_HAIRS if tone < 3 else _DARK_HAIRS),
        wall=chance.choice(_WALLS),
        clothes=chance.choice(_CLOTHES),
        eye=chance.choice(_EYES),
        width=chance.uniform(92, 108),
        height=chance.uniform(118, 134),
        cut=chance.choice(cuts),
        has_glasses=chance.random() < 0.28,
        has_beard=not is_woman and chance.random() < 0.35,
        has_earrings=is_woman and chance.random() < 0.45,
        smile=chance.uniform(0.35, 1.0),
        brow=chance.uniform(-5, 5),
        gaze=chance.uniform(-5, 5),
    )


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, max(0, round(part * factor))) for part in colour)
    return red, green, blue


def _around(x: float, y: float, width: float, height: float) -> Box:
    return (x - width, y - height, x + width, y + height)


def _wall(colour: Colour, chance: Random) -> Image.Image:
    """A lit wall behind the person, with a window or a picture frame."""
    image = Image.new("RGB", (_CANVAS, _CANVAS), colour)
    brush = ImageDraw.Draw(image)
    for step in range(16):
        brush.rectangle((0, step * 32, _CANVAS, step * 32 + 32), fill=_shade(colour, 1.06 - step * 0.012))
    side = chance.choice((26, 366))
    top = chance.randint(30, 90)
    pane = _shade(colour, 1.16)
    brush.rectangle((side, top, side + 120, top + 150), fill=pane, outline=_shade(colour, 0.82), width=8)
    if chance.random() < 0.5:
        brush.line((side + 60, top, side + 60, top + 150), fill=_shade(colour, 0.82), width=6)
        brush.line((side, top + 75, side + 120, top + 75), fill=_shade(colour, 0.82), width=6)
    else:
        brush.polygon(
            ((side + 12, top + 138), (side + 55, top + 60), (side + 80, top + 100), (side + 108, top + 138)), fill=_shade(colour, 0.78)
        )
    return image


def _shoulders(brush: ImageDraw.ImageDraw, face: _Face, chance: Random) -> None:
    shadow = _shade(face.skin, 0.86)
    brush.rounded_rectangle((216, 310, 296, 430), 36, fill=shadow)
    brush.rounded_rectangle((84, 396, 428, 640), 110, fill=face.clothes)
    light = _shade(face.clothes, 1.25)
    collar = chance.choice(("shirt", "jumper", "open"))
    if collar == "shirt":
        brush.polygon(((212, 392), (256, 448), (226, 472)), fill=(246, 246, 242))
        brush.polygon(((300, 392), (256, 448), (286, 472)), fill=(246, 246, 242))
        brush.polygon(((246, 446), (266, 446), (276, 512), (236, 512)), fill=_shade(face.clothes, 0.6))
    elif collar == "jumper":
        brush.arc((198, 352, 314, 440), 15, 165, fill=light, width=16)
        for row in range(3):
            brush.line((110 + row * 6, 456 + row * 22, 402 - row * 6, 456 + row * 22), fill=_shade(face.clothes, 1.12), width=5)
    else:
        brush.polygon(((214, 394), (298, 394), (256, 470)), fill=shadow)
        brush.line((214, 394, 256, 470, 298, 394), fill=light, width=9)


def _head(brush: ImageDraw.ImageDraw, face: _Face) -> None:
    for side in (-1, 1):
        x = 256 + side * (face.width - 2)
        brush.ellipse(_around(x, 244, 20, 30), fill=_shade(face.skin, 0.92))
        if face.has_earrings:
            brush.ellipse(_around(x + side * 4, 280, 8, 8), fill=(232, 196, 92))
    brush.ellipse(_around(256, 236, face.width, face.height), fill=face.skin)
    if face.has_beard:
        brush.chord(_around(256, 240, face.width, face.height), 18, 162, fill=_shade(face.hair, 1.12))
        brush.ellipse(_around(256, 262, face.width * 0.7, 56), fill=face.skin)
    for side in (-1, 1):
        brush.ellipse(_around(256 + side * 56, 278, 20, 13), fill=_shade(face.skin, 0.95))


def _features(brush: ImageDraw.ImageDraw, face: _Face) -> None:
    dark = _shade(face.hair, 0.8)
    for side in (-1, 1):
        x = 256 + side * 42
        brush.ellipse(_around(x, 232, 19, 13), fill=(250, 250, 248))
        brush.ellipse(_around(x + face.gaze, 232, 10, 11), fill=face.eye)
        brush.ellipse(_around(x + face.gaze, 232, 5, 5), fill=(24, 22, 24))
        brush.ellipse(_around(x + face.gaze + 3, 228, 2.5, 2.5), fill=(255, 255, 255))
        brush.arc(_around(x, 206 + face.brow, 26, 13), 195, 345, fill=dark, width=7)
    nose = _shade(face.skin, 0.82)
    brush.arc((240, 238, 272, 282), 20, 160, fill=nose, width=6)
    lip = _shade((186, 84, 84), 0.7 + face.skin[0] / 850)
    width, depth = 34 + 10 * face.smile, 10 + 24 * face.smile
    if face.smile > 0.72:
        brush.chord((256 - width, 300 - depth * 0.6, 256 + width, 300 + depth), 5, 175, fill=(252, 252, 250), outline=lip, width=5)
    else:
        brush.arc((256 - width, 300 - depth, 256 + width, 300 + depth), 20, 160, fill=lip, width=7)


def _hair_behind(brush: ImageDraw.ImageDraw, face: _Face) -> None:
    dark = _shade(face.hair, 0.85)
    if face.cut == "long":
        brush.rounded_rectangle((256 - face.width - 26, 130, 256 + face.width + 26, 446), 90, fill=dark)
    elif face.cut == "bob":
        brush.rounded_rectangle((256 - face.width - 24, 128, 256 + face.width + 24, 340), 84, fill=dark)
    elif face.cut == "bun":
        brush.ellipse(_around(256, 92, 48, 44), fill=dark)


def _hair_in_front(brush: ImageDraw.ImageDraw, face: _Face, chance: Random) -> None:
    top = 236 - face.height
    if face.cut == "bald":
        for side in (-1, 1):
            brush.ellipse(_around(256 + side * (face.width - 6), 206, 14, 38), fill=face.hair)
        return
    if face.cut == "curls":
        for step in range(15):
            angle = pi + pi * step / 14
            x, y = 256 + cos(angle) * face.width, 214 + sin(angle) * (face.height - 14)
            radius = chance.uniform(28, 38)
            brush.ellipse(_around(x, y, radius, radius), fill=_shade(face.hair, chance.uniform(0.92, 1.1)))
        return
    lid: Box = (256 - face.width - 10, top - 22, 256 + face.width + 10, top + 150)
    brush.chord(lid, 180, 360, fill=face.hair)
    if face.cut == "parted":
        brush.pieslice((256 - face.width - 10, top - 10, 256 + 30, top + 170), 180, 300, fill=face.hair)
    elif face.cut in ("long", "bob", "bun"):
        brush.pieslice((256 - face.width - 8, top - 20, 268, top + 176), 170, 318, fill=face.hair)
        brush.pieslice((244, top - 20, 256 + face.width + 8, top + 176), 222, 10, fill=face.hair)
    brush.arc((256 - face.width + 24, top - 6, 256 + face.width - 40, top + 90), 205, 290, fill=_shade(face.hair, 1.35), width=7)


def _glasses(brush: ImageDraw.ImageDraw, face: _Face) -> None:
    frame = _shade(face.clothes, 0.5)
    for side in (-1, 1):
        x = 256 + side * 43
        brush.rounded_rectangle(_around(x, 233, 34, 26), 20, outline=frame, width=6)
        brush.line((x + side * 34, 226, 256 + side * face.width, 220), fill=frame, width=6)
    brush.line((247, 228, 265, 228), fill=frame, width=6)
