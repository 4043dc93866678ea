# SPDX-License-Identifier: GPL-3.0-or-later
"""One client's connection: requests come one after the other, and answers leave in the same order (RFC 9112 section 9.3).

Everything here happens in the reactor's thread. What a thread has to say comes through ``callFromThread``.
"""

from __future__ import annotations

import io
import threading
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from twisted.python.failure import Failure

from dirserver.listening.stream import Stream
from dirserver.serve.hosting.answers import CONTINUE, Whole, frame, refusal
from dirserver.serve.hosting.exchange import Exchange
from dirserver.serve.hosting.heads import END, MOST_OCTETS, BadHead, Head
from dirserver.serve.hosting.inlet import Inlet

if TYPE_CHECKING:
    from dirserver.serve.hosting.host import Host

_log = structlog.get_logger(__name__)
_WHOLE_OCTETS = 32_768
"""A body up to this is waited for before anybody works on it."""
_AHEAD_OCTETS = 65_536
"""So much of later requests is taken in while one is worked on."""
_MOST_LINGERING_OCTETS = 16 * 1024 * 1024
LEAST_OCTETS_PER_S = 1_024
"""What a client has to send, or to take, to count as moving."""
_LINGER_S = 4.0


class State(Enum):
    """What a connection waits for."""

    IDLE = "the next request"
    CLIENT = "its client: more of a request, or to take an answer"
    US = "our answer"
    LINGERING = "the client, to notice that we have ended"


class Connection:
    """A protocol over a ``Stream``. ``look`` has to be called now and then: who stalls is cut off there."""

    __slots__ = (
        "_address", "_buffer", "_exchange", "_guard", "_head", "_host", "_inlet", "_is_clogged", "_is_lingering", "_is_over", "_is_paused",
        "_moved", "_owed", "_requests", "_seen", "_stream", "_waited_s", "_written",
    )  # fmt: skip

    def __init__(self, host: Host, address: str) -> None:
        self._host = host
        self._address = address
        self._stream: Any = None
        self._buffer = b""
        self._head: Head | None = None
        self._inlet: Inlet | None = None
        self._exchange: Exchange | None = None
        self._is_clogged = self._is_lingering = self._is_over = self._is_paused = False
        self._moved = self._owed = self._written = self._requests = 0
        self._seen = (State.CLIENT, 0, 0)
        self._waited_s = 0.0
        self._guard = threading.Lock()

    # From the stream

    def makeConnection(self, stream: Stream) -> None:
        """Begin."""
        self._stream = stream
        stream.registerProducer(self, True)  # noqa: FBT003 - Twisted's signature
        if self._host.tls is not None:
            stream.startTLS(self._host.tls)

    def handshakeCompleted(self) -> None:
        """TLS stands."""

    def dataReceived(self, data: bytes) -> None:
        """Take octets."""
        self._moved += len(data)
        if self._is_lingering:
            if self._moved > _MOST_LINGERING_OCTETS:
                self._stream.abortConnection()
            return
        inlet = self._inlet
        if inlet is not None and not inlet.is_whole:
            data = inlet.feed(data)
            if inlet.is_full:
                self._pause()
            if not data:
                return
        with self._guard:
            self._buffer = self._buffer + data if self._buffer else data
        self._settle()
        if self._exchange is None:
            self._go_on()
        elif len(self._buffer) > _AHEAD_OCTETS:
            self._pause()

    def connectionLost(self, _reason: Failure) -> None:
        """It is over."""
        self._is_over = True
        self._buffer = b""
        if self._exchange is not None:
            self._exchange.leave()
        self._host.forget(self)

    def pauseProducing(self) -> None:
        """The client is behind."""
        self._is_clogged = True

    def resumeProducing(self) -> None:
        """It has taken all that was written."""
        self._is_clogged = False
        owed, self._owed = self._owed, 0
        if self._exchange is not None:
            self._exchange.sent(owed)

    def stopProducing(self) -> None:
        """The stream is closing."""

    # From the host

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing has come of its next request, which may be its first: browsers connect before they have one."""
        return self._state is State.IDLE or (self._state is State.CLIENT and not (self._requests or self._buffer))

    def close(self) -> None:
        """End it behind what was written."""
        self._stream.loseConnection()

    def abort(self) -> None:
        """End it now."""
        self._stream.abortConnection()

    def look(self, elapsed_s: float, stall_s: float, idle_s: float) -> None:
        """See whether the client moves; ``elapsed_s`` is the time since the last look. One that doesn't is cut off."""
        state, moved = self._state, self._moved + self._written - self._stream.unsent
        before = self._seen
        self._seen = (state, self._requests, moved)
        if state is State.US or before[:2] != self._seen[:2]:
            self._waited_s = 0.0
            return
        is_still = moved - before[2] < (LEAST_OCTETS_PER_S * elapsed_s if state is State.CLIENT else 1)
        self._waited_s = self._waited_s + elapsed_s if is_still or state is State.LINGERING else 0.0
        if state is State.IDLE and self._waited_s >= idle_s:
            self.close()
        elif state is State.LINGERING and self._waited_s >= _LINGER_S:
            self.abort()
        elif state is State.CLIENT and self._waited_s >= stall_s:
            if self._requests:
                _log.warning("client cut off: it moved nothing for too long", address=self._address)
            self.abort()

    # From an exchange, in the thread that works on it

    @property
    def may_stay(self) -> bool:
        """Tell whether more requests are taken at all."""
        return not self._host.is_stopping

    def take(self, exchange: Exchange, octets: bytes) -> None:
        """Send a part of an answer."""
        self._host.reactor.callFromThread(self._write_part, exchange, octets)

    def take_last(self, exchange: Exchange, octets: bytes, *, may_stay: bool) -> None:
        """Send the rest of an answer."""
        self._host.reactor.callFromThread(self._finish, exchange, octets, may_stay)

    def take_whole(self, exchange: Exchange, octets: bytes, *, may_stay: bool) -> None:
        """Send an answer: from here where it goes in one piece, which spares the reactor's thread to be woken."""
        if may_stay and exchange.inlet is None:
            with self._guard:
                if not self._buffer:
                    sent = self._stream.send_aside(octets)
                    if sent == len(octets):
                        exchange.is_answered = True
                        return
                    octets = octets[sent:]
        self._host.reactor.callFromThread(self._finish, exchange, octets, may_stay)

    def break_off(self, exchange: Exchange) -> None:
        """Let the client know that something is missing."""
        self._host.reactor.callFromThread(self._break_off, exchange)

    # Inside

    def _settle(self) -> None:
        """Notice that a thread has sent an answer by itself."""
        if self._exchange is not None and self._exchange.is_answered:
            self._exchange = None

    @property
    def _state(self) -> State:
        self._settle()
        if self._is_lingering:
            return State.LINGERING
        if self._stream.unsent:
            return State.CLIENT
        if self._exchange is not None:
            return State.CLIENT if self._inlet is not None and self._inlet.is_waited_for else State.US
        return State.IDLE if self._requests and not self._buffer and self._head is None else State.CLIENT

    def _go_on(self) -> None:
        """Begin with the requests that have come whole, as far as one may follow the other."""
        while self._buffer and self._exchange is None and not (self._is_over or self._is_lingering):
            head = self._head
            if head is None:
                head = self._next_head()
                if head is None:
                    return
                self._head = head
            if not self._begin(head):
                return

    def _next_head(self) -> Head | None:
        if self._buffer.startswith(b"\r\n"):
            # Some clients end a body with a line that doesn't belong to it (RFC 9112 section 2.2).
            self._buffer = self._buffer.lstrip(b"\r\n")
        end = self._buffer.find(END) + len(END)
        if end < len(END):
            end = len(self._buffer)
            if end <= MOST_OCTETS:
                return None
        if end > MOST_OCTETS:
            self._refuse(BadHead(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"a request's head may have {MOST_OCTETS} octets"))
            return None
        try:
            head = self._host.heads.read(self._buffer[:end])
        except BadHead as bad:
            self._refuse(bad)
            return None
        self._buffer = self._buffer[end:]
        return head

    def _begin(self, head: Head) -> bool:
        """Begin with a request; False where more of it has to come first."""
        length, environ, host = head.length, head.environ, self._host
        application = host.application
        has_all = length is not None and len(self._buffer) >= length
        if length is not None and length <= _WHOLE_OCTETS and not has_all and not head.waits_for_word:
            return False
        self._head = None
        self._requests += 1
        environ["REMOTE_ADDR"] = self._address
        if has_all and length is not None and length <= _WHOLE_OCTETS:
            body, self._buffer = self._buffer[:length], self._buffer[length:]
            answer = None if host.at_once is None else host.at_once(environ, body)
            if isinstance(answer, Whole):
                self._answer_at_once(head, answer)
                return True
            application = answer or application
            environ["wsgi.input"] = io.BytesIO(body)
        else:
            self._open_inlet(head)
        self._exchange = Exchange(head, self._inlet, application, self)
        host.crew.do(self._exchange.run)
        return True

    def _answer_at_once(self, head: Head, answer: Whole) -> None:
        framing = frame(
            answer.status,
            answer.headers,
            is_head=head.method == "HEAD",
            is_old=head.is_old,
            may_stay=head.may_stay and self.may_stay,
            size=len(answer.body),
        )
        self._write(framing.head + answer.body if framing.has_body else framing.head)
        if not framing.may_stay:
            self._stream.loseConnection()

    def _open_inlet(self, head: Head) -> None:
        waits = head.waits_for_word

        def wanted() -> None:
            nonlocal waits
            self._host.reactor.callFromThread(self._want, waits)
            waits = False

        inlet = self._inlet = Inlet(head.length, head.chunks, wanted)
        head.environ["wsgi.input"] = inlet
        begun, self._buffer = self._buffer, b""
        if begun:
            waits = False
            self._buffer = inlet.feed(begun)

    def _want(self, must_say: bool) -> None:  # noqa: FBT001 - callFromThread takes no names
        """Somebody waits for the rest of a body."""
        if must_say:
            self._write(CONTINUE)
        self._resume()

    def _write_part(self, exchange: Exchange, octets: bytes) -> None:
        if exchange is not self._exchange or self._is_over:
            return
        self._write(octets)
        if self._is_clogged:
            self._owed += len(octets)
        else:
            exchange.sent(len(octets))

    def _finish(self, exchange: Exchange, octets: bytes, may_stay: bool) -> None:  # noqa: FBT001 - callFromThread takes no names
        if exchange is not self._exchange or self._is_over:
            return
        inlet, self._exchange, self._inlet, self._owed = self._inlet, None, None, 0
        if octets:
            self._write(octets)
        if may_stay:
            self._resume()
            self._go_on()
        elif inlet is None or inlet.is_whole:
            self._stream.loseConnection()
        else:
            self._linger()

    def _break_off(self, exchange: Exchange) -> None:
        if exchange is self._exchange and not self._is_over:
            self._stream.abortConnection()

    def _refuse(self, bad: BadHead) -> None:
        self._requests += 1
        self._host.unreadable += 1
        self._write(refusal(bad.status, bad.text))
        self._linger()

    def _linger(self) -> None:
        """End our half, and let what still comes come: closed at once, the client would lose our answer (RFC 9112 section 9.6)."""
        self._buffer = b""
        self._moved = 0
        self._is_lingering = True
        self._resume()
        self._stream.loseWriteConnection()

    def _write(self, octets: bytes) -> None:
        self._written += len(octets)
        self._stream.write(octets)

    def _pause(self) -> None:
        if not self._is_paused:
            self._is_paused = True
            self._stream.pauseProducing()

    def _resume(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._stream.resumeProducing()
