# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusing guessers: failures are counted in the database, for all doors, processes and nodes (docs/decisions/0019).

Refuses instead of sleeping, so that no worker is held up. Counted are the account (as it was typed, so that a count tells nothing about
which accounts there are), the account from one network, and the network. Where somebody signed in lately they are known: there only
the failures from there count, so nobody elsewhere can lock them out. Device passwords that fit are never refused at all.
Only failures write, and the first sign-in from a new network.
"""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dirserver.errors import Conflict, Throttled, Unavailable
from dirserver.identity.keys import keyed_hash
from dirserver.identity.repeats import Repeats
from dirserver.store.accounts import throttling
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.accounts.throttling import ThrottleRow
from dirserver.store.engine.opening import Store

_S = 1_000_000
_DAY_US = 24 * 3600 * _S

_FREE = 10
_MOST = 100
"""Then nothing is looked at until the password is changed, or for a month (NIST SP 800-63B-4 section 3.2.2: at most 100 in a row)."""
_FIRST_WAIT_US = 30 * _S
_LONGEST_WAIT_US = 3600 * _S
_FORGOTTEN_US = _DAY_US
STOPPED_US = 30 * _DAY_US
"""How long the most failures are kept."""

_LEAK_US = 6 * _S
_BURST = 50
_BURST_OF_THE_KNOWN = 500

_KNOWN_US = 30 * _DAY_US
_TELL_AGAIN_US = 7 * _DAY_US

_SWEPT_EVERY = 64
_KEPT = 500_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much of something is free: ``size`` at once, and one more each ``leak_us``."""

    size: int
    leak_us: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the names under which it counts, and what is counted there so far. ``said`` is what ``Repeats`` keeps of it."""

    account: str
    pair: str
    network: str
    place: str
    said: bytes
    is_repeated: bool
    counted: Mapping[str, ThrottleRow]

    @property
    def is_known(self) -> bool:
        """True if this account signed in from this network lately."""
        return self.place in self.counted


class Throttle:
    """The counts over one store. Safe for threads. ``key`` is the installation's secret, ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, key: bytes, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._key = key
        self._clock = clock
        self._repeats = Repeats()
        self._failures = itertools.count(1)

    def attempt(self, login_key: str, address: str, said: str = "", row: AccountRow | None = None) -> Attempt:
        """Return a try at ``login_key`` with ``said`` that may go on. Raises Throttled, saying when to try again.

        ``login_key`` may be any name of what is guessed at. Leave out ``said`` where what is wrong now may be right later (codes).
        ``row`` is the account, if there is one: after each change of its credentials counting begins anew.
        """
        network, stamp = network_of(address), _stamp(row)
        account_id = str(row.id if row is not None else "nobody")
        tried = Attempt(
            account=self.name_of_account(login_key, row),
            pair=self.name_of_pair(login_key, row, network),
            network=self.name_of_network(network),
            place=self._name("place", account_id, network),
            said=self._repeats.digest(login_key, account_id, stamp, said) if said else b"",
            is_repeated=False,
            counted={},
        )
        if tried.said and self._repeats.are_known(tried.said):
            return replace(tried, is_repeated=True)
        now = self._clock()
        with self._store.glance() as tx:
            rows = throttling.named(tx, [tried.account, tried.pair, tried.network, tried.place])
        tried = replace(tried, counted={name: row for name, row in rows.items() if now < row.over_us <= now + STOPPED_US + _DAY_US})
        wait_us = _wait_us(tried, now)
        if wait_us > 0:
            raise Throttled("too many failed attempts; wait before you try again", max(1, -(-wait_us // _S)))
        return tried

    def note_failure(self, tried: Attempt) -> None:
        """Count a failure."""
        if tried.is_repeated:
            return
        if tried.said:
            self._repeats.note(tried.said)
        now = self._clock()
        counted = (tried.pair,) if tried.is_known else tuple(sorted((tried.account, tried.pair)))
        with self._store.writing() as tx:
            # Always in this order: two that count the same names must not wait for each other.
            for name in counted:
                throttling.count(tx, name, now, lasting_us=_FORGOTTEN_US, most=_MOST, stopping_us=STOPPED_US)
            throttling.pour(tx, tried.network, now, _LEAK_US)
            if next(self._failures) % _SWEPT_EVERY == 0:
                throttling.sweep(tx, now, _KEPT)

    def note_success(self, tried: Attempt, *, is_place: bool = True) -> None:
        """Forgive what failed from this network (not what failed elsewhere), and know the place from now on (``is_place``)."""
        now = self._clock()
        own = tried.counted.get(tried.pair)
        place = tried.counted.get(tried.place)
        is_new = is_place and (place is None or place.over_us < now + _KNOWN_US - _TELL_AGAIN_US)
        if own is None and not is_new:
            return
        # Nobody has to wait for it; it is done next time.
        with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
            if own is not None:
                throttling.forgive(tx, tried.account, own.count)
                throttling.drop(tx, tried.pair)
            if is_new:
                throttling.keep(tx, tried.place, now + _KNOWN_US)

    def spend(self, purpose: str, address: str, bucket: Bucket) -> None:
        """Count one deed that anybody may do, by where it comes from, whoever asks which process. Throttled when the bucket is full."""
        name, now = self._name(purpose, network_of(address)), self._clock()
        with self._store.glance() as tx:
            found = throttling.named(tx, [name]).get(name)
        wait_us = found.over_us + bucket.leak_us - now - bucket.size * bucket.leak_us if found is not None else 0
        if wait_us > 0:
            raise Throttled("too many requests; wait before you go on", max(1, -(-wait_us // _S)))
        # Where somebody else is writing, nobody waits to be counted.
        with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
            throttling.pour(tx, name, now, bucket.leak_us)
            if next(self._failures) % _SWEPT_EVERY == 0:
                throttling.sweep(tx, now, _KEPT)

    def name_of_account(self, login_key: str, row: AccountRow | None) -> str:
        """Return under what failures at an account count, of which that was typed."""
        return self._name("account", login_key, _stamp(row))

    def name_of_pair(self, login_key: str, row: AccountRow | None, network: str) -> str:
        """Return under what failures at an account from one network count."""
        return self._name("pair", login_key, _stamp(row), network)

    def name_of_network(self, network: str) -> str:
        """Return under what failures from a network count."""
        return self._name("network", network)

    def _name(self, kind: str, *parts: str) -> str:
        # No more than is needed to tell them apart: what was typed may be a password, and who comes from where is nobody's business.
        return kind + " " + keyed_hash(self._key, f"throttle {kind}", "\0".join(parts))[:32]


def _wait_us(tried: Attempt, now: int) -> int:
    counted = tried.counted
    full_us = _LEAK_US * (_BURST_OF_THE_KNOWN if tried.is_known else _BURST)
    network = counted.get(tried.network)
    waits = [0 if network is None else network.over_us + _LEAK_US - now - full_us]
    for name in (tried.pair,) if tried.is_known else (tried.pair, tried.account):
        row = counted.get(name)
        waits.append(0 if row is None else _growing_us(row, now))
    return max(waits)


def second_step_of(row: AccountRow) -> str:
    """Return as what wrong codes of an account's second step count: no login has a space in it."""
    return f"second step {row.login_key}"


def wait_of_network_us(row: ThrottleRow, now: int) -> int:
    """Return how long whoever comes from a network has to wait, where they aren't known; not above 0 for not at all."""
    return row.over_us + _LEAK_US - now - _LEAK_US * _BURST


def wait_after_failures_us(row: ThrottleRow, now: int) -> int:
    """Return how long an account is refused after what was counted; not above 0 for not at all."""
    return row.over_us - now if row.count >= _MOST else _growing_us(row, now)


def last_failure_us(row: ThrottleRow) -> int:
    """Return when the last failure at an account was counted, which is since when it is refused."""
    return row.over_us - (STOPPED_US if row.count >= _MOST else _FORGOTTEN_US)


def _stamp(row: AccountRow | None) -> str:
    return str(row.stamp if row is not None else 0)


def _growing_us(row: ThrottleRow, now: int) -> int:
    """Return how long to wait after so many failures, the last of which can be told from when they are forgotten."""
    if row.count < _FREE:
        return 0
    if row.count >= _MOST:
        return min(row.over_us - now, _DAY_US)
    doubled = min(row.count - _FREE, 10)
    return row.over_us - _FORGOTTEN_US + min(_FIRST_WAIT_US << doubled, _LONGEST_WAIT_US) - now


@functools.lru_cache(maxsize=4096)
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
