# SPDX-License-Identifier: GPL-3.0-or-later
"""The attribute values of a card as pages need them: by lower-case name, without octets."""

from __future__ import annotations

from dirserver.card.card import Card
from dirserver.card.media import photo_digest as digest_in
from dirserver.card.projection import attributes

Values = dict[str, tuple[str, ...]]


def all_values(card: Card) -> Values:
    """Return every attribute of a card; a photo counts by its digest, so that a new one is a difference."""
    found = {name.lower(): values for name, values in attributes(card).items()}
    digest = photo_digest(card)
    if digest:
        found["jpegphoto"] = (digest,)
    return found


def first_of(values: Values, attribute: str) -> str:
    """Return the first value of an attribute (lower case), "" when there is none."""
    return next(iter(values.get(attribute, ())), "")


def photo_digest(card: Card) -> str:
    """Return the digest of the photo, "" when there is none."""
    return digest_in(card) or ""
