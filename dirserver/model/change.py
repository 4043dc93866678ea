# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes and the tokens that point into their sequence (RFC 6578)."""

from __future__ import annotations

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


_TOKEN = re.compile(r"urn:dirserver:sync:([0-9a-f-]{36}):([0-9a-z]+):(\d{1,18}):([0-9a-z]+)")


@dataclass(frozen=True, slots=True)
class SyncToken:
    """A point in a book's change log, as one View sees it.

    The text form holds a colon because Evolution ignores tokens without one. ``view`` is the fingerprint of what the client
    could see: when rights change the fingerprint does too, and the next answer lists everything again.
    """

    book: str
    epoch: str
    number: int
    view: str

    def __str__(self) -> str:
        return f"urn:dirserver:sync:{self.book}:{self.epoch}:{self.number}:{self.view}"

    @classmethod
    def parse(cls, text: str) -> SyncToken | None:
        """Read a token; None for anything that we did not write (clients invent tokens: never an error)."""
        found = _TOKEN.fullmatch(text.strip())
        if found is None:
            return None
        book, epoch, number, view = found.groups()
        return cls(book, epoch, int(number), view)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a client must do to catch up: fetch ``changed``, drop ``gone``, remember ``token``.

    ``is_truncated`` says that a limit cut the list; ``token`` then points to the cut, never past it.
    """

    token: SyncToken
    changed: tuple[Listed, ...]
    gone: tuple[Href, ...]
    is_truncated: bool = False
