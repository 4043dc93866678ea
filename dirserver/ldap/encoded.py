# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes of cards as LDAP sends them, made once and kept: reading a card costs fifty times what joining its attributes does.

An ETag stands for a card and for what the asker may see of it, so what is kept under one is right for everybody who is shown the same, and
a card that was changed comes under another. What references are called may change by itself: they stay texts.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

from dirserver.card.projection import attributes
from dirserver.directory.entry import Entry
from dirserver.ldap.wire import encode
from dirserver.model.attribute import ATTRIBUTES, Syntax
from dirserver.model.names import ETag

REFERENCES = frozenset(attribute.name for attribute in ATTRIBUTES.values() if attribute.syntax is Syntax.DN)
"""Attributes whose values are other entries."""


@dataclass(frozen=True, slots=True)
class EncodedAttribute:
    """One attribute of a card: its values as an encoded SET, or, of a reference, as ``urn:uuid:`` texts."""

    name: str
    values: bytes
    references: tuple[str, ...] = ()


# A label that comes to a contact by its group changes the card and not every ETag: the moment of the change tells them apart.
_Key = tuple[ETag, datetime]


class EncodedCards:
    """The cards of the last so many entries that were sent. Safe for threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[_Key, tuple[EncodedAttribute, ...]] = OrderedDict()
        self._whole: OrderedDict[tuple[Hashable, ...], bytes] = OrderedDict()

    def whole(self, entry: Entry, asked: Hashable, make: Callable[[Entry], bytes]) -> bytes:
        """Return the answer that an entry is, where it follows from its card, its name and what is ``asked`` of it alone."""
        key = (entry.etag, entry.modified_at, entry.book, entry.name, asked)
        known = self._whole.get(key)
        if known is None:
            known = make(entry)
            with self._lock:
                self._whole[key] = known
                while len(self._whole) > self._most:
                    self._whole.popitem(last=False)
        return known

    @property
    def count(self) -> int:
        """How many are kept."""
        return max(len(self._known), len(self._whole))

    def of(self, entry: Entry) -> tuple[EncodedAttribute, ...]:
        """Return the attributes of an entry's card, in the card's order."""
        key = (entry.etag, entry.modified_at)
        known = self._known.get(key)
        if known is None:
            known = tuple(_encoded(name, texts) for name, texts in attributes(entry.card).items() if name != "uid")
            with self._lock:
                self._known[key] = known
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        return known


def _encoded(name: str, texts: tuple[str, ...]) -> EncodedAttribute:
    if name in REFERENCES:
        return EncodedAttribute(name, b"", texts)
    return EncodedAttribute(name, encode.value_set([text.encode("utf-8", "replace") for text in texts]))
