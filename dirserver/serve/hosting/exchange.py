# SPDX-License-Identifier: GPL-3.0-or-later
"""One request that a thread works on: from the environment to the octets of its answer, handed over to the reactor's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import structlog

from dirserver.serve.hosting.answers import LAST_CHUNK, Framing, Headers, frame, refusal
from dirserver.serve.hosting.heads import Head
from dirserver.serve.hosting.inlet import Inlet

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = structlog.get_logger(__name__)
_ENOUGH = 256 * 1024
"""So much of an answer is on its way to the client, then the thread waits."""


class ClientGone(ConnectionError):
    """There is nobody any more whom an answer could reach."""


class Outlet(Protocol):
    """Where octets of an answer go; may be called from any thread."""

    @property
    def may_stay(self) -> bool:
        """Tell whether more requests are taken at all."""
        ...

    def take(self, exchange: Exchange, octets: bytes) -> None:
        """Send a part; ``sent`` is called when the client has it."""

    def take_last(self, exchange: Exchange, octets: bytes, *, may_stay: bool) -> None:
        """Send the last part. ``may_stay``: another request may follow."""

    def take_whole(self, exchange: Exchange, octets: bytes, *, may_stay: bool) -> None:
        """Send an answer that has no other part."""

    def break_off(self, exchange: Exchange) -> None:
        """The answer can't be ended: let the client know that something is missing."""


class Exchange:
    """What happens to one request. ``run`` is for a thread, ``sent`` and ``leave`` are for the reactor's."""

    def __init__(self, head: Head, inlet: Inlet | None, application: WSGIApplication, outlet: Outlet) -> None:
        self._head = head
        self.inlet = inlet
        self._application = application
        self._outlet = outlet
        self._started: tuple[str, Headers] | None = None
        # Made where an answer goes in parts: most go as one.
        self._moves: threading.Condition | None = None
        self._on_its_way = 0
        self._is_gone = False
        self.is_answered = False

    def sent(self, count: int) -> None:
        """So many octets have left us."""
        moves = self._moves
        if moves is not None:
            with moves:
                self._on_its_way -= count
                moves.notify()

    def leave(self) -> None:
        """The client is gone."""
        if self.inlet is not None:
            self.inlet.end()
        # In this order: a thread that begins to send now sees it, and one that has begun is told.
        self._is_gone = True
        moves = self._moves
        if moves is not None:
            with moves:
                moves.notify()

    def run(self) -> None:
        """Ask the application and send what it answers."""
        answer: Iterable[bytes] = ()
        has_begun = False
        try:
            answer = self._application(self._head.environ, self._start)
            if isinstance(answer, list):
                self._send_whole(b"".join(answer))
            else:
                iterator = iter(answer)
                first = next(iterator, b"")
                has_begun = True
                self._send_parts(first, iterator)
        except ClientGone:
            pass
        except Exception:  # noqa: BLE001 - the outermost frame of a request
            _log.exception("a request failed")
            if has_begun:
                self._outlet.break_off(self)
            else:
                octets = refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here; the server's log says what")
                self._outlet.take_last(self, octets, may_stay=False)
        finally:
            close: Callable[[], object] | None = getattr(answer, "close", None)
            if close is not None:
                close()

    def _start(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None, /) -> Callable[[bytes], object]:
        self._started = (status, headers)
        return _nobody_writes

    def _framed(self, size: int | None) -> Framing:
        if self._started is None:
            raise ValueError("the application has answered nothing")
        status, headers = self._started
        head, inlet = self._head, self.inlet
        may_stay = self._outlet.may_stay and head.may_stay and (inlet is None or inlet.can_stay)
        return frame(status, headers, is_head=head.method == "HEAD", is_old=head.is_old, may_stay=may_stay, size=size)

    def _send_whole(self, body: bytes) -> None:
        framing = self._framed(len(body))
        self._outlet.take_whole(self, framing.head + body if framing.has_body else framing.head, may_stay=framing.may_stay)

    def _send_parts(self, first: bytes, rest: Iterable[bytes]) -> None:
        framing = self._framed(None)
        if not framing.has_body:
            self._outlet.take_last(self, framing.head, may_stay=framing.may_stay)
            return
        size = len(first)
        self._send(framing.head + (_chunk(first) if framing.is_chunked else first))
        for part in rest:
            size += len(part)
            self._send(_chunk(part) if framing.is_chunked else part)
        if framing.length is not None and framing.length != size:
            raise ValueError("a body of another length than its header says")
        self._outlet.take_last(self, LAST_CHUNK if framing.is_chunked else b"", may_stay=framing.may_stay)

    def _send(self, octets: bytes) -> None:
        moves = self._moves
        if moves is None:
            moves = self._moves = threading.Condition(threading.Lock())
        with moves:
            while self._on_its_way > _ENOUGH and not self._is_gone:
                moves.wait()
            if self._is_gone:
                raise ClientGone
            self._on_its_way += len(octets)
        self._outlet.take(self, octets)


def _chunk(part: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(part), part) if part else b""


def _nobody_writes(_data: bytes) -> object:
    raise NotImplementedError("write() of PEP 3333 is for what existed before it")
