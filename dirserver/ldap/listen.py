# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening for LDAP: a port that several processes may share, and an orderly end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from dirserver.config.ldap_settings import LdapSettings
from dirserver.config.values import Address
from dirserver.identity.throttle import network_of
from dirserver.ldap.connection import LdapConnection
from dirserver.ldap.hub import Hub
from dirserver.ldap.kept.answers import Answers
from dirserver.ldap.kept.at_once import Quick
from dirserver.ldap.leavers import Leavers
from dirserver.ldap.limits import Limits
from dirserver.ldap.reach import Reaches
from dirserver.ldap.session import Site, is_loopback
from dirserver.ldap.tally import Tally
from dirserver.ldap.threads import Threads
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.encoded import EncodedCards
from dirserver.ldap.wire.known import KnownRequests
from dirserver.ldap.workers import Workers
from dirserver.listening.binding import allow_connections, listening_at
from dirserver.listening.port import Port
from dirserver.listening.reactor import run_until_told, the_reactor
from dirserver.listening.stream import Peer
from dirserver.listening.tls import Tls
from dirserver.metering.meter import Meter, State
from dirserver.model.dn import DN
from dirserver.wiring import Parts

_LOG = structlog.get_logger(__name__)
_MB = 1024 * 1024
_BIND_THREADS = 4
_MAX_WAITING = 500
_GRACE_S = 5.0
_GIVE_UP_S = 1.0
_LOG_EVERY_S = 1.0
_SWITCH_S = 0.0005
"""So long the reactor's thread waits for one that computes, such as one that makes a roll: Python's 5 ms would be 15 for each request."""
_LOOK_EVERY_S = 1.0


class AccessLines(Protocol):
    """Where lines of the access log go; ``write`` may keep some until ``flush``."""

    def write(self, operation: str, code: int, entries: int, ms: float, address: str, /) -> None:
        """Write a line."""

    def flush(self) -> None:
        """Write what is kept."""


@dataclass(slots=True)
class Counts:
    """Who was let in since the start, and who wasn't, and why."""

    welcomed: int = 0
    turned_away_full: int = 0
    turned_away_address: int = 0


class Listener:
    """Takes connections of one port, up to a number, and sees them off at the end."""

    def __init__(self, site: Site, workers: Workers) -> None:
        self._site = site
        self.workers = workers
        self._is_tls_from_start = False
        self.connections: dict[LdapConnection, str] = {}
        self.addresses = Tally[str](site.limits.connections_per_address)
        self.counts = Counts()

    def with_tls(self) -> Listener:
        """Return one for a port with TLS from the first octet; what is open counts for both together."""
        beside = Listener(self._site, self.workers)
        beside._is_tls_from_start = True
        beside.connections, beside.addresses, beside.counts = self.connections, self.addresses, self.counts
        return beside

    def welcome(self, peer: Peer | None) -> LdapConnection | None:
        """Make a connection; None, which closes it at once, when there are too many, in all or from this address."""
        host = "" if peer is None else peer.host
        # Loopback is this machine's own: tests, and programs that serve many people.
        counted = "" if not host or is_loopback(host) else network_of(host)
        if len(self.connections) >= self._site.limits.connections:
            self.counts.turned_away_full += 1
            _LOG.warning("too many LDAP connections", limit=self._site.limits.connections)
            return None
        if counted and not self.addresses.admit(counted):
            self.counts.turned_away_address += 1
            _LOG.warning("too many LDAP connections from one address", address=counted, limit=self.addresses.most)
            return None
        connection = LdapConnection(self._site, self.workers, self._forget, is_tls_from_start=self._is_tls_from_start)
        self.connections[connection] = counted
        self.counts.welcomed += 1
        return connection

    def _forget(self, connection: LdapConnection) -> None:
        counted = self.connections.pop(connection, "")
        if counted:
            self.addresses.release(counted)


def make_site(parts: Parts) -> Site:
    """Return what all connections share. Raises BadConfig if the certificate can't be used."""
    suffix = parts.config.ldap.suffix
    tree = Tree(suffix if suffix.rdns else DN.of_domain(parts.config.domain))
    tls = Tls.of(parts.config.ldap)
    reaches = Reaches(tree, has_tls=tls is not None, has_client_ca=bool(parts.config.ldap.tls_client_ca))
    settings = parts.config.ldap
    limits, cards = Limits.of(settings), EncodedCards(settings.entry_cache_mb * _MB // 2)
    answers, known = Answers(settings.answer_cache_mb * _MB), KnownRequests(limits.wire)
    site = Site(parts.config, parts.directory, parts.identity, tree, reaches, limits, answers, cards, known, tls)
    if not (parts.directory.answers_at_once and settings.directory_memory_mb and settings.entry_cache_mb):
        return site
    at_once = parts.directory.at_once(settings.directory_memory_mb * _MB)
    return replace(site, quick=Quick(at_once, settings.entry_cache_mb * _MB // 2))


def start(
    parts: Parts,
    address: Address,
    *,
    tls_address: Address | None = None,
    log: AccessLines | None = None,
    meter: Meter | None = None,
    bound_fds: tuple[int | None, int | None] = (None, None),
) -> None:
    """Listen on the default reactor, which somebody else runs; other processes may listen on the same address too (SO_REUSEPORT).

    ``bound_fds``: sockets that are bound there already, for the one address and the other (``listening_at``).
    Stops with the reactor: no new connections, what runs is finished for some seconds. Raises BadConfig if the address can't be had.
    """
    reactor = the_reactor()
    site = make_site(parts)
    if meter is not None:
        site = replace(site, counts=meter.answers)
    if log is not None:
        site = replace(site, log=log.write)
        LoopingCall(log.flush).start(_LOG_EVERY_S, now=False)
        reactor.addSystemEventTrigger("after", "shutdown", log.flush)
    allow_connections(site.limits.connections, "[ldap] max_connections")
    bound = [(listening_at(address, "[ldap] listen", bound_fds[0]), False)]
    if tls_address is not None:
        bound.append((listening_at(tls_address, "[ldap] tls_listen", bound_fds[1]), True))
    operations = Threads(reactor, parts.config.ldap.threads, max_waiting=_MAX_WAITING, name="ldap")
    binds = Threads(reactor, _BIND_THREADS, max_waiting=_MAX_WAITING, name="ldap-bind")
    # Who may not be here any more doesn't wait behind those who may: not for a place in the line of searches.
    leavers = Threads(reactor, 1, max_waiting=1, name="ldap-leavers")
    settings = parts.config.ldap
    hub = Hub(reactor, parts.directory.pulse, most=settings.persistent_searches, most_per_account=settings.persistent_searches_per_account)
    listener = Listener(site, Workers(operations, binds, reactor, hub, Tally(site.limits.connections_per_account)))
    if meter is not None:
        LoopingCall(_settle, meter, listener, operations, parts.config.ldap).start(_LOG_EVERY_S)
    ending = _Ending(reactor, listener)
    listening: list[Port] = []
    for port, is_tls in bound:
        listening.append(Port(port, (listener.with_tls() if is_tls else listener).welcome, reactor))
        listening[-1].start()
    operations.start()
    binds.start()
    leavers.start()
    if site.quick is not None:
        site.quick.start(operations)
        reactor.addSystemEventTrigger("before", "shutdown", site.quick.give_up)
        LoopingCall(site.quick.keep_current).start(_LOOK_EVERY_S, now=False)
    Leavers(listener.connections.keys(), parts.directory, leavers, reactor).start()
    reactor.addSystemEventTrigger("before", "shutdown", ending.begin, listening)
    reactor.addSystemEventTrigger("during", "shutdown", hub.stop)
    reactor.addSystemEventTrigger("during", "shutdown", operations.stop)
    reactor.addSystemEventTrigger("during", "shutdown", binds.stop)
    reactor.addSystemEventTrigger("during", "shutdown", leavers.stop)
    if site.quick is not None:
        reactor.addSystemEventTrigger("after", "shutdown", site.quick.close)


def _settle(meter: Meter, listener: Listener, operations: Threads, settings: LdapSettings) -> None:
    counts, running = listener.counts, min(operations.count, settings.threads)
    meter.settle(
        State(
            connections=len(listener.connections),
            most_connections=settings.max_connections,
            welcomed=counts.welcomed,
            turned_away_full=counts.turned_away_full,
            turned_away_address=counts.turned_away_address,
            places=settings.threads,
            busy=running,
            waiting=operations.count - running,
        )
    )


def run(
    parts: Parts,
    address: Address,
    ready: Callable[[], None],
    *,
    tls_address: Address | None = None,
    log: AccessLines | None = None,
    meter: Meter | None = None,
    bound_fds: tuple[int | None, int | None] = (None, None),
) -> None:
    """Listen, call ``ready``, and serve until SIGTERM or SIGINT. Raises BadConfig if the address can't be had."""
    reactor = the_reactor()
    sys.setswitchinterval(_SWITCH_S)
    start(parts, address, tls_address=tls_address, log=log, meter=meter, bound_fds=bound_fds)

    run_until_told(reactor, ready)


class _Ending:
    """The order in which everything stops: the port, what runs, the connections."""

    def __init__(self, reactor: Any, listener: Listener) -> None:  # noqa: ANN401 - as above
        self._reactor = reactor
        self._listener = listener
        self._done: Deferred[None] = Deferred()

    def begin(self, listening: list[Port]) -> Deferred[None]:
        """Stop listening and let clients finish; the reactor waits for what this returns."""
        for port in listening:
            port.stop()
        for connection in tuple(self._listener.connections):
            connection.leave()
        self._wait(self._reactor.seconds() + _GRACE_S, is_dropping=False)
        return self._done

    def _wait(self, deadline: float, *, is_dropping: bool) -> None:
        if not self._listener.connections:
            self._done.callback(None)
        elif self._reactor.seconds() < deadline:
            self._reactor.callLater(0.02, lambda: self._wait(deadline, is_dropping=is_dropping))
        elif not is_dropping:
            for connection in tuple(self._listener.connections):
                connection.drop()
            self._wait(self._reactor.seconds() + _GIVE_UP_S, is_dropping=True)
        else:
            self._done.callback(None)
