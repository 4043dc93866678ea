# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a worker waits for its clients, and how many requests it works on meanwhile.

A request holds a *slot* while it is worked on, and none while it waits for its client: for the next octets of its body, or for
the client to take the next block of its answer. So a thousand slow clients hold threads that sleep, and nobody else's turn.

Who moves nothing for too long is cut off. Granian tells an application neither the connection nor its port, so the connections
of that address are looked at (Linux's TCP_INFO), and those on which nothing moves are shut down. A connection that only rests
between two requests may be among them: its client opens another one, as after any idle time-out.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import structlog

_log = structlog.get_logger(__name__)

LEAST_OCTETS_PER_S = 1_024
"""What a client has to send, or to take, to count as moving."""

_TCP_INFO_OCTETS = 136
# struct tcp_info of linux/tcp.h: tcpi_bytes_acked and tcpi_bytes_received, both u64.
_MOVED = struct.Struct("=QQ")
_MOVED_AT = 120
# Somebody else's request from the same address may be in work: we let it end, but not for ever.
_MOST_POSTPONED = 12


class Turn:
    """One request's way through a worker: working with a slot, waiting for its client without one, over."""

    __slots__ = ("_is_working", "_patience", "address", "postponed", "since")

    def __init__(self, patience: Patience, address: str) -> None:
        self._patience = patience
        self._is_working = False
        self.address = address
        self.since = 0.0
        self.postponed = 0

    def work(self) -> None:
        """Take a slot; wait while all are taken. Whatever this request waited for is there."""
        self._patience.waiting.pop(id(self), None)
        self._patience.free.get()
        self._is_working = True
        self._patience.working[id(self)] = self

    def wait(self) -> None:
        """Give the slot back while the client is waited for."""
        self.end()
        self.since = time.monotonic()
        self._patience.waiting[id(self)] = self

    def end(self) -> None:
        """Give the slot back for good. More than once is fine."""
        self._patience.waiting.pop(id(self), None)
        if self._is_working:
            self._is_working = False
            self._patience.working.pop(id(self), None)
            self._patience.free.put(None)


@dataclass(slots=True)
class Patience:
    """The slots of one worker process, and who works and waits in it. Safe for threads.

    ``port`` is the one that clients connect to; ``slots`` requests are worked on at the same time; a client that moves less than
    ``LEAST_OCTETS_PER_S`` for ``stall_s`` seconds is cut off.
    """

    port: int
    slots: int
    stall_s: float
    free: SimpleQueue[None] = field(default_factory=SimpleQueue)
    waiting: dict[int, Turn] = field(default_factory=dict)
    working: dict[int, Turn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A slot is something to be taken out: a semaphore of ``threading`` costs ten times as much, four times a request.
        for _ in range(self.slots):
            self.free.put(None)

    def turn(self, address: str) -> Turn:
        """Begin to work on a request of the peer at ``address`` (the connection's own, not that of a proxy's client)."""
        turn = Turn(self, address)
        turn.work()
        return turn

    def watch(self) -> None:
        """Cut off who stalls, for as long as the process lives, from a thread of its own."""
        threading.Thread(target=self._watch, name="patience", daemon=True).start()

    def _watch(self) -> None:
        tick_s = self.stall_s / 4
        moved: dict[int, tuple[int, int]] = {}
        time.sleep(tick_s)
        limit_unread(self.stall_s)
        while True:
            moved = self.look(moved, tick_s)
            time.sleep(tick_s)

    def look(self, before: dict[int, tuple[int, int]], tick_s: float) -> dict[int, tuple[int, int]]:
        """Shut down what stalls.

        ``before`` is what this returned ``tick_s`` seconds ago: octets by connection, as far as there was anything to look at.
        """
        stalled_since = time.monotonic() - self.stall_s
        late = {plain_address(turn.address) for turn in list(self.waiting.values()) if turn.since < stalled_since}
        if not late:
            return {}
        moved: dict[int, tuple[int, int]] = {}
        for number, address, connection in _connections(self.port):
            with connection:
                if address not in late:
                    continue
                octets = _octets(connection)
                moved[number] = octets
                is_still = number in before and _difference(octets, before[number]) < LEAST_OCTETS_PER_S * tick_s
                if is_still and not self._is_postponed(address):
                    _log.warning("client cut off: it moved nothing for too long", address=address)
                    with suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
        return moved

    def _is_postponed(self, address: str) -> bool:
        if not any(plain_address(turn.address) == address for turn in list(self.working.values())):
            return False
        waiting = [turn for turn in list(self.waiting.values()) if plain_address(turn.address) == address]
        for turn in waiting:
            turn.postponed += 1
        return all(turn.postponed <= _MOST_POSTPONED for turn in waiting)


def plain_address(text: str) -> str:
    """Return a peer's address as both the application and the socket spell it (an IPv4 one in IPv6 clothes is itself)."""
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)


def limit_unread(seconds: float) -> None:
    """Let the kernel end connections whose peer takes nothing of a finished answer for so long (Linux's TCP_USER_TIMEOUT).

    Such an answer waits in no thread of ours. Connections take this over from the sockets that listen.
    """
    for _, each in _sockets():
        with each, suppress(OSError):
            if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))


def _connections(port: int) -> Iterator[tuple[int, str, socket.socket]]:
    """Return the connections that were accepted at ``port``, with the peer's address. Those to a database are not among them."""
    for number, each in _sockets():
        try:
            is_ours = each.family in {socket.AF_INET, socket.AF_INET6} and each.getsockname()[1] == port
            peer = str(each.getpeername()[0]) if is_ours else ""
        except OSError:
            peer = ""
        if peer:
            yield number, plain_address(peer), each
        else:
            each.close()


def _sockets() -> Iterator[tuple[int, socket.socket]]:
    for entry in list(Path("/proc/self/fd").iterdir()):
        try:
            copy = os.dup(int(entry.name)) if str(entry.readlink()).startswith("socket:") else None
        except OSError:
            continue
        if copy is not None:
            yield int(entry.name), socket.socket(fileno=copy)


def _octets(connection: socket.socket) -> tuple[int, int]:
    """Return what the peer has acknowledged and what it has sent, in octets since the connection began."""
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_OCTETS)
        acknowledged, received = _MOVED.unpack_from(told, _MOVED_AT)
    except (OSError, struct.error):
        return 0, 0
    return acknowledged, received


def _difference(now: tuple[int, int], before: tuple[int, int]) -> int:
    return sum(now) - sum(before)
