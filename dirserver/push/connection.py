# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to push services: to an address that was checked, kept open between messages, cut off when they take too long.

The standard library's client does what is wanted and no more: it follows no redirect, keeps no cookie, knows no proxy. What
it lacks is here: the address to connect to is given, and a whole exchange has an end.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dirserver.push.destination import Destination

_TIMEOUT_S = 5.0
_MAX_ANSWER_BYTES = 65_536
_KEPT_IDLE_S = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service said: nothing of its body is kept."""

    status: int
    retry_after: str


class _Pinned(http.client.HTTPConnection):
    """A connection for a host name to one given address; over TLS the certificate must be the name's."""

    def __init__(self, destination: Destination, address: str, context: ssl.SSLContext) -> None:
        super().__init__(destination.host, destination.port, timeout=_TIMEOUT_S)
        # The Host header has no port where it is the scheme's own (RFC 9110 section 7.2).
        self.default_port = 443 if destination.scheme == "https" else 80
        self._address = address
        self._context = context if destination.scheme == "https" else None
        self._is_cut = False
        self.idle_since = 0.0

    def connect(self) -> None:
        """Connect to the address, whatever the name may lead to by now."""
        plain = socket.create_connection((self._address, self.port), _TIMEOUT_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Set before each step, so that one that never ends can be cut off.
        self.sock = plain
        if self._is_cut:
            raise TimeoutError
        if self._context is not None:
            tls = self._context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = tls
            tls.do_handshake()

    def cut(self) -> None:
        """End the exchange from another thread: whoever waits for it is told at once."""
        self._is_cut = True
        held = self.sock
        if held is not None:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)


class Connections:
    """Connections by push service and address. Safe for threads; close it when done."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context or ssl.create_default_context()
        self._lock = threading.Lock()
        self._idle: defaultdict[tuple[str, str], list[_Pinned]] = defaultdict(list)
        self._busy: dict[_Pinned, float] = {}

    def post(self, destination: Destination, address: str, headers: Mapping[str, str], body: bytes, *, deadline_s: float) -> Answer:
        """Send one message. Raises OSError or HTTPException when there is no answer; ``deadline_s`` counts from now."""
        key = (destination.origin, address)
        until = time.monotonic() + deadline_s
        kept = self._take(key)
        if kept is not None:
            # The other side may have closed it meanwhile: then once more, on a new one.
            with contextlib.suppress(http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                return self._exchange(key, kept, destination.target, headers, body, until)
        return self._exchange(key, _Pinned(destination, address, self._context), destination.target, headers, body, until)

    def cut_overdue(self) -> None:
        """End the exchanges that have taken too long; ask for this now and then."""
        now = time.monotonic()
        with self._lock:
            overdue = [connection for connection, until in self._busy.items() if until < now]
        for connection in overdue:
            connection.cut()

    def close(self) -> None:
        """End everything at once."""
        with self._lock:
            idle = [connection for each in self._idle.values() for connection in each]
            self._idle.clear()
            busy = list(self._busy)
        for connection in busy:
            connection.cut()
        for connection in idle:
            connection.close()

    def _take(self, key: tuple[str, str]) -> _Pinned | None:
        now = time.monotonic()
        with self._lock:
            waiting = self._idle[key]
            while waiting:
                connection = waiting.pop()
                if now - connection.idle_since < _KEPT_IDLE_S:
                    return connection
                connection.close()
        return None

    def _exchange(
        self, key: tuple[str, str], connection: _Pinned, target: str, headers: Mapping[str, str], body: bytes, until: float
    ) -> Answer:
        with self._watched(connection, until):
            try:
                connection.request("POST", target, body, dict(headers))
                with connection.getresponse() as response:
                    answer = Answer(response.status, response.headers.get("Retry-After", ""))
                    is_whole = len(response.read(_MAX_ANSWER_BYTES + 1)) <= _MAX_ANSWER_BYTES
                    is_open = is_whole and not response.will_close
            except BaseException:
                connection.close()
                raise
        if is_open:
            connection.idle_since = time.monotonic()
            with self._lock:
                self._idle[key].append(connection)
        else:
            connection.close()
        return answer

    @contextlib.contextmanager
    def _watched(self, connection: _Pinned, until: float) -> Iterator[None]:
        with self._lock:
            self._busy[connection] = until
        try:
            yield
        finally:
            with self._lock:
                del self._busy[connection]
