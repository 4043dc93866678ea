# SPDX-License-Identifier: GPL-3.0-or-later
"""How the directory does, in numbers, for programs that watch servers. They say nothing of anybody in it, so nobody has to be asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from dirserver.store.care import vitals
from dirserver.store.care.vitals import EntryCount, PushCount
from dirserver.store.delivery import outbox
from dirserver.store.engine import counters
from dirserver.store.engine.opening import Store
from dirserver.store.entries import books

_COUNTED_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """All of it at one moment. ``backup_us`` is when a backup was made last, None where none is known (PostgreSQL, a new database)."""

    change_number: int
    entries: tuple[EntryCount, ...]
    letters_waiting: int
    letters_failed: int
    push: PushCount
    backup_us: int | None


class VitalSigns:
    """Looks at one store. Entries are counted once a minute at most. For one thread."""

    def __init__(self, store: Store, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._entries: tuple[EntryCount, ...] = ()
        self._counted_s = -_COUNTED_EVERY_S

    def look(self) -> Vitals:
        """Ask the database. Unavailable if it doesn't answer."""
        with self._store.reading() as tx:
            now_s = time.monotonic()
            if now_s - self._counted_s >= _COUNTED_EVERY_S:
                self._entries, self._counted_s = vitals.entries(tx), now_s
            waiting, failed = outbox.counted(tx)
            push = vitals.pushes(tx, self._clock())
            return Vitals(books.sum_of_numbers(tx), self._entries, waiting, failed, push, counters.backed_up_us(tx))
