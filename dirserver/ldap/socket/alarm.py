# SPDX-License-Identifier: GPL-3.0-or-later
"""The one thing that a connection waits for with a limit: words, a handshake, the last octets to be taken."""

from __future__ import annotations

from collections.abc import Callable

from dirserver.ldap.socket.transport import Clock, Timer


class Alarm:
    """Calls once after a time, unless it is set anew, put off or stopped before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timer: Timer | None = None

    def set(self, seconds: float, call: Callable[[], None]) -> None:
        """Call after ``seconds``, instead of what was to be called."""
        self.stop()
        self._timer = self._clock.callLater(seconds, call)

    def put_off(self, seconds: float) -> None:
        """Make the call that was set ``seconds`` from now."""
        if self._timer is not None:
            self._timer.reset(seconds)

    def stop(self) -> None:
        """Call nothing."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
