# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials that were verified a moment ago: CardDAV sends them with every request, Thunderbird's LDAP with every search.

Kept as keyed hashes under a key that lives only in this process. An account's stamp is compared at each use, so a changed
password, a revoked device or a closed account counts at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from dirserver.model.principal import Door

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Verified:
    """Which account the credentials opened, at which stamp, by which device password (0 for the main one)."""

    account_id: int
    stamp: int
    device_id: int
    until: float


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

    def remember(self, login_key: str, password: str, door: Door, *, account_id: int, stamp: int, device_id: int) -> None:
        """Remember credentials that were just verified."""
        with self._lock:
            self._known[self._hash(login_key, password, door)] = Verified(account_id, stamp, device_id, time.monotonic() + self._lifetime_s)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)

    def _hash(self, login_key: str, password: str, door: Door) -> bytes:
        return hmac.new(self._key, f"{door}\0{login_key}\0{password}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
