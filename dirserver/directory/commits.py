# SPDX-License-Identifier: GPL-3.0-or-later
"""What stays true while nothing is committed, for who asks all the time: looked up after a commit, and known until the next one."""

from __future__ import annotations

from dirserver.store.engine import counters
from dirserver.store.engine.opening import Store


class Commits:
    """Counts what others commit, as far as anybody looks. For one thread, on a database that answers without a network; close it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pulse = store.pulse()
        self._seen = 0
        self._access = (-1, 0)

    def look(self) -> int:
        """Return a number that is another one whenever something was committed since the last look. Raises Unavailable."""
        if self._pulse.has_moved():
            self._seen += 1
        return self._seen

    def access_number(self) -> int:
        """Return under which number everybody's rights stand, as of the last look (``store.engine.counters``). Raises Unavailable."""
        seen, number = self._access
        if seen != self._seen:
            with self._store.glance() as tx:
                number = counters.access_number(tx)
            self._access = (self._seen, number)
        return number

    def close(self) -> None:
        """Stop listening."""
        self._pulse.close()
