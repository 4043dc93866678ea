# SPDX-License-Identifier: GPL-3.0-or-later
"""A Card under change: the list of properties that ``card.patch`` works on, and the moves it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from dirserver.card.card import Card, Property, Version, split_raw, unescape
from dirserver.card.places import ATTACHED, NO_LABELS, PLACES, SLOTS, Place, labels_of, variant_of

Reader = Callable[[Property], str]
Writer = Callable[[Property, str], Property]


_KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {place.key: frozenset(key for key, slots in SLOTS.items() if place in slots.get(place.variant, ())) for place in PLACES}
)
"""Every name, of either version, that a property of the table goes by."""


@dataclass(slots=True)
class Draft:
    """Properties that may be changed in place; only ``card.patch`` holds one, and never longer than one patch."""

    version: Version
    properties: list[Property]

    def card(self) -> Card:
        """Return the card as it stands now."""
        return Card(self.version, tuple(self.properties))

    def first(self, key: str) -> int | None:
        """Return the index of the first property of this upper-case name."""
        for index, each in enumerate(self.properties):
            if each.key == key:
                return index
        return None

    def indexes(self, place: Place, *, with_empty: bool = False) -> list[int]:
        """Return the indexes of the properties in the slot of ``place``, in order, empty ones only when asked for."""
        keys = _KEYS.get(place.key) or {place.key}
        labels = labels_of(self.card()) if any(each.group is not None for each in self.properties) else NO_LABELS
        found: list[int] = []
        for index, each in enumerate(self.properties):
            key = each.key
            if key in keys and variant_of(key, each, labels) == place.variant and (with_empty or each.value.strip()):
                found.append(index)
        return found

    def values(self, place: Place, read: Reader) -> list[str]:
        """Return the values at ``place``, one a property."""
        return [read(self.properties[index]) for index in self.indexes(place)]

    def set_values(self, place: Place, news: Sequence[str], read: Reader, write: Writer) -> None:
        """Give ``place`` the values ``news``, one a property, in their order; see ``card.patch`` for what is kept."""
        indexes = self.indexes(place)
        free = [self.properties[index] for index in indexes]
        chosen: list[Property | None] = []
        for text in news:
            equal = next((each for each in free if read(each) == text), None)
            if equal is not None:
                free.remove(equal)
            chosen.append(equal)
        made: list[Property] = []
        for text, each in zip(news, chosen, strict=True):
            if each is not None:
                made.append(each)
            elif free:
                made.append(write(free.pop(0), text))
            else:
                made.append(write(Property(place.name(self.version), "", None, place.params(self.version)), text))
        for index, each in zip(indexes, made, strict=False):
            self.properties[index] = each
        if len(made) > len(indexes):
            at = indexes[-1] + 1 if indexes else len(self.properties)
            self.properties[at:at] = made[len(indexes) :]
        else:
            self.drop(indexes[len(made) :], lost=free)

    def set_parts(
        self, place: Place, news: Sequence[str], read: Reader, write: Writer, is_empty: Callable[[Property], bool] | None = None
    ) -> None:
        """Give one part of the properties at ``place`` the values ``news``: the n-th value to the n-th property that has the part.

        A value without a property to go to takes one that lacks the part, then a new one; a part without a value is emptied, and
        a property that says nothing any more goes.
        """
        indexes = self.indexes(place, with_empty=True)
        having = [index for index in indexes if read(self.properties[index])]
        lacking = [index for index in indexes if index not in having]
        left = list(news)
        free: list[int] = []
        for index in having:
            text = read(self.properties[index])
            if text in left:
                left.remove(text)
            else:
                free.append(index)
        for text in left:
            index = free.pop(0) if free else lacking.pop(0) if lacking else -1
            if index >= 0:
                self.properties[index] = write(self.properties[index], text)
            else:
                at = indexes[-1] + 1 if indexes else len(self.properties)
                self.properties.insert(at, write(Property(place.name(self.version), "", None, place.params(self.version)), text))
                indexes.append(at)
        for index in free:
            self.properties[index] = write(self.properties[index], "")
        says_nothing = is_empty or (lambda each: not each.value.strip("; "))
        self.drop([index for index in free if says_nothing(self.properties[index])])

    @staticmethod
    def units(each: Property) -> list[str]:
        """Return ORG's components as texts."""
        return [unescape(raw) for raw in split_raw(each.value, ";")]

    def insert_after(self, key: str, new: Property) -> int:
        """Insert a property after the last one named ``key``, or at the start after UID, and return its index."""
        at = max((index + 1 for index, each in enumerate(self.properties) if each.key == key), default=-1)
        if at < 0:
            at = 1 if self.properties and self.properties[0].key == "UID" else 0
        self.properties.insert(at, new)
        return at

    def drop(self, indexes: Iterable[int], *, lost: Iterable[Property] = ()) -> None:
        """Remove properties, and what only said something about them: labels of groups that are otherwise empty now."""
        gone = set(indexes)
        if not gone:
            return
        groups = {each.group.lower() for index in gone if (each := self.properties[index]).group is not None}
        groups |= {each.group.lower() for each in lost if each.group is not None}
        left = [each for index, each in enumerate(self.properties) if index not in gone]
        held = {each.group.lower() for each in left if each.group is not None and each.key not in ATTACHED}
        orphaned = groups - held
        self.properties[:] = [each for each in left if each.group is None or each.group.lower() not in orphaned]

    def to_front(self, keys: Sequence[str]) -> None:
        """Move the first property of each name to the start, in the order of ``keys``."""
        front: list[Property] = []
        for key in keys:
            index = self.first(key)
            if index is not None:
                front.append(self.properties.pop(index))
        self.properties[:0] = front
