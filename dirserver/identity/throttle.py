# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusing guessers: failures are counted by account and by address, and too many of them are answered without looking.

Refuses instead of sleeping, so that no worker is held up. Device passwords that fit are never refused: nobody can lock out
somebody else's phone by guessing. Counts are those of this process.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict

from dirserver.errors import Throttled

_WINDOW_S = 300
_PER_ACCOUNT = 10
_PER_ADDRESS = 50
_KEPT = 20_000


class Throttle:
    """Failures of the last five minutes; bounded, safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def check(self, login_key: str, address: str) -> None:
        """Raise Throttled while there were too many failures for this account or from this address."""
        now = time.monotonic()
        with self._lock:
            for key, limit in self._keys(login_key, address):
                recent = [at for at in self._failures.get(key, ()) if now - at < _WINDOW_S]
                if len(recent) >= limit:
                    wait_s = max(1, round(_WINDOW_S - (now - recent[-limit])))
                    raise Throttled("too many failed attempts; wait before you try again", wait_s)

    def note_failure(self, login_key: str, address: str) -> None:
        """Count a failure."""
        now = time.monotonic()
        with self._lock:
            for key, limit in self._keys(login_key, address):
                recent = [at for at in self._failures.pop(key, ()) if now - at < _WINDOW_S]
                self._failures[key] = [*recent[-limit + 1 :], now]
            while len(self._failures) > _KEPT:
                self._failures.popitem(last=False)

    def note_success(self, login_key: str) -> None:
        """Forget an account's failures; an address keeps its own."""
        with self._lock:
            self._failures.pop(f"account {login_key}", None)

    def _keys(self, login_key: str, address: str) -> tuple[tuple[str, int], ...]:
        return ((f"account {login_key}", _PER_ACCOUNT), (f"address {network_of(address)}", _PER_ADDRESS))


def network_of(address: str) -> str:
    """Return what counts as one guesser: an IPv4 address, the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def is_loopback(address: str) -> bool:
    """Tell whether a peer's address is this machine's own."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
