# SPDX-License-Identifier: GPL-3.0-or-later
"""Photos made smaller for clients that show them small, or stop at large ones."""

from __future__ import annotations

import functools

from dirserver.card.card import Card, Property, Version
from dirserver.card.media import inline, octets_of
from dirserver.card.photo import small_photo
from dirserver.errors import BadInput, TooLarge

# A member of staff's photo is asked for in a few Views and versions, mostly one after the other.
_REMEMBERED = 64


def with_small_photos(card: Card, side_px: int) -> Card:
    """Return the card with each photo that stands in it as a JPEG of at most ``side_px`` a side and ``octets_for`` it.

    The same octets give the same JPEG, which is how a photo that a client sends back is known again. What can't be decoded
    is left out: it would stop the phone that it is made smaller for. Links stay.
    """
    if card.first("PHOTO") is None:
        return card
    properties = []
    for each in card.properties:
        data = octets_of(each) if each.key == "PHOTO" else None
        if data is None:
            properties.append(each)
            continue
        small = _smaller(data, side_px)
        if small is not None:
            properties.append(_told(each, card.version, small))
    return card.with_properties(properties)


def _told(each: Property, version: Version, small: bytes) -> Property:
    made = inline("PHOTO", version, "image/jpeg", small)
    kept = [one for one in each.params if one.name.upper() in {"PREF", "ALTID", "PID"}]
    return made.with_group(each.group).with_params((*made.params, *kept))


@functools.lru_cache(maxsize=_REMEMBERED)
def _smaller(data: bytes, side_px: int) -> bytes | None:
    try:
        return small_photo(data, side_px)
    except (BadInput, TooLarge):
        return None
