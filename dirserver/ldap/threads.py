# SPDX-License-Identifier: GPL-3.0-or-later
"""The one bridge from the reactor to threads, where SQL and password hashes may take their time.

Binds have threads of their own: many wrong passwords, each a slow hash, can't keep searches waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

_T = TypeVar("_T")

Done = Callable[[_T | Failure], None]
"""Takes what the work gave, or the Failure that it ended in; called in the reactor's thread."""


class Threads:
    """A bounded number of threads with a bounded queue before them."""

    def __init__(self, reactor: IReactorFromThreads, count: int, *, max_waiting: int, name: str) -> None:
        self._reactor = reactor
        self._pool = ThreadPool(minthreads=0, maxthreads=count, name=name)
        self._max = max_waiting + count
        self._count = 0

    @property
    def is_busy(self) -> bool:
        """True when so much waits that more had better be refused."""
        return self._count >= self._max

    @property
    def count(self) -> int:
        """How much runs or waits."""
        return self._count

    @property
    def is_idle(self) -> bool:
        """True when nothing runs or waits."""
        return self._count == 0

    def start(self) -> None:
        """Open for work; call it in the reactor's thread."""
        self._pool.start()

    def stop(self) -> None:
        """Wait for what runs and end the threads."""
        self._pool.stop()

    def run(self, work: Callable[[], _T], done: Done[_T]) -> None:
        """Do ``work`` in a thread, then ``done`` in the reactor's. Call it in the reactor's thread."""
        self._count += 1

        def finish(outcome: _T | Failure) -> None:
            self._count -= 1
            done(outcome)

        def tell(_is_success: bool, outcome: _T | Failure) -> None:  # noqa: FBT001 - Twisted's signature
            self._reactor.callFromThread(finish, outcome)

        self._pool.callInThreadWithCallback(tell, work)

    def tell(self, call: Callable[[bytes], None], data: bytes) -> None:
        """From a working thread: have ``call(data)`` made in the reactor's, in the order of these calls."""
        self._reactor.callFromThread(call, data)
