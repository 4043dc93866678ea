# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a worker works on at the same time, however many it has.

A request holds a *turn* while it is worked on, and none while it waits for its client: for the next octets of its body, or for
the client to take the next block of its answer. So a thousand slow clients hold threads that sleep, and nobody else's turn.
"""

from __future__ import annotations

from queue import SimpleQueue


class Turns:
    """The turns of one worker process. Safe for threads."""

    def __init__(self, count: int) -> None:
        # A turn is something to be taken out: a semaphore of ``threading`` costs ten times as much, four times a request.
        self.free: SimpleQueue[None] = SimpleQueue()
        self.count = count
        for _ in range(count):
            self.free.put(None)

    @property
    def busy(self) -> int:
        """How many are taken, about."""
        return self.count - self.free.qsize()

    def take(self) -> Turn:
        """Begin to work on a request; wait while all turns are taken."""
        turn = Turn(self.free)
        turn.work()
        return turn


class Turn:
    """One request's way through a worker: working with a turn, waiting for its client without one, over."""

    __slots__ = ("_free", "_is_working")

    def __init__(self, free: SimpleQueue[None]) -> None:
        self._free = free
        self._is_working = False

    def work(self) -> None:
        """Take a turn; wait while all are taken."""
        self._free.get()
        self._is_working = True

    def end(self) -> None:
        """Give it back, while the client is waited for or for good. More than once is fine."""
        if self._is_working:
            self._is_working = False
            self._free.put(None)
