# SPDX-License-Identifier: GPL-3.0-or-later
"""The photo that comes with a form: cut to what was chosen, and what is wrong with it in words for who took it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from dirserver.card.crop import Crop, cut
from dirserver.card.photo import normalise_photo
from dirserver.errors import BadInput, TooLarge
from dirserver.model.modification import Modification, Operation
from dirserver.web.entry.fields import PHOTO
from dirserver.web.shell.languages import gettext, mark

MAX_PHOTO_BYTES = 10 * 1024 * 1024
_TOO_LARGE = mark("The photo has more than 10 MB. Take a smaller one.")
_TOO_MANY_PIXELS = mark("The photo has more pixels than can be read safely. Take a smaller one.")
_UNREADABLE = mark("This isn't a photo that can be read. Take a JPEG, PNG or WebP picture.")
_DAMAGED = mark("The photo is damaged, or a part of it is missing. Choose it again, or save it anew as JPEG.")
_HEIC = mark(
    "Many programs can't show this photo (HEIC or AVIF). Save it as JPEG; an iPhone takes JPEG with "
    "“Most Compatible” in the camera's settings."
)
_SVG = mark("This is a drawing (SVG), and a drawing may hold a program. Take a JPEG, PNG or WebP picture.")

_BOX = slice(4, 8)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG")
_DRAWING = re.compile(rb"[\s\xef\xbb\xbf]*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg\b", re.DOTALL | re.IGNORECASE)
_BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class PhotoTold:
    """What the page's script says of a photo before it is sent. ``most`` in octets."""

    most: int
    too_large: str
    heic: str
    unreadable: str


def photo_told() -> PhotoTold:
    """Return it in the reader's language."""
    return PhotoTold(MAX_PHOTO_BYTES, gettext(_TOO_LARGE), gettext(_HEIC), gettext(_UNREADABLE))


def sent_photo() -> tuple[tuple[Modification, ...], str]:
    """Return the change of the photo, if one was asked for, and what is wrong with it."""
    sent = request.files.get("photo")
    if isinstance(sent, FileStorage) and sent.filename:
        data = sent.stream.read(MAX_PHOTO_BYTES + 1)
        if len(data) > MAX_PHOTO_BYTES:
            return (), gettext(_TOO_LARGE)
        try:
            data = _cropped(data)
        except BadInput as error:
            return (), gettext(_wrong_with(data[:_BEGINNING], error))
        return (Modification(PHOTO.attribute, Operation.REPLACE, (data,)),), ""
    if request.form.get("remove_photo"):
        return (Modification(PHOTO.attribute, Operation.REPLACE, ()),), ""
    return (), ""


def _wrong_with(beginning: bytes, error: BadInput) -> str:
    if beginning[_BOX] == b"ftyp":
        return _HEIC
    if _DRAWING.match(beginning):
        return _SVG
    if isinstance(error, TooLarge):
        return _TOO_MANY_PIXELS
    return _DAMAGED if beginning.startswith(_PICTURES) else _UNREADABLE


def _cropped(data: bytes) -> bytes:
    """Return the part of the photo that was chosen; all of it where there was no script to choose with."""
    texts = [request.form.get(name, "") for name in ("crop_left", "crop_top", "crop_side")]
    if not any(texts):
        normalise_photo(data)
        return data
    try:
        return cut(data, Crop(*map(float, texts)))
    except ValueError:
        raise BadRequest from None
