# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done for every book once a day: looking through what changed, and emptying the trash of what has lain there long enough."""

from __future__ import annotations

from collections.abc import Callable

from dirserver.care.ages import DAY_US
from dirserver.care.looking import Looking
from dirserver.directory.directory import Directory
from dirserver.errors import DirserverError
from dirserver.model.principal import Principal
from dirserver.store.engine.opening import Store
from dirserver.store.entries import purges

_AT_ONCE = 200


class Retention:
    """What keeps books small and looked through. ``days``: how long the trash keeps; 0 for ever."""

    def __init__(self, store: Store, directory: Directory, looking: Looking, days: int, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._directory = directory
        self._looking = looking
        self._days = days
        self._clock = clock

    def tend(self) -> int:
        """Look through all books, remove what is due, and return how many entries were removed."""
        with self._directory.reading(Principal.system()) as reading:
            slugs = [book.slug for book in reading.books() if book.book.owner_id is None]
        for slug in slugs:
            self._looking.catch_up(slug)
        return self.purge()

    def purge(self) -> int:
        """Remove for good what has lain in the trash for longer than the settings keep it, and return how many entries that were."""
        if not self._days:
            return 0
        before = self._clock() - self._days * DAY_US
        done, tried = 0, set[str]()
        while True:
            with self._store.reading() as tx:
                due = [uuid for _, uuid in purges.trashed_before(tx, before, _AT_ONCE + len(tried)) if uuid not in tried]
            if not due:
                return done
            for uuid in due:
                tried.add(uuid)
                try:
                    with self._directory.writing(Principal.system()) as writing:
                        writing.purge(uuid)
                except DirserverError:
                    # Somebody signs in as it, or it was restored: it stays.
                    continue
                tried.discard(uuid)
                done += 1
