# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that work on requests: made when all others are busy, kept for the next ones.

Each rests at a lock of its own, and who began to rest last works next: its memory is still in the processor's caches. At one queue
for all of them, each that takes something out wakes the next one for nothing, which then wants the interpreter too.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import structlog

_log = structlog.get_logger(__name__)
Work = Callable[[], None]


class _Place:
    """Where one thread rests until there is work for it."""

    __slots__ = ("_bell", "_work")

    def __init__(self) -> None:
        self._bell = threading.Lock()
        self._bell.acquire()
        self._work: Work | None = None

    def give(self, work: Work) -> None:
        """Have the thread go on with this."""
        self._work = work
        self._bell.release()

    def rest(self) -> Work:
        """Wait for work."""
        work = None
        while work is None:
            self._bell.acquire()
            work, self._work = self._work, None
        return work


class Crew:
    """Up to ``most`` threads; beyond, work waits. They end with the process."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._lock = threading.Lock()
        self._resting: list[_Place] = []
        self._waiting: deque[Work] = deque()
        self.size = 0

    def do(self, work: Work) -> None:
        """Have it done, soon."""
        with self._lock:
            if self._resting:
                place = self._resting.pop()
            elif self.size < self._most:
                self.size += 1
                place = _Place()
                threading.Thread(target=self._live, args=(place,), name=f"{self._name}-{self.size}", daemon=True).start()
            else:
                self._waiting.append(work)
                return
        place.give(work)

    def _live(self, place: _Place) -> None:
        work: Work | None = None
        while True:
            if work is None:
                work = place.rest()
            try:
                work()
            except Exception:  # noqa: BLE001 - a thread that ends would be missing
                _log.exception("a thread's work failed")
            with self._lock:
                # What was done is let go of before the thread rests.
                work = self._waiting.popleft() if self._waiting else None
                if work is None:
                    self._resting.append(place)
