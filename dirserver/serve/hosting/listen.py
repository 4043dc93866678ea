# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening for HTTP: a port that several processes share, and an orderly end."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from dirserver.config.settings import HttpSettings
from dirserver.config.values import Address
from dirserver.listening.binding import allow_connections, listening_at
from dirserver.listening.port import Port
from dirserver.listening.reactor import run_until_told
from dirserver.listening.stream import Peer
from dirserver.serve.hosting.connection import Connection
from dirserver.serve.hosting.host import Host

_GRACE_S = 5.0
_GIVE_UP_S = 0.5
_TICK_S = 0.02
_LOOKS_S = 2.0
_SWITCH_S = 0.001
"""So long the reactor's thread waits for one that computes: Python's 5 ms would be longer than most answers take."""


class _Entrance:
    """A port that rests while the house is full: who comes meanwhile waits in the kernel's queue."""

    def __init__(self, host: Host, listening: socket.socket) -> None:
        self._host = host
        self._port = Port(listening, self._welcome, host.reactor)
        self._is_open = True

    def open(self) -> None:
        """Accept, unless it is over."""
        if self._is_open:
            self._port.start()

    def close(self) -> None:
        """Accept no more."""
        self._is_open = False
        self._port.stop()

    def _welcome(self, peer: Peer) -> Connection | None:
        connection = self._host.welcome(peer)
        if self._host.is_full:
            self._port.rest()
            self._host.tell_room(self.open)
        return connection


def run(
    host: Host,
    address: Address,
    settings: HttpSettings,
    ready: Callable[[], None],
    *,
    each_second: Callable[[], None] = lambda: None,
    section: str = "http",
    bound_fd: int | None = None,
) -> None:
    """Listen, call ``ready``, and serve until SIGTERM or SIGINT; then what is worked on has some seconds to end.

    ``each_second`` is called about so often, and at the end; ``section`` of dirserver.toml says where to listen;
    ``bound_fd`` see ``listening_at``.

    Raises BadConfig if the address can't be had.
    """
    reactor = host.reactor
    sys.setswitchinterval(_SWITCH_S)
    allow_connections(settings.max_connections, f"[{section}] max_connections")
    listening = listening_at(address, f"[{section}] listen", bound_fd)
    # An answer that is finished waits in the kernel: it ends connections whose client takes nothing of it for so long.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, settings.stall_timeout_s * 1000)
    entrance = _Entrance(host, listening)
    entrance.open()
    LoopingCall(each_second).start(1.0, now=False)
    reactor.addSystemEventTrigger("after", "shutdown", each_second)
    _look_now_and_then(host, min(settings.stall_timeout_s / 4, _LOOKS_S))

    reactor.addSystemEventTrigger("before", "shutdown", _end, host, entrance)
    run_until_told(reactor, ready)


def _look_now_and_then(host: Host, every_s: float) -> None:
    last = time.monotonic()

    def look() -> None:
        nonlocal last
        now = time.monotonic()
        host.look(now - last)
        last = now

    LoopingCall(look).start(every_s, now=False)


def _end(host: Host, entrance: _Entrance) -> Deferred[None]:
    """Close the port, let clients finish; the reactor waits for what this returns."""
    done: Deferred[None] = Deferred()
    entrance.close()
    host.stop()
    deadline = host.reactor.seconds() + _GRACE_S

    def wait() -> None:
        if not len(host) or host.reactor.seconds() > deadline + _GIVE_UP_S:
            done.callback(None)
            return
        if host.reactor.seconds() > deadline:
            host.drop()
        host.reactor.callLater(_TICK_S, wait)

    wait()
    return done
