# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that work on requests: made when all others are busy, kept for the next ones."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

import structlog

_log = structlog.get_logger(__name__)


class Crew:
    """Up to ``most`` threads; beyond, work waits. They end with the process."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._resting = 0
        self.size = 0

    def do(self, work: Callable[[], None]) -> None:
        """Have it done, soon."""
        with self._lock:
            if self._resting:
                self._resting -= 1
            elif self.size < self._most:
                self.size += 1
                threading.Thread(target=self._live, name=f"{self._name}-{self.size}", daemon=True).start()
        self._work.put(work)

    def _live(self) -> None:
        while True:
            work = self._work.get()
            try:
                work()
            except Exception:  # noqa: BLE001 - a thread that ends would be missing
                _log.exception("a thread's work failed")
            del work
            with self._lock:
                self._resting += 1
