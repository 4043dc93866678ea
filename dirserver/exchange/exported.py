# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry as the tabular formats and LDIF write it: its uid, its UUID, its stored attributes, references by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dirserver.card.media import photo_digest
from dirserver.card.projection import attributes, octet_attributes, stored_values, uuid_of
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.errors import NotFound
from dirserver.model.attribute import CANONICAL, Syntax, find

NAME, UUID, PHOTO = "uid", "uuid", "jpegPhoto"
_REFERENCES = frozenset(each.name for each in CANONICAL if each.syntax is Syntax.DN)
_MOST_NAMES = 100_000


@dataclass(frozen=True, slots=True)
class Reference:
    """Another entry: by uid and book where it may be seen, else by UUID alone."""

    uuid: str
    name: str = ""
    book: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What is written of one entry. ``texts`` hold no references, ``octets`` are photos and certificates."""

    name: str
    uuid: str
    texts: Mapping[str, tuple[str, ...]]
    octets: Mapping[str, tuple[bytes, ...]]
    references: Mapping[str, tuple[Reference, ...]]
    names: Mapping[str, tuple[str, ...]]
    """cn and sn, made from what else there is where the card lacks them: LDAP's person class must have both."""


def exported(reading: Reading, entry: Entry, known: dict[str, tuple[str, str]], *, with_photos: bool) -> Exported:
    """Return what is written of ``entry``. ``known`` is the caller's memory of (uid, book) by UUID, bounded here."""
    stored = stored_values(entry.card)
    references = {
        name: tuple(_reference(reading, uuid, known) for text in stored[name] if (uuid := uuid_of(text)) is not None)
        for name in stored.keys() & _REFERENCES
    }
    octets = dict(octet_attributes(entry.card))
    if with_photos and photo_digest(entry.card) is not None:
        photo = reading.photo(entry)
        if photo is not None:
            octets[PHOTO] = (photo.data,)
    texts = {name: tuple(dict.fromkeys(values)) for name, values in stored.items() if name not in _REFERENCES}
    every = attributes(entry.card)
    must = {name: every.get(name, (entry.name,)) for name in ("cn", "sn")}
    return Exported(entry.name, entry.uuid, texts, octets, {name: found for name, found in references.items() if found}, must)


def columns_of(entries: Iterable[Entry], *, with_photos: bool) -> tuple[str, ...]:
    """Return the attributes that the entries have, in the order of the registry, uid and uuid first."""
    used: set[str] = set()
    for entry in entries:
        used.update(stored_values(entry.card))
        used.update(octet_attributes(entry.card))
        if photo_digest(entry.card) is not None:
            used.add(PHOTO)
    taken = [each.name for each in CANONICAL if each.name in used and (with_photos or each.syntax is not Syntax.BINARY)]
    return (NAME, UUID, *taken)


def is_reference(name: str) -> bool:
    """Tell whether the attribute names other entries."""
    return name in _REFERENCES


def is_binary(name: str) -> bool:
    """Tell whether the attribute's values are octets."""
    attribute = find(name)
    return attribute is not None and attribute.syntax is Syntax.BINARY


def _reference(reading: Reading, uuid: str, known: dict[str, tuple[str, str]]) -> Reference:
    if uuid not in known:
        if len(known) >= _MOST_NAMES:
            known.clear()
        try:
            entry = reading.find(uuid)
            known[uuid] = (entry.name, entry.book)
        except NotFound:
            known[uuid] = ("", "")
    return Reference(uuid, *known[uuid])
