# SPDX-License-Identifier: GPL-3.0-or-later
"""How long ago somebody last said that an entry is right, and who was asked since. When it counts: ``directory.changes.confirming``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dirserver.access.stewardship import require_steward
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Entry, moment
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.store.accounts import accounts
from dirserver.store.care import confirmations, findings
from dirserver.store.care.confirmations import Asked
from dirserver.store.engine.opening import Store

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry that nobody confirmed for long. ``times`` letters asked ``login`` about it, ``asked_at`` the last one.

    ``asked_at`` without a login: nobody could be found to ask. Without either nobody has been asked so far.
    """

    entry: Entry
    confirmed_at: datetime
    login: str = ""
    times: int = 0
    asked_at: datetime | None = None


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
            require_steward(book.in_general, book.name)
        with self._store.reading() as tx:
            return findings.ages(tx, book.book.id, (self._border(),))[0]

    def stale(self, principal: Principal, slug: Slug, limit: int = 25, offset: int = 0) -> tuple[Stale, ...]:
        """Return the stale entries of a book, those first whom nobody has confirmed for longest. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = reading.book(slug)
            require_steward(book.in_general, book.name)
            with self._store.reading() as tx:
                rows = findings.stale(tx, book.book.id, self._border(), limit, offset)
                asked = confirmations.states(tx, [uuid for uuid, _ in rows])
                logins = accounts.logins(tx, {one.account_id for one in asked.values() if one.account_id is not None})
            entries = {entry.uuid: entry for entry in reading.among(book, uuids=[uuid for uuid, _ in rows])}
            return tuple(_stale(entries[uuid], at_us, asked.get(uuid), logins) for uuid, at_us in rows if uuid in entries)

    def _border(self) -> int:
        return self._clock() - self._days * DAY_US


def _stale(entry: Entry, confirmed_us: int, asked: Asked | None, logins: Mapping[int, str]) -> Stale:
    if asked is None:
        return Stale(entry, moment(confirmed_us))
    login = logins.get(asked.account_id, "") if asked.account_id is not None else ""
    return Stale(entry, moment(confirmed_us), login, asked.times, moment(asked.asked_us))
