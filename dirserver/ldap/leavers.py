# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of accounts that were closed: refused at their next request anyway, and within about a second not there any more.

A look each second, in a thread, and only while somebody is signed in; who is closed is asked only when somebody's rights have changed.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from twisted.python.failure import Failure

from dirserver.directory.directory import Directory
from dirserver.ldap.connection import LdapConnection
from dirserver.ldap.threads import Threads
from dirserver.ldap.transport import Clock
from dirserver.ldap.wire.message import Code

_EVERY_S = 1.0


class Leavers:
    """Sees off who may not be here any more. Everything but ``_look`` runs in the reactor's thread."""

    def __init__(self, connections: AbstractSet[LdapConnection], directory: Directory, threads: Threads, clock: Clock) -> None:
        self._connections = connections
        self._directory = directory
        self._threads = threads
        self._clock = clock
        self._number = -1
        self._known: frozenset[int] = frozenset()

    def start(self) -> None:
        """Look from now on."""
        self._clock.callLater(_EVERY_S, self._tick)

    def _tick(self) -> None:
        present = frozenset(each.account_id for each in self._connections if each.account_id is not None)
        if present and not self._threads.is_busy:
            self._threads.run(lambda: self._look(present), self._see_off)
        else:
            self.start()

    def _look(self, present: frozenset[int]) -> frozenset[int]:
        number = self._directory.marks().access_number
        # Whoever came since the last look may have been closed between the sign-in and now.
        if number == self._number and present <= self._known:
            return frozenset()
        closed = self._directory.closed_among(sorted(present))
        self._number, self._known = number, present - closed
        return closed

    def _see_off(self, closed: frozenset[int] | Failure) -> None:
        # A database that doesn't answer is asked again in a second.
        if not isinstance(closed, Failure):
            for connection in tuple(self._connections):
                if connection.account_id in closed:
                    connection.drop(Code.STRONGER_AUTH_REQUIRED, "this account is closed")
        self.start()
