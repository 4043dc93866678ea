# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of those who may not be here any more, seen off within a second.

That is who leaves, whose device password was revoked or has expired, and whose account's credentials changed after a sign-in with the
main password. A look each half second, in a thread, and only while somebody is signed in; the accounts are asked only when somebody's
rights have changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from twisted.python.failure import Failure

from dirserver.directory.directory import Directory
from dirserver.ldap.connection import LdapConnection
from dirserver.ldap.threads import Threads
from dirserver.ldap.wire.message import Code
from dirserver.listening.transport import Clock
from dirserver.model.principal import Held

_EVERY_S = 0.5
_ENDED = "this account is closed, or what you signed in with was revoked or has changed; sign in again"


def _now_us() -> int:
    return time.time_ns() // 1000


class Leavers:
    """Sees off who may not be here any more. Everything but ``_look`` runs in the reactor's thread."""

    def __init__(
        self,
        connections: AbstractSet[LdapConnection],
        directory: Directory,
        threads: Threads,
        clock: Clock,
        *,
        now_us: Callable[[], int] = _now_us,
    ) -> None:
        self._connections = connections
        self._directory = directory
        self._threads = threads
        self._clock = clock
        self._now_us = now_us
        self._number = -1
        self._known: frozenset[Held] = frozenset()

    def start(self) -> None:
        """Look from now on."""
        self._clock.callLater(_EVERY_S, self._tick)

    def _tick(self) -> None:
        self._see_expired()
        present = frozenset(held for each in self._connections if (held := each.principal.held) is not None)
        if present and not self._threads.is_busy:
            self._threads.run(lambda: self._look(present), self._see_off)
        else:
            self.start()

    def _see_expired(self) -> None:
        now = self._now_us()
        for connection in tuple(self._connections):
            proof = connection.principal.proof
            if proof is not None and proof.until_us is not None and proof.until_us <= now:
                connection.drop(Code.STRONGER_AUTH_REQUIRED, _ENDED)

    def _look(self, present: frozenset[Held]) -> frozenset[Held]:
        number = self._directory.marks().access_number
        # Whoever came since the last look may have been closed between the sign-in and now.
        if number == self._number and present <= self._known:
            return frozenset()
        ended = self._directory.ended_among(tuple(present))
        self._number, self._known = number, present - ended
        return ended

    def _see_off(self, ended: frozenset[Held] | Failure) -> None:
        # A database that doesn't answer is asked again in half a second.
        if not isinstance(ended, Failure):
            for connection in tuple(self._connections):
                if connection.principal.held in ended:
                    connection.drop(Code.STRONGER_AUTH_REQUIRED, _ENDED)
        self.start()
