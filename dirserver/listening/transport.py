# SPDX-License-Identifier: GPL-3.0-or-later
"""What this door needs of Twisted's transports and clocks, as types: zope's interfaces say nothing to a type checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dirserver.listening.tls import Tls


class Timer(Protocol):
    """A call that is yet to be made (IDelayedCall)."""

    def cancel(self) -> None:
        """Don't make it."""

    def reset(self, seconds: float, /) -> None:
        """Make it that many seconds from now."""

    def active(self) -> bool:
        """Tell whether it is still to be made."""


class Clock(Protocol):
    """Makes calls later (IReactorTime)."""

    def callLater(self, delay: float, call: Callable[[], object], /) -> Timer:
        """Call in ``delay`` seconds."""

    def seconds(self) -> float:
        """Return what time it is, by the clock that calls are made by."""


class Transport(Protocol):
    """A connection's other half (ITCPTransport and IConsumer)."""

    def write(self, data: bytes, /) -> None:
        """Send, sooner or later."""

    def loseConnection(self) -> None:
        """Close when everything written has been sent."""

    def abortConnection(self) -> None:
        """Close now."""

    def getPeer(self) -> object:
        """Return the client's address; most have ``host``."""

    def pauseProducing(self) -> None:
        """Read nothing for now."""

    def resumeProducing(self) -> None:
        """Read on."""

    def startTLS(self, tls: Tls, /) -> None:
        """From now on everything is TLS, both ways."""

    def registerProducer(self, producer: object, streaming: bool, /) -> None:  # noqa: FBT001 - Twisted's signature
        """Have ``producer`` told when to pause and resume."""

    def unregisterProducer(self) -> None:
        """Tell it nothing more."""
