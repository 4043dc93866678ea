# SPDX-License-Identifier: GPL-3.0-or-later
"""One accepted connection in Twisted's reactor: octets in and out, in the clear or under TLS.

In place of Twisted's own transports, whose ways from socket to socket cost more than most of our answers (decision 0032). What is
written is sent at once as far as the kernel takes it; only the rest waits for the reactor. Nothing here depends on which reactor runs.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, cast

import structlog
from twisted.internet.interfaces import IReadWriteDescriptor
from twisted.internet.main import CONNECTION_DONE, CONNECTION_LOST
from twisted.python.failure import Failure
from zope.interface import implementer

from dirserver.listening.shield import Shield

if TYPE_CHECKING:
    from dirserver.listening.tls import Tls

_LOG = structlog.get_logger(__name__)
_PIECE = 64 * 1024
_ENOUGH = 64 * 1024
"""So much that wasn't taken, and the producer is told to pause."""
_OWED = 4 * 1024
"""What TLS has to say by itself goes out with the next answer, unless it is more than this."""
_RESET = struct.pack("ii", 1, 0)
_failure = cast("Callable[[BaseException], Failure]", Failure)
_DONE = _failure(CONNECTION_DONE)
_LOST = _failure(CONNECTION_LOST)


class Producer(Protocol):
    """Who writes, as far as it is told to pause (IPushProducer)."""

    def pauseProducing(self) -> None:
        """Write nothing for now."""

    def resumeProducing(self) -> None:
        """All that was written has been taken."""


class Conversation(Protocol):
    """What takes the octets (Twisted's IProtocol and IHandshakeListener)."""

    def dataReceived(self, data: bytes) -> None:
        """Take octets."""

    def handshakeCompleted(self) -> None:
        """What comes from now on came under TLS."""

    def connectionLost(self, reason: Failure, /) -> None:
        """Nothing more will come."""


@implementer(IReadWriteDescriptor)
class Stream:
    """A connection. For the reactor's thread alone. ``reactor`` is any of Twisted's that take descriptors (IReactorFDSet)."""

    __slots__ = (
        "_address", "_guard", "_is_ending", "_is_half", "_is_over", "_is_paused", "_is_told", "_producer", "_protocol", "_reactor",
        "_rest", "_shield", "_socket",
    )  # fmt: skip

    def __init__(self, accepted: socket.SocketType, address: str, protocol: Conversation, reactor: Any) -> None:  # noqa: ANN401 - the reactor is a module to type checkers
        self._socket = accepted
        self._address = address
        self._protocol = protocol
        self._reactor = reactor
        self._shield: Shield | None = None
        self._producer: Producer | None = None
        self._rest = bytearray()
        # A thread that sends must not find the number of a socket that was closed meanwhile: it may be another client's by then.
        self._guard = threading.Lock()
        self._is_ending = self._is_half = self._is_over = self._is_paused = self._is_told = False

    @property
    def unsent(self) -> int:
        """Return how many octets wait for the kernel to take them."""
        return len(self._rest)

    # From the reactor

    def fileno(self) -> int:
        """Return the socket's number, -1 after its end."""
        return self._socket.fileno()

    def logPrefix(self) -> str:
        """Return what Twisted calls it in its own log."""
        return "stream"

    def doRead(self) -> None:
        """Something has come, or the end."""
        if self._is_paused:
            return
        try:
            data = self._socket.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._lose(_LOST)
            return
        if not data:
            self._lose(_DONE)
            return
        try:
            if self._shield is None or self._is_half:
                self._protocol.dataReceived(data)
            else:
                self._take_sealed(self._shield, data)
        except Exception:  # noqa: BLE001 - as Twisted does: one connection's fault is nobody else's
            _LOG.exception("a connection failed")
            self.abortConnection()

    def doWrite(self) -> None:
        """The kernel takes more."""
        try:
            sent = self._socket.send(self._rest)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._lose(_LOST)
            return
        del self._rest[:sent]
        if self._rest:
            return
        self._reactor.removeWriter(self)
        if self._is_ending:
            self._lose(_DONE)
        elif self._is_half:
            self._end_half()
        elif self._is_told:
            self._is_told = False
            if self._producer is not None:
                self._producer.resumeProducing()

    def connectionLost(self, reason: Failure) -> None:
        """The reactor says that it is over."""
        self._lose(reason)

    # From the protocol

    def getPeer(self) -> Peer:
        """Return the client's address."""
        return Peer(self._address)

    def getPeerCertificate(self) -> bytes | None:
        """Return the client's certificate (DER), None if it showed none."""
        return None if self._shield is None else self._shield.certificate

    def start(self) -> None:
        """Read from now on."""
        self._reactor.addReader(self)

    def startTLS(self, tls: Tls) -> None:
        """From now on everything is TLS, both ways."""
        self._shield = Shield(tls.context())

    def registerProducer(self, producer: Producer, _is_streaming: bool) -> None:  # noqa: FBT001 - Twisted's signature
        """Have ``producer`` told when to pause and resume."""
        self._producer = producer

    def unregisterProducer(self) -> None:
        """Tell it nothing more."""
        self._producer = None

    def pauseProducing(self) -> None:
        """Read nothing for now."""
        if not (self._is_paused or self._is_over):
            self._is_paused = True
            self._reactor.removeReader(self)

    def resumeProducing(self) -> None:
        """Read on."""
        if self._is_paused and not (self._is_over or self._is_ending):
            self._is_paused = False
            self._reactor.addReader(self)
            if self._shield is not None and self._shield.has_more:
                # What came is here already: no descriptor will tell. Later, since the protocol is in the middle of something.
                self._reactor.callLater(0, self._go_on)

    def write(self, data: bytes) -> None:
        """Send, at once or when the kernel takes it."""
        shield = self._shield
        if shield is not None:
            if not shield.is_open or self._is_over:
                # Nobody could read it.
                return
            try:
                data = shield.seal(data)
            except ssl.SSLError:
                self._break()
                return
        self._push(data)

    def send_aside(self, data: bytes) -> int:
        """Send from another thread than the reactor's, which must not write meanwhile; returns how much of it was taken at once.

        Nothing is taken under TLS, or where something waits to be sent.
        """
        with self._guard:
            if self._is_over or self._is_ending or self._rest or self._shield is not None:
                return 0
            try:
                return self._socket.send(data)
            except OSError:
                # The reactor will notice.
                return 0

    def loseConnection(self) -> None:
        """Close behind what was written."""
        if self._is_ending or self._is_over:
            return
        self._is_ending = True
        if self._shield is not None and self._shield.is_open:
            self._push(self._shield.end())
        if not self._rest:
            self._lose(_DONE)
        elif not self._is_paused:
            self._is_paused = True
            self._reactor.removeReader(self)

    def loseWriteConnection(self) -> None:
        """Say, behind what was written, that nothing more will come. What still comes is handed over, under TLS as it is."""
        if self._is_half or self._is_ending or self._is_over:
            return
        if self._shield is not None and self._shield.is_open:
            self._push(self._shield.end())
        self._is_half = True
        if not self._rest:
            self._end_half()

    def abortConnection(self) -> None:
        """Close now, and let the client know that something is missing."""
        if not self._is_over:
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._lose(_LOST)

    # Inside

    def _end_half(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def _push(self, data: bytes) -> None:
        if self._is_over or not data:
            return
        if not self._rest:
            try:
                sent = self._socket.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError:
                self._break()
                return
            if sent == len(data):
                return
            data = data[sent:]
            self._reactor.addWriter(self)
        self._rest += data
        if len(self._rest) > _ENOUGH and not self._is_told and self._producer is not None:
            self._is_told = True
            self._producer.pauseProducing()

    def _take_sealed(self, shield: Shield, data: bytes) -> None:
        try:
            shield.feed(data)
            if not shield.is_open:
                is_open = shield.shake()
                if not (is_open and shield.may_wait):
                    self._push(shield.outgoing())
                if not is_open:
                    return
                self._protocol.handshakeCompleted()
            self._read_on(shield)
        except ssl.SSLError:
            # The alert says what is wrong (RFC 8446 section 6.2).
            self._push(shield.outgoing())
            self._lose(_LOST)

    def _read_on(self, shield: Shield) -> None:
        while shield.has_more and not (self._is_paused or self._is_ending or self._is_over):
            said = shield.read()
            if said:
                self._protocol.dataReceived(said)
            elif said is None:
                break
            else:
                self._lose(_DONE)
                return
        if shield.owes > _OWED:
            self._push(shield.outgoing())

    def _go_on(self) -> None:
        if self._shield is None or self._is_over:
            return
        try:
            self._read_on(self._shield)
        except ssl.SSLError:
            self._lose(_LOST)

    def _break(self) -> None:
        """It can't be written any more: end it, but not while the protocol is in the middle of something."""
        self._reactor.callLater(0, self._lose, _LOST)

    def _lose(self, why: Failure) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._reactor.removeReader(self)
        if self._rest:
            self._reactor.removeWriter(self)
            self._rest.clear()
        with self._guard:
            self._socket.close()
        self._producer = None
        self._protocol.connectionLost(why)


class Peer:
    """Where a client is."""

    __slots__ = ("host",)

    def __init__(self, host: str) -> None:
        self.host = host
