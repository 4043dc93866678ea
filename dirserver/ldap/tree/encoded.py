# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards as LDAP sends them, made once and kept: reading a card costs fifty times what joining its attributes does.

An ETag stands for a card and for what the asker may see of it, so what is kept under one is right for everybody who is shown the same, and
a card that was changed comes under another. What references are called may change by itself: they stay texts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dirserver.card.card import Card
from dirserver.card.projection import attributes
from dirserver.directory.views.entry import Entry
from dirserver.ldap.tree.cache import Cache
from dirserver.ldap.wire import encode
from dirserver.model.attribute import ATTRIBUTES, Syntax
from dirserver.model.names import ETag

REFERENCES = frozenset(attribute.name for attribute in ATTRIBUTES.values() if attribute.syntax is Syntax.DN)
"""Attributes whose values are other entries."""
_BESIDES_ATTRIBUTE = 150


@dataclass(frozen=True, slots=True)
class EncodedAttribute:
    """One attribute of a card: its values as an encoded SET, or, of a reference, as ``urn:uuid:`` texts."""

    name: str
    values: bytes
    references: tuple[str, ...] = ()

    @property
    def octets(self) -> int:
        """What it takes in memory, more or less."""
        return len(self.values) + sum(map(len, self.references)) + _BESIDES_ATTRIBUTE


# A label that comes to a contact by its group changes the card and not every ETag: the moment of the change tells them apart.
_Of = tuple[ETag, datetime]


class EncodedCards:
    """What was sent last, up to so many octets: attributes of cards, and whole answers that an entry is. Safe for threads."""

    def __init__(self, max_octets: int) -> None:
        self._attributes: Cache[_Of, tuple[EncodedAttribute, ...]] = Cache(max_octets // 2)
        self._whole: Cache[tuple[Hashable, ...], bytes] = Cache(max_octets // 2)
        self.is_kept = max_octets > 0

    def of(self, entry: Entry) -> tuple[EncodedAttribute, ...]:
        """Return the attributes of an entry's card, in the card's order."""
        key = (entry.etag, entry.modified_at)
        known = self._attributes.get(key)
        if known is None:
            known = tuple(encoded(entry.card))
            self._attributes.put(key, known, sum(one.octets for one in known))
        return known

    def whole(self, entry: Entry, asked: Hashable, make: Callable[[Entry], bytes]) -> bytes:
        """Return the answer that an entry is, where it follows from its card, its name and what is ``asked`` of it alone."""
        key = (entry.etag, entry.modified_at, entry.book, entry.name, asked)
        known = self._whole.get(key)
        if known is None:
            known = make(entry)
            self._whole.put(key, known, len(known))
        return known

    def known(self, etag: ETag, modified_at: datetime, book: str, name: str, asked: Hashable) -> bytes | None:
        """Return what ``whole`` would give without making anything."""
        return self._whole.get((etag, modified_at, book, name, asked))

    def __len__(self) -> int:
        """Return how much is kept."""
        return len(self._attributes) + len(self._whole)


def encoded(card: Card, is_wanted: Callable[[str], object] = bool) -> Iterator[EncodedAttribute]:
    """Yield the attributes of a card that are wanted by name, in the card's order."""
    return (_encoded(name, texts) for name, texts in attributes(card).items() if name != "uid" and is_wanted(name))


def _encoded(name: str, texts: tuple[str, ...]) -> EncodedAttribute:
    if name in REFERENCES:
        return EncodedAttribute(name, b"", texts)
    return EncodedAttribute(name, encode.value_set([text.encode("utf-8", "replace") for text in texts]))
