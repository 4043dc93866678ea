# SPDX-License-Identifier: GPL-3.0-or-later
"""How long ago somebody last said that an entry is right: whoever confirmed it, or changed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dirserver.access.stewardship import require_steward
from dirserver.directory.directory import Directory
from dirserver.directory.entry import Entry, moment
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.store import findings
from dirserver.store.opening import Store

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry that nobody confirmed for long."""

    entry: Entry
    confirmed_at: datetime


class Ages:
    """Who has to be asked again. Safe for threads."""

    def __init__(self, store: Store, directory: Directory, days: int, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._directory = directory
        self._days = days
        self._clock = clock

    def count(self, principal: Principal, slug: Slug) -> int:
        """Count the entries of a book that are stale. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = reading.book(slug)
            require_steward(book.view, book.name)
        with self._store.reading() as tx:
            return findings.ages(tx, book.book.id, (self._border(),))[0]

    def stale(self, principal: Principal, slug: Slug, limit: int = 25, offset: int = 0) -> tuple[Stale, ...]:
        """Return the stale entries of a book, those first whom nobody has confirmed for longest. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = reading.book(slug)
            require_steward(book.view, book.name)
            with self._store.reading() as tx:
                rows = findings.stale(tx, book.book.id, self._border(), limit, offset)
            entries = {entry.uuid: entry for entry in reading.among(book, uuids=[uuid for uuid, _ in rows])}
            return tuple(Stale(entries[uuid], moment(at_us)) for uuid, at_us in rows if uuid in entries)

    def _border(self) -> int:
        return self._clock() - self._days * DAY_US
