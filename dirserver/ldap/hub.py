# SPDX-License-Identifier: GPL-3.0-or-later
"""Who waits for changes, in one process: one look at the database for all of them, and their turns when something was written.

Rules of this file: everything runs in the reactor's thread but ``_listen``, which has a thread of its own and touches only the pulse.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Protocol

import structlog
from twisted.internet.interfaces import IReactorFromThreads

from dirserver.errors import Unavailable

_LOG = structlog.get_logger(__name__)
_TICK_S = 0.25
_AT_ONCE = 2
"""How many look at the same time: searches have the other threads."""


class Pulse(Protocol):
    """Tells whether anything was written since the last call."""

    def has_moved(self) -> bool:
        """Tell whether anything was."""
        ...

    def close(self) -> None:
        """End."""
        ...


class Waiter(Protocol):
    """Somebody who waits."""

    def look(self) -> bool:
        """Begin to tell what has changed, up to ``Hub.done``; False if that can't be now."""
        ...


class Hub:
    """The waiters of a process, up to a number in all and for each account."""

    def __init__(self, reactor: IReactorFromThreads, pulse: Callable[[], Pulse], *, most: int, most_per_account: int) -> None:
        self._reactor = reactor
        self._pulse = pulse
        self._most = most
        self._most_per_account = most_per_account
        self._admitted: Counter[int | None] = Counter()
        self._waiting: set[Waiter] = set()
        self._due: OrderedDict[Waiter, None] = OrderedDict()
        self._looking = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def admit(self, account_id: int | None) -> bool:
        """Count one more that will wait; False if there are enough."""
        if self._admitted.total() >= self._most or self._admitted[account_id] >= self._most_per_account:
            return False
        self._admitted[account_id] += 1
        return True

    def release(self, account_id: int | None) -> None:
        """Count one less."""
        self._admitted[account_id] -= 1
        if not self._admitted[account_id]:
            del self._admitted[account_id]

    def wait(self, waiter: Waiter) -> None:
        """Let somebody wait; it looks once at once, for what came while it was getting ready."""
        self._waiting.add(waiter)
        if self._thread is None:
            self._thread = threading.Thread(target=self._listen, name="ldap-pulse", daemon=True)
            self._thread.start()
        self.due(waiter)

    def forget(self, waiter: Waiter) -> None:
        """It waits no more."""
        self._waiting.discard(waiter)
        self._due.pop(waiter, None)

    def due(self, waiter: Waiter) -> None:
        """Give a waiter a turn behind those who wait for theirs."""
        if waiter in self._waiting:
            self._due[waiter] = None
            self._give_turns()

    def done(self) -> None:
        """A turn has ended."""
        self._looking -= 1
        self._give_turns()

    def moved(self) -> None:
        """Something was written: everybody looks, one after the other."""
        self._due.update(dict.fromkeys(self._waiting))
        self._give_turns()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _give_turns(self) -> None:
        while self._due and self._looking < _AT_ONCE:
            waiter, _ = self._due.popitem(last=False)
            self._looking += 1
            if not waiter.look():
                self._looking -= 1

    def _listen(self) -> None:
        pulse = self._pulse()
        is_well = True
        while not self._stop.wait(_TICK_S):
            # Without anybody who waits nothing is asked; what was missed shows at the next look.
            if not self._waiting:
                continue
            try:
                has_moved = pulse.has_moved()
                is_well = True
            except Unavailable as error:
                if is_well:
                    _LOG.warning("followers wait for the database", reason=error.public_message)
                has_moved = is_well = False
            if has_moved:
                with contextlib.suppress(RuntimeError):
                    self._reactor.callFromThread(self.moved)
        pulse.close()
