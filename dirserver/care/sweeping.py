# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing photos that nothing refers to any more: no entry in whatever state, no history, no proposal.

All cards are looked through in small steps, none of which keeps others waiting; then the photos that were in none go, a few at a time.
"""

from __future__ import annotations

from collections.abc import Callable

from dirserver.store.engine.opening import Store
from dirserver.store.entries import blobs
from dirserver.store.entries.blobs import PLACES, RESTING_US

_CARDS_AT_ONCE = 500
_PHOTOS_AT_ONCE = 50


class Sweeping:
    """Sweeping one store. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock

    def sweep(self) -> int:
        """Remove the photos that nothing refers to and nobody has brought for a day, and return how many there were."""
        # From before the look: what is brought while it goes on stays, whether it was seen or not.
        before = self._clock() - RESTING_US
        with self._store.reading() as tx:
            if not blobs.resting(tx, "", before, 1):
                return 0
        kept, done, last = self._referred(), 0, ""
        while True:
            with self._store.reading() as tx:
                found = blobs.resting(tx, last, before, _PHOTOS_AT_ONCE)
            if not found:
                return done
            last = found[-1]
            unused = [digest for digest in found if digest not in kept]
            if unused:
                with self._store.writing() as tx:
                    done += blobs.drop(tx, unused, before)

    def _referred(self) -> frozenset[str]:
        found: set[str] = set()
        for place in PLACES:
            with self._store.reading() as tx:
                last = blobs.last_number(tx, place)
            for after in range(0, last, _CARDS_AT_ONCE):
                with self._store.reading() as tx:
                    found |= blobs.referred(tx, place, after, after + _CARDS_AT_ONCE)
        return frozenset(found)
