# SPDX-License-Identifier: GPL-3.0-or-later
"""The reactor that this door runs in: Twisted's for Linux, with a shorter way to our own connections (decision 0032).

Twisted wraps each event in a context of its log, which costs as much as to read the request, and looks between two events through all
that it does beside them. Where another reactor was installed before, or Linux's isn't to be had, that one serves as well.
"""

from __future__ import annotations

import importlib
import signal
import sys
import time
from collections.abc import Callable
from select import EPOLLIN
from typing import Any, cast

import structlog
from twisted.internet.epollreactor import EPollReactor
from twisted.internet.main import installReactor
from twisted.python import log

from dirserver.listening.stream import Stream

_LOG = structlog.get_logger(__name__)
_call_with_logger: Any = log.callWithLogger
_NAME = "twisted.internet.reactor"
_LONG_S = 60.0


class DoorReactor(EPollReactor):
    """Twisted's, but for octets that a ``Stream`` has to read."""

    def mainLoop(self) -> None:
        """Run until it is stopped. What comes is waited for again at once, unless a timer is due or a thread has something to say."""
        while self._started:
            try:
                self.runUntilCurrent()
                self.doPoll(self.timeout() if self.running else 0)
                while not (self.threadCallQueue or self._newTimedCalls or self._justStopped) and (wait := self._until_due()) > 0:
                    self.doPoll(wait)
            except Exception:  # noqa: BLE001 - as Twisted does: whatever it was, the others go on
                _LOG.exception("the reactor failed")

    def _until_due(self) -> float:
        """Return for how many seconds nothing but descriptors and threads can have something to say; none when it is stopping."""
        if not self.running:
            return 0.0
        timers = self._pendingTimedCalls
        return timers[0].time - time.time() if timers else _LONG_S

    def doPoll(self, timeout: float | None) -> None:
        """Wait for events and tell those whom they concern."""
        try:
            events = self._poller.poll(-1 if timeout is None else timeout, len(self._selectables))
        except InterruptedError:
            return
        known = self._selectables
        for number, event in events:
            one = known.get(number)
            if type(one) is Stream and event == EPOLLIN:
                one.doRead()
            elif one is not None:
                _call_with_logger(one, self._doReadOrWrite, one, number, event)

    doIteration = doPoll


def the_reactor() -> Any:  # noqa: ANN401 - the reactor is a module to type checkers
    """Return the reactor of this process: the one that is there, else ours."""
    if _NAME not in sys.modules:
        cast(Any, installReactor)(cast(Any, DoorReactor)())
    return importlib.import_module(_NAME)


def run_until_told(reactor: Any, ready: Callable[[], None]) -> None:  # noqa: ANN401 - as above
    """Run it, call ``ready`` when it does, until SIGTERM or SIGINT; what was asked to happen before its end happens."""

    def stop(_number: int, _frame: object) -> None:
        reactor.callFromThread(_stop_once, reactor)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    reactor.callWhenRunning(ready)
    reactor.run(installSignalHandlers=False)


def _stop_once(reactor: Any) -> None:  # noqa: ANN401 - as above
    if reactor.running and not getattr(reactor, "_stopped", False):
        reactor.stop()
