# SPDX-License-Identifier: GPL-3.0-or-later
"""A listening socket in Twisted's reactor: what has come is accepted and becomes a ``Stream``."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

import structlog
from twisted.internet.interfaces import IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer

from dirserver.listening.stream import Peer, Stream

_LOG = structlog.get_logger(__name__)
_FULL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_REST_S = 1.0
_MOST_AT_THE_END = 1_024

Welcome = Callable[[Peer], Any]
"""Returns the protocol for a client, None for one that isn't let in."""


@implementer(IReadDescriptor)
class Port:
    """Accepts at one socket that listens already and doesn't block."""

    def __init__(self, listening: socket.socket, welcome: Welcome, reactor: Any) -> None:  # noqa: ANN401 - the reactor is a module to type checkers
        self._socket = listening
        self._family = int(listening.family)
        self._welcome = welcome
        self._reactor = reactor
        # What is set here holds for all that is accepted (Linux): answers are written whole, and dead clients are noticed.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # In LDAP, HTTP and TLS the client speaks first: it is let in when it has spoken, or has said nothing for a second.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)

    def start(self) -> None:
        """Accept from now on."""
        if self._socket.fileno() != -1:
            self._reactor.addReader(self)

    def stop(self) -> None:
        """Accept no more but those who are through to us already and would be cut off; connections stay."""
        for _ in range(_MOST_AT_THE_END):
            if not self._accept():
                break
        self._reactor.removeReader(self)
        self._socket.close()

    def rest(self) -> None:
        """Accept nothing for now; who comes waits in the kernel's queue."""
        self._reactor.removeReader(self)

    def fileno(self) -> int:
        """Return the socket's number, -1 after its end."""
        return self._socket.fileno()

    def logPrefix(self) -> str:
        """Return what Twisted calls it in its own log."""
        return "port"

    def doRead(self) -> None:
        """Accept one that has come; for others the reactor calls again, when those have been heard that are in already."""
        self._accept()

    def connectionLost(self, _reason: Failure) -> None:
        """The reactor says that the socket is gone."""
        self.stop()

    def _accept(self) -> bool:
        """Accept one; False if there was none, or none could be."""
        try:
            # As accept() does, without looking up by name what kind of socket it is, which takes longer than the rest.
            number, address = self._socket._accept()  # type: ignore[attr-defined] # noqa: SLF001
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            # Any other was gone before we came.
            if error.errno in _FULL:
                _LOG.warning("no connection can be accepted now", reason=error.strerror)
                self._reactor.removeReader(self)
                self._reactor.callLater(_REST_S, self.start)
            return False
        accepted = socket.SocketType(self._family, socket.SOCK_STREAM, 0, number)
        accepted.setblocking(False)  # noqa: FBT003 - the name says it
        self._begin(accepted, str(address[0]))
        return True

    def _begin(self, accepted: socket.SocketType, address: str) -> None:
        protocol = self._welcome(Peer(address))
        if protocol is None:
            accepted.close()
            return
        stream = Stream(accepted, address, protocol, self._reactor)
        stream.start()
        protocol.makeConnection(stream)
        # What it said is here as a rule.
        stream.doRead()
