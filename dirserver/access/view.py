# SPDX-License-Identifier: GPL-3.0-or-later
"""What one principal may do with entries: a level, and the fields that it may read and write.

A View starts from nothing. Views are few (many people share one), so what is made for a View is made once; its fingerprint
says when two are the same, over processes and restarts.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from dirserver.model.attribute import find
from dirserver.model.book import Level

EVERYTHING = "*"
PRIVATE = "private"
"""The class of every field that no other class names."""

# What the entry is, apart from what is said in it: always readable with the entry.
_IDENTITY = frozenset({"uid", "entryuuid", "objectclass", "kind", "state", "entrydn", "createtimestamp", "modifytimestamp"})


@dataclass(frozen=True, slots=True)
class FieldClasses:
    """Which class each field belongs to; what is not listed is private. Names are canonical fields in lower case."""

    of_field: Mapping[str, str]

    @classmethod
    def of(cls, classes: Mapping[str, tuple[str, ...]]) -> FieldClasses:
        """Turn ``class -> attribute or field names`` (as the config has it) around; the first class that names a field has it."""
        found: dict[str, str] = {}
        for name, members in classes.items():
            for member in members:
                found.setdefault(field_name(member), name)
        return cls(found)

    def class_of(self, field_name: str) -> str:
        """Return the class of a (lower-case) field."""
        return self.of_field.get(field_name, PRIVATE)


@dataclass(frozen=True, slots=True)
class View:
    """``level`` and the readable and writable names: classes, fields, or ``*``."""

    level: Level
    reads: frozenset[str]
    writes: frozenset[str]
    classes: FieldClasses
    fingerprint: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingerprint", self._fingerprint())

    def may_read(self, name: str) -> bool:
        """Tell whether the field (or attribute, in any spelling) may be read; what may be written may be read."""
        return self.level >= Level.VIEW and (_holds(self.reads, self.classes, name) or self.may_write(name))

    def may_write(self, name: str) -> bool:
        """Tell whether the field (or attribute, in any spelling) may be changed."""
        return self.level >= Level.EDIT and _holds(self.writes, self.classes, name)

    @property
    def reads_everything(self) -> bool:
        """True when no field is hidden."""
        return EVERYTHING in self.reads

    @property
    def writes_everything(self) -> bool:
        """True when every field may be changed."""
        return self.level >= Level.EDIT and EVERYTHING in self.writes

    def joined(self, other: View) -> View:
        """Return what both together allow."""
        return View(max(self.level, other.level), self.reads | other.reads, self.writes | other.writes, self.classes)

    def _fingerprint(self) -> str:
        # What may only be written doesn't change what is shown; the class of each field does, unless everything is read.
        shown = "*" if self.reads_everything else repr((sorted(self.reads | self.writes), sorted(self.classes.of_field.items())))
        return hashlib.sha256(f"{self.level >= Level.VIEW}{shown}".encode()).hexdigest()[:16]


def nothing(classes: FieldClasses) -> View:
    """Return the View that everything starts from."""
    return View(Level.NONE, frozenset(), frozenset(), classes)


@functools.lru_cache(maxsize=4096)
def field_name(name: str) -> str:
    """Return the lower-case field that an attribute or field name stands for; unknown names stand for themselves."""
    attribute = find(name)
    return (attribute.field if attribute is not None else name).lower()


def _holds(names: frozenset[str], classes: FieldClasses, name: str) -> bool:
    if EVERYTHING in names:
        return True
    wanted = field_name(name)
    return wanted in _IDENTITY or wanted in names or classes.class_of(wanted) in names
