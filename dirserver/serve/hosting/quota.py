# SPDX-License-Identifier: GPL-3.0-or-later
"""How many connections each address may have, so that nobody alone takes all there are.

What counts as one address is what counts as one guesser: an IPv4 address, the /64 of an IPv6 one. Behind it may be a whole office (NAT),
so at the limit a connection of theirs that rests goes for the one that comes: only who has as many at work or half said is turned away.
Web servers in front of us (``[http] trusted_proxies``) speak for everybody and aren't counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import structlog

from dirserver.config.values import Network
from dirserver.identity.throttle import network_of
from dirserver.serve.forwarded import is_trusted

_log = structlog.get_logger(__name__)
_TOLD_EVERY_S = 10.0


class Guest(Protocol):
    """What a quota needs of a connection."""

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody would miss it."""
        ...

    def close(self) -> None:
        """End it."""


class Quota:
    """Connections by address, ``most`` for each. ``given_up`` rested and had to go, ``turned_away`` were not let in. For one thread."""

    def __init__(self, most: int, proxies: tuple[Network, ...], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._proxies = proxies
        self._clock = clock
        self._told = -_TOLD_EVERY_S
        self._guests: dict[str, dict[Guest, None]] = {}
        self.given_up = self.turned_away = 0

    def __len__(self) -> int:
        """Return how many addresses have any."""
        return len(self._guests)

    def party_of(self, address: str) -> str:
        """Return what a client's connections count under; nothing for who isn't counted."""
        return "" if is_trusted(address, self._proxies) else network_of(address)

    def has_room(self, party: str) -> bool:
        """Tell whether one more may come; at the limit, one of the same party has to go for it."""
        guests = self._guests.get(party)
        if guests is None or len(guests) < self._most:
            return True
        resting = next((one for one in guests if one.is_idle), None)
        if resting is None:
            self.turned_away += 1
            self._tell(party)
            return False
        self.given_up += 1
        # From here on it doesn't count: until it is gone, its client may take its time.
        self.forget(party, resting)
        resting.close()
        return True

    def enter(self, party: str, guest: Guest) -> None:
        """One has come."""
        if party:
            self._guests.setdefault(party, {})[guest] = None

    def forget(self, party: str, guest: Guest) -> None:
        """One is gone; or was forgotten before."""
        guests = self._guests.get(party)
        if guests is not None and guest in guests:
            del guests[guest]
            if not guests:
                del self._guests[party]

    def _tell(self, party: str) -> None:
        now = self._clock()
        if now - self._told >= _TOLD_EVERY_S:
            self._told = now
            _log.warning("too many HTTP connections from one address", address=party, limit=self._most, turned_away=self.turned_away)
