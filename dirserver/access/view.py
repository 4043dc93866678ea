# SPDX-License-Identifier: GPL-3.0-or-later
"""What one principal may do with entries: a level, and the fields that it may read and write.

A View starts from nothing. Views are few (many people share one), so what is made for a View is made once; its fingerprint
says when two are the same, over processes and restarts.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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
                found.setdefault(field_name(member), name.lower())
        return cls(found)

    def class_of(self, field_name: str) -> str:
        """Return the class of a (lower-case) field."""
        return self.of_field.get(field_name, PRIVATE)


@dataclass(frozen=True, slots=True)
class View:
    """``level`` and the readable and writable names: classes, fields, or ``*``; ``barred`` fields can't be written all the same."""

    level: Level
    reads: frozenset[str]
    writes: frozenset[str]
    classes: FieldClasses
    barred: frozenset[str] = frozenset()
    fingerprint: str = field(init=False, compare=False)
    _shown: frozenset[str] = field(init=False, compare=False, repr=False)
    """What may be read: asked for each field of each card, so put together once."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_shown", self._reads | self._writes)
        object.__setattr__(self, "fingerprint", self._fingerprint())

    def may_read(self, name: str) -> bool:
        """Tell whether the field (or attribute, in any spelling) may be read; what may be written may be read."""
        wanted = field_name(name)
        return self.level >= Level.VIEW and (wanted in _IDENTITY or _holds(self._shown, self.classes, wanted))

    def may_write(self, name: str) -> bool:
        """Tell whether the field (or attribute, in any spelling) may be changed."""
        wanted = field_name(name)
        return wanted not in self.barred and _holds(self._writes, self.classes, wanted)

    @property
    def reads_everything(self) -> bool:
        """True when no field is hidden."""
        return EVERYTHING in self._shown

    @property
    def writes_everything(self) -> bool:
        """True when every field may be changed."""
        return EVERYTHING in self._writes and not self.barred

    def but(self, *names: str) -> View:
        """Return it without the right to write these fields, whatever else gives it."""
        return replace(self, barred=self.barred | frozenset(map(field_name, names)))

    def joined(self, other: View) -> View:
        """Return what both together allow; fields that come with too low a level to use them don't gain by the other's."""
        barred = frozenset(name for name in self.barred | other.barred if not (self.may_write(name) or other.may_write(name)))
        return View(max(self.level, other.level), self._reads | other._reads, self._writes | other._writes, self.classes, barred)

    @property
    def _reads(self) -> frozenset[str]:
        return self.reads if self.level >= Level.VIEW else frozenset()

    @property
    def _writes(self) -> frozenset[str]:
        return self.writes if self.level >= Level.EDIT else frozenset()

    def _fingerprint(self) -> str:
        # Not by what was granted but by the fields that it comes to: those of the classes, those granted singly, and the rest.
        if self.level < Level.VIEW:
            return _hash("nothing")
        shown, of_field = self._shown, self.classes.of_field
        with_rest = EVERYTHING in shown or PRIVATE in shown
        listed = {name for name in of_field if not _holds(shown, self.classes, name)} if with_rest else _single(shown, self.classes)
        return _hash(repr((with_rest, sorted(listed - _IDENTITY))))


def nothing(classes: FieldClasses) -> View:
    """Return the View that everything starts from."""
    return View(Level.NONE, frozenset(), frozenset(), classes)


@functools.lru_cache(maxsize=4096)
def field_name(name: str) -> str:
    """Return the lower-case field that an attribute or field name stands for; unknown names stand for themselves."""
    attribute = find(name)
    return (attribute.field if attribute is not None else name).lower()


def _holds(names: frozenset[str], classes: FieldClasses, wanted: str) -> bool:
    return EVERYTHING in names or wanted in names or classes.class_of(wanted) in names


def _single(names: frozenset[str], classes: FieldClasses) -> set[str]:
    used = set(classes.of_field.values())
    listed = {name for name in classes.of_field if _holds(names, classes, name)}
    return listed | {name for name in names if name not in used or find(name) is not None}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
