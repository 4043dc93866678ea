# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials that were verified a moment ago: CardDAV sends them with every request, Thunderbird's LDAP with every search.

Kept as keyed hashes under a key that lives only in this process. They hold while nothing was changed about accounts, groups,
grants or books (``store.engine.counters.access_number``), which each use asks, so a changed password, a revoked device or a closed
account counts at once; and while the account itself is as it was (its stamp), after a look at it. What ends by the
clock alone has to be in ``look_again_us``.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace

from dirserver.identity.account import Network
from dirserver.model.principal import Door, Principal

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Verified:
    """Which account the credentials opened, at which stamp, by which device password (0 for the main one).

    ``principal`` is whom they showed at ``access_number``; ``is_loopback_only``: from this machine only; ``networks``: from these only,
    if there are any. From ``look_again_us``
    on (microseconds since 1970) the account and its devices have to be looked at again, whatever the counter says.
    """

    principal: Principal
    stamp: int
    device_id: int
    access_number: int
    look_again_us: int
    is_loopback_only: bool
    networks: tuple[Network, ...] = ()
    until: float = 0.0


class VerifiedCredentials:
    """A bounded memory of ``lifetime_s`` seconds; safe for threads."""

    def __init__(self, lifetime_s: float) -> None:
        self._lifetime_s = lifetime_s
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, Verified] = OrderedDict()

    def recall(self, login_key: str, password: str, door: Door) -> Verified | None:
        """Return what these credentials opened lately, or None."""
        key = self._hash(login_key, password, door)
        with self._lock:
            found = self._known.get(key)
            if found is not None and found.until < time.monotonic():
                del self._known[key]
                return None
            return found

    def remember(self, login_key: str, password: str, door: Door, verified: Verified) -> None:
        """Remember credentials that were just verified; those that were ``recall``ed only as long as they would have been."""
        if verified.until == 0.0:
            verified = replace(verified, until=time.monotonic() + self._lifetime_s)
        with self._lock:
            self._known[self._hash(login_key, password, door)] = verified
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)

    def _hash(self, login_key: str, password: str, door: Door) -> bytes:
        # Not through OpenSSL, which takes as long to find the function by its name.
        said = f"{door}\0{login_key}\0{password}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(said, key=self._key, digest_size=32).digest()
