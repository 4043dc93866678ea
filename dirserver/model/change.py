# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes and the tokens that point into their sequence (RFC 6578)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from dirserver.model.names import ETag, Href


class What(StrEnum):
    """What happened to an entry, as the change log keeps it."""

    CREATED = "created"
    CHANGED = "changed"
    ARCHIVED = "archived"
    TRASHED = "trashed"
    RESTORED = "restored"
    MOVED = "moved"
    PURGED = "purged"
    RIGHTS = "rights"
    RETOLD = "retold"


class Listed(NamedTuple):
    """One visible entry of a book, as a listing shows it. ``modified_at`` in seconds since 1970, UTC."""

    href: Href
    etag: ETag
    modified_at: int


_TOKEN = re.compile(r"urn:dirserver:sync:([0-9a-f-]{36}):([0-9a-z]+):(\d{1,18}):([0-9a-z]+)(?::([lagc]):([\w-]*))?", re.ASCII)


class Phase(StrEnum):
    """Where a client stopped that asked for a limited number of rows (RFC 6578 section 3.6)."""

    DONE = ""
    LISTING = "l"
    """In the list of what shows; it holds nothing else."""
    LISTING_ALL = "a"
    """In the list of what shows; what doesn't show any more comes after that."""
    GONE = "g"
    """Among what doesn't show any more."""
    CHANGES = "c"
    """Among what changed under one number."""


@dataclass(frozen=True, slots=True)
class SyncToken:
    """A point in a book's change log, as one View sees it.

    The text form holds a colon because Evolution ignores tokens without one. ``view`` is the fingerprint of what the client
    could see: when rights change the fingerprint does too, and the next answer lists everything again.

    Where a limit cut an answer, ``after`` is the last href that was told in this ``phase``; ``number`` is that at which a listing
    began, so that what happened meanwhile comes when it is over.
    """

    book: str
    epoch: str
    number: int
    view: str
    phase: Phase = Phase.DONE
    after: str = ""

    def __str__(self) -> str:
        text = f"urn:dirserver:sync:{self.book}:{self.epoch}:{self.number}:{self.view}"
        if self.phase is Phase.DONE:
            return text
        return f"{text}:{self.phase}:{base64.urlsafe_b64encode(self.after.encode()).decode().rstrip('=')}"

    @classmethod
    def parse(cls, text: str) -> SyncToken | None:
        """Read a token; None for anything that we did not write (clients invent tokens: never an error)."""
        found = _TOKEN.fullmatch(text.strip())
        if found is None:
            return None
        book, epoch, number, view, phase, after = found.groups()
        try:
            told = base64.urlsafe_b64decode(f"{after or ''}==").decode()
        except ValueError:
            return None
        # No href holds NUL, and PostgreSQL takes none in a text: whoever made this up, we didn't.
        return None if "\0" in told else cls(book, epoch, int(number), view, Phase(phase or ""), told)


class Mark(NamedTuple):
    """Where a book stood, and what anybody may see of it: while both are the same, the same question has the same answer.

    ``access_number`` moves with every change of accounts, groups, grants, profiles and books.
    """

    access_number: int
    book_id: int
    number: int
    epoch: str


class Marks(NamedTuple):
    """Where all listed books stand, and everybody's rights: while both are the same, every question about them has the same answer.

    Numbers of books only grow, and a book comes or goes with a new ``access_number``: no two states have the same marks.
    """

    access_number: int
    numbers: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What a client must do to catch up: fetch ``changed``, drop ``gone``, remember ``token``.

    ``is_truncated`` says that a limit cut the list; ``token`` then points to the cut, never past it.
    """

    token: SyncToken
    changed: tuple[Listed, ...]
    gone: tuple[Href, ...]
    is_truncated: bool = False

    @property
    def is_nothing(self) -> bool:
        """True if there is nothing to do and nothing more to come."""
        return not (self.changed or self.gone or self.is_truncated)
