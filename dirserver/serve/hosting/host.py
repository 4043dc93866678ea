# SPDX-License-Identifier: GPL-3.0-or-later
"""All connections of one worker: who is let in, who has to go, and what they all share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from dirserver.config.settings import HttpSettings
from dirserver.config.values import Address
from dirserver.listening.stream import Peer
from dirserver.listening.tls import Tls
from dirserver.serve.hosting.answers import Whole
from dirserver.serve.hosting.connection import Connection
from dirserver.serve.hosting.crew import Crew
from dirserver.serve.hosting.heads import Heads
from dirserver.serve.hosting.quota import Quota

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_log = structlog.get_logger(__name__)
# Threads are made as they are needed and mostly wait for clients; how many work at the same time is [http] threads.
_MOST_THREADS = 256
IDLE_S = 120.0
"""So long a connection is kept between two requests."""

AtOnce = Callable[["WSGIEnvironment", bytes], "Whole | WSGIApplication | None"]
"""Answers a request, with its body, without waiting for anything; or tells what a thread shall call for it. None: the application.

Never raises.
"""


class Host:
    """Serves one application over ``settings.max_connections`` connections. For the reactor's thread alone.

    ``may_come`` tells of a client's address whether it is heard at all.

    Raises BadConfig unless certificate and key of the settings can be used.
    """

    def __init__(
        self,
        settings: HttpSettings,
        address: Address,
        application: WSGIApplication,
        reactor: Any,  # noqa: ANN401 - the reactor is a module to type checkers
        *,
        at_once: AtOnce | None = None,
        may_come: Callable[[str], bool] = lambda _address: True,
    ) -> None:
        self.application = application
        self.at_once = at_once
        self._may_come = may_come
        self.reactor = reactor
        self.tls = Tls.of(settings)
        self.crew = Crew(min(settings.max_connections, _MOST_THREADS), "http")
        self.is_stopping = False
        self.heads = Heads(
            {
                "SCRIPT_NAME": "",
                "SERVER_NAME": address.host,
                "SERVER_PORT": str(address.port),
                "wsgi.version": (1, 0),
                "wsgi.url_scheme": "http" if self.tls is None else "https",
                "wsgi.errors": sys.stderr,
                "wsgi.multithread": True,
                "wsgi.multiprocess": True,
                "wsgi.run_once": False,
                "wsgi.input_terminated": True,
            }
        )
        self._most = settings.max_connections
        self._stall_s = float(settings.stall_timeout_s)
        self._quota = Quota(settings.max_connections_per_address, settings.trusted_proxies)
        self._connections: dict[Connection, str] = {}
        self._on_room: Callable[[], None] | None = None
        self.welcomed = self.unreadable = self._given_up = 0

    def __len__(self) -> int:
        """Return how many connections there are."""
        return len(self._connections)

    @property
    def given_up(self) -> int:
        """How many had to go for others while they rested."""
        return self._given_up + self._quota.given_up

    @property
    def turned_away(self) -> int:
        """How many weren't let in, since their address had as many as one may have."""
        return self._quota.turned_away

    def welcome(self, peer: Peer) -> Connection | None:
        """Take a connection in; at the limit, one that rests between two requests has to go for it.

        None for one that may not come, and where its address has as many as one may have, all of them at work.
        """
        party = self._quota.party_of(peer.host)
        if not (self._may_come(peer.host) and self._quota.has_room(party)):
            return None
        if len(self._connections) >= self._most:
            resting = next((one for one in self._connections if one.is_idle), None)
            if resting is not None:
                resting.close()
                self._given_up += 1
        connection = Connection(self, peer.host)
        self._connections[connection] = party
        self._quota.enter(party, connection)
        self.welcomed += 1
        return connection

    @property
    def is_full(self) -> bool:
        """Tell whether the next connection would have to wait: all there may be are there, and none of them rests."""
        return len(self._connections) >= self._most and not any(one.is_idle for one in self._connections)

    def tell_room(self, call: Callable[[], None]) -> None:
        """Have ``call`` made once, when a connection has ended."""
        self._on_room = call

    def forget(self, connection: Connection) -> None:
        """A connection has ended."""
        self._quota.forget(self._connections.pop(connection, ""), connection)
        call, self._on_room = self._on_room, None
        if call is not None:
            call()

    def look(self, elapsed_s: float) -> None:
        """See whether clients move; call it now and then with the time since it was called before."""
        for connection in tuple(self._connections):
            connection.look(elapsed_s, self._stall_s, IDLE_S)

    def stop(self) -> None:
        """Take no more requests: end what rests, let what is worked on end."""
        self.is_stopping = True
        for connection in tuple(self._connections):
            if connection.is_idle:
                connection.close()

    def drop(self) -> None:
        """End everything now."""
        for connection in tuple(self._connections):
            connection.abort()
