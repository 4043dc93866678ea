# SPDX-License-Identifier: GPL-3.0-or-later
"""Levels, subjects, classes of fields and single ones in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from dirserver.errors import NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.web.entry.fields import label_of_unit
from dirserver.web.shell.current import config, identity
from dirserver.web.shell.languages import gettext, mark

LEVELS: Mapping[Level, str] = MappingProxyType(
    {
        Level.NONE: mark("sees nothing"),
        Level.VIEW: mark("may look"),
        Level.EDIT: mark("may add and edit"),
        Level.DELETE: mark("may also delete"),
        Level.MANAGE: mark("may also share"),
        Level.OWN: mark("owner"),
    }
)
"""What a level allows, as one says it of somebody; each includes those before it."""

_SUBJECTS = {
    SubjectKind.AUTHENTICATED: mark("Everybody with an account"),
    SubjectKind.ANONYMOUS: mark("Everybody, without signing in"),
    SubjectKind.SELF: mark("Each person, about themselves"),
    SubjectKind.MANAGER: mark("Managers, about their reports"),
}
_ON_LABEL = mark("%(who)s, on the label %(label)s")
_ALL = mark("all fields")
PRIVATE = "private"
EVERYTHING = "*"
_CLASSES = {
    "public": mark("public"),
    "work": mark("work"),
    "hr": mark("human resources"),
    PRIVATE: mark("private"),
}
"""The classes that there are unless the settings file says otherwise; those of its own are called as they are there."""


def level_name(level: Level) -> str:
    """Return what a level allows, translated."""
    return gettext(LEVELS[level])


def subject_name(subject: Subject) -> str:
    """Return how to call who has a grant: a person's name, a group's name, or words."""
    if subject.kind is SubjectKind.ACCOUNT:
        try:
            return identity().account(subject.name).name or subject.name
        except NotFound:
            return subject.name
    return subject.name if subject.kind is SubjectKind.GROUP else gettext(_SUBJECTS[subject.kind])


def grantee(grant: Grant) -> str:
    """Return how to call who has a grant, and on which label where it is on one."""
    name = subject_name(grant.subject)
    return gettext(_ON_LABEL) % {"who": name, "label": grant.label} if grant.label else name


def part_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return what a grant reads or writes in words: classes and single fields by what they are called."""
    known = {EVERYTHING: gettext(_ALL), **{name: class_name(name) for name in classes()}}
    return tuple(known.get(name) or gettext(label_of_unit(name)) for name in names)


def class_name(name: str) -> str:
    """Return what a class of fields is called, translated where it is a built-in one; commands and the settings file know its ``name``."""
    return gettext(_CLASSES[name]) if name in _CLASSES else name


def classes() -> tuple[str, ...]:
    """Return the names of the classes of fields, the one of what is unlisted last."""
    return (*(each.name for each in config().fields.classes), PRIVATE)
