# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes out on one connection, at the speed of its reader."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from dirserver.listening.transport import Clock, Timer, Transport

_PIECE = 256 * 1024
_HELD = 64 * 1024


@implementer(IPushProducer)
class Outlet:
    """Writes to the transport while it takes data and keeps the rest.

    ``promise`` may be called by any thread, everything else by the reactor's alone. A reader that takes nothing for ``stall_s``
    seconds is given up: ``on_stall``. ``on_drained`` is called when nothing waits any more.
    """

    def __init__(
        self, transport: Transport, clock: Clock, stall_s: float, *, on_drained: Callable[[], None], on_stall: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._stall_s = stall_s
        self._on_drained = on_drained
        self._on_stall = on_stall
        self._kept: deque[bytes] = deque()
        self._is_paused = False
        self._stall: Timer | None = None
        self._lock = threading.Lock()
        self._promised = 0
        self._is_closed = False
        self._holds = False
        self._held = 0
        transport.registerProducer(self, True)  # noqa: FBT003 - Twisted's signature

    @property
    def is_clogged(self) -> bool:
        """True while the reader is behind."""
        return self._is_paused

    @property
    def unsent_bytes(self) -> int:
        """Return how much is kept or promised, by any thread's reckoning."""
        return self._promised

    def promise(self, count: int) -> int:
        """Announce ``count`` bytes that ``write`` will bring; returns how much is unsent with them."""
        with self._lock:
            self._promised += count
            return self._promised

    def write(self, data: bytes) -> None:
        """Send bytes that were promised; what comes after the end is dropped."""
        if self._is_closed:
            return
        if len(data) > _PIECE:
            self._kept.extend(data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
        else:
            self._kept.append(data)
        self._flush()

    def put(self, data: bytes) -> None:
        """Promise bytes and send them, between ``hold`` and ``let_go`` together with others: many answers go out as one piece."""
        if not (self._holds or self._kept or self._is_paused or self._is_closed or len(data) > _PIECE):
            self._transport.write(data)
            return
        self.promise(len(data))
        self._held += len(data)
        if not self._holds or self._held > _HELD or self._is_closed:
            self.write(data)
        else:
            self._kept.append(data)

    def hold(self) -> None:
        """Let small pieces wait for ``let_go``."""
        self._holds = True

    def let_go(self) -> None:
        """Send what was kept."""
        self._holds = False
        self.flush()

    def flush(self) -> None:
        """Hand over what is kept, as far as the transport takes it."""
        if self._kept:
            self._flush()

    def _flush(self) -> None:
        self._held = 0
        while self._kept and not self._is_paused:
            data = self._kept.popleft()
            if self._kept and len(data) + len(self._kept[0]) <= _HELD:
                data = self._joined(data)
            self.promise(-len(data))
            self._transport.write(data)

    def _joined(self, data: bytes) -> bytes:
        pieces, size = [data], len(data)
        while self._kept and size + len(self._kept[0]) <= _HELD:
            pieces.append(self._kept.popleft())
            size += len(pieces[-1])
        return b"".join(pieces)

    def close(self) -> None:
        """The connection is gone: forget what waits."""
        self._kept.clear()
        self._is_closed = True
        self._cancel_stall()

    def finish(self) -> None:
        """Nothing more will be written: hand over what is kept, so that the transport can close behind it."""
        if self._is_closed:
            return
        self._transport.unregisterProducer()
        self._is_paused = False
        self._flush()
        self.close()

    def pauseProducing(self) -> None:
        """The transport has enough for now."""
        self._is_paused = True
        if self._stall is None and not self._is_closed:
            self._stall = self._clock.callLater(self._stall_s, self._give_up)

    def resumeProducing(self) -> None:
        """The transport's buffer is empty: all that was written has been taken."""
        self._is_paused = False
        self._cancel_stall()
        if self._is_closed:
            return
        self._flush()
        if not self._is_paused:
            self._on_drained()

    def stopProducing(self) -> None:
        """The transport is closing."""
        self.close()

    def _give_up(self) -> None:
        self._stall = None
        self._on_stall()

    def _cancel_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
