# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants: one line each that gives somebody a level on a book, or on a label in it, and the fields that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dirserver.errors import BadInput
from dirserver.model.book import Level
from dirserver.model.names import Slug


class SubjectKind(StrEnum):
    """To whom a grant may go, from the most to the least specific, then the two relations to an entry."""

    ACCOUNT = "account"
    GROUP = "group"
    AUTHENTICATED = "authenticated"
    ANONYMOUS = "anonymous"
    SELF = "self"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who gets a grant; ``name`` is a login or a group's name, else empty."""

    kind: SubjectKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> Subject:
        """Read ``account:ada``, ``group:hr``, ``authenticated``, ``anonymous``, ``self`` or ``manager``; BadInput otherwise."""
        kind, _, name = text.partition(":")
        named = kind in (SubjectKind.ACCOUNT, SubjectKind.GROUP)
        if kind not in set(SubjectKind) or named != bool(name):
            raise BadInput(f"'{text}' is nobody to grant to: use account:LOGIN, group:NAME, authenticated, anonymous, self or manager")
        return cls(SubjectKind(kind), name)


@dataclass(frozen=True, slots=True)
class Grant:
    """``subject`` has ``level`` on ``book`` and may read and write these fields.

    ``reads`` and ``writes`` name field classes, single fields, or ``*`` for all; what is written may also be read. With a ``label``
    (its name) it holds on the entries that carry it, and on nothing else of the book.
    """

    book: Slug
    subject: Subject
    level: Level
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    label: str = ""

    @property
    def named(self) -> str:
        """Who has it, and on which label: as people are told of it."""
        return f"{self.subject} on label '{self.label}'" if self.label else str(self.subject)
