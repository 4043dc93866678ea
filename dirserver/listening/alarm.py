# SPDX-License-Identifier: GPL-3.0-or-later
"""The one thing that a connection waits for with a limit: words, a handshake, the last octets to be taken."""

from __future__ import annotations

from collections.abc import Callable

from dirserver.listening.transport import Clock, Timer


class Alarm:
    """Calls once after a time, unless it is set anew, put off or stopped before.

    What is set for later leaves the timer as it is, which then finds that it came too early: a connection under TLS sets four times.
    """

    __slots__ = ("_call", "_clock", "_due", "_rings", "_timer")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timer: Timer | None = None
        self._call: Callable[[], None] | None = None
        self._due = self._rings = 0.0

    def set(self, seconds: float, call: Callable[[], None]) -> None:
        """Call after ``seconds``, instead of what was to be called."""
        self._call = call
        self.put_off(seconds)

    def put_off(self, seconds: float) -> None:
        """Make the call that was set ``seconds`` from now."""
        if self._call is None:
            return
        due = self._due = self._clock.seconds() + seconds
        if self._timer is None:
            self._timer = self._clock.callLater(seconds, self._ring)
        elif due < self._rings:
            # Not reset(), which looks through all timers that there are.
            self._timer.cancel()
            self._timer = self._clock.callLater(seconds, self._ring)
        else:
            return
        self._rings = due

    def stop(self) -> None:
        """Call nothing."""
        self._call = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        left = self._due - self._clock.seconds()
        if left > 0:
            self.put_off(left)
            return
        call, self._call = self._call, None
        if call is not None:
            call()
