# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row's values must be to be taken: hard faults only. What merely looks odd is ``exchange.doubting``."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.card.faults import text_fault
from dirserver.card.photo import normalise_photo
from dirserver.errors import BadInput
from dirserver.exchange.problem import Problem
from dirserver.exchange.row import Row, Values
from dirserver.model.attribute import Attribute, find

__all__ = ["check", "is_small_photo", "text_fault", "with_small_photos"]

_SMALL_PHOTO = 100_000
"""A JPEG of no more octets than this, and without EXIF, is kept to the letter."""


def check(row: Row) -> Iterator[Problem]:
    """Yield the hard faults of a row's values; a row with none of them can be stored."""
    for name, values in row.values.items():
        attribute = find(name)
        if attribute is None:
            continue
        if attribute.is_single and len(values) > 1:
            yield Problem(row.line, name, f"there are {len(values)} values", f"{name} takes one")
        for value in values:
            fault = _octet_fault(attribute, value) if isinstance(value, bytes) else text_fault(attribute, value)
            if fault is not None:
                yield Problem(row.line, name, *fault)


def _octet_fault(attribute: Attribute, data: bytes) -> tuple[str, str] | None:
    if attribute.name != "jpegPhoto" or is_small_photo(data):
        return None
    try:
        normalise_photo(data)
    except BadInput as error:
        return error.public_message, "leave it empty, or put a JPEG, PNG or WebP in"
    return None


def is_small_photo(data: bytes) -> bool:
    """Tell whether a photo is kept to the letter: a small JPEG that says nothing about where it was taken."""
    return data.startswith(b"\xff\xd8\xff") and len(data) <= _SMALL_PHOTO and b"Exif\x00" not in data[:4096]


def with_small_photos(values: Values) -> Values:
    """Return the values with photos made small, where they aren't already."""
    photos = values.get("jpegPhoto", ())
    if all(isinstance(photo, bytes) and is_small_photo(photo) for photo in photos):
        return values
    small = tuple(photo if isinstance(photo, str) or is_small_photo(photo) else normalise_photo(photo) for photo in photos)
    return {**values, "jpegPhoto": small}
