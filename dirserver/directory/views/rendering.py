# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards as octets: what a reading serves, and what doors make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from dirserver.model.names import ETag, Href

Spelt = TypeVar("Spelt")


class Rendering(NamedTuple):
    """The bytes of one entry for one asker; equal ``etag`` means equal ``body``. ``modified_at`` in seconds since 1970.

    ``listed`` is the ETag that listings show, whatever the form of ``body``: clients compare it with what they have.
    """

    href: Href
    etag: ETag
    body: bytes
    modified_at: int
    listed: ETag


class Cards(NamedTuple):
    """Some renderings, by column."""

    hrefs: Sequence[Href]
    etags: Sequence[ETag]
    bodies: Sequence[bytes]
    modified_at: Sequence[int]
    listed: Sequence[ETag]

    @classmethod
    def of(cls, shown: Sequence[Rendering]) -> Cards:
        """Return the columns of these."""
        return cls(*zip(*shown, strict=True)) if shown else cls((), (), (), (), ())


Spelling = Callable[[Cards], Sequence[Spelt]]
"""How a door spells cards: something for each of them, in their order. Equal ones spell alike."""
