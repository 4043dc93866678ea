# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is refused now after too many failures, until when, and letting them in before (docs/decisions/0019).

What is counted has keyed hashes for names. Accounts are found by making their names anew, networks by those from which the audit trail
saw refusals; what neither knows can only be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dirserver.errors import BadInput, NotFound
from dirserver.identity.records import moment
from dirserver.identity.throttle import (
    STOPPED_US,
    Throttle,
    last_failure_us,
    network_of,
    second_step_of,
    wait_after_failures_us,
    wait_of_network_us,
)
from dirserver.model.audit import Action, Event
from dirserver.model.principal import Principal
from dirserver.store.accounts import accounts, throttling
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.accounts.throttling import ThrottleRow
from dirserver.store.care import audit
from dirserver.store.care.audit import Wanted
from dirserver.store.engine.opening import ReadTx, Store

_REFUSED = (Action.SIGN_IN_REFUSED, Action.SIGN_IN_THROTTLED, Action.SECOND_STEP_REFUSED, Action.SECOND_STEP_THROTTLED)
_COUNTED = frozenset({Action.SIGN_IN_REFUSED, Action.SECOND_STEP_REFUSED})
_MOST_LOOKED_AT = 2_000
"""Events of each kind, the newest."""


@dataclass(frozen=True, slots=True)
class Lockout:
    """One refusal that goes on. ``login`` is "" for whoever comes from ``network``; that is "" for from wherever the account isn't known.

    ``name`` is the one that was typed, login or mail address; ``is_second_step``: what was wrong was not the password but a code.
    ``since`` is the last failure, None where nobody wrote down when that was.
    """

    login: str
    name: str
    network: str
    failures: int
    since: datetime | None
    until: datetime
    is_second_step: bool = False


@dataclass(frozen=True, slots=True)
class LockedOut:
    """All that is refused now. ``unnamed``: how many more there are of names without an account, and of networks that nobody wrote down."""

    known: tuple[Lockout, ...]
    unnamed: int


class Lockouts:
    """What the throttle of one store refuses. Safe for threads. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, throttle: Throttle, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._throttle = throttle
        self._clock = clock

    def listed(self, addresses: Sequence[str] = ()) -> LockedOut:
        """Return who is refused now, by login; ``addresses`` are looked for besides those that the audit trail has."""
        now = self._clock()
        with self._store.reading() as tx:
            held = {row.name: row for row in throttling.held(tx, now) if _until_us(row, now)}
            if not held:
                return LockedOut((), 0)
            seen = self._seen(tx, now)
            rows = accounts.listed(tx)
        asked = {network_of(address) for address in addresses}
        known = [*self._accounts(held, rows, seen, asked, now), *self._networks(held, seen, asked, now)]
        return LockedOut(tuple(known), len(held) - len(known))

    def release(self, login: str, by: Principal) -> None:
        """Let an account in again, wherever it was tried from. NotFound if there is none."""
        with self._store.writing() as tx:
            row = accounts.lock(tx, accounts.of_name(tx, login).id)
            if row is None:
                raise NotFound(f"there is no account '{login}'")
            tried = _by_target(self._seen(tx, self._clock()))
            for _, _, name in self._names(row, tried.get(f"account:{row.uuid}", set())):
                throttling.drop(tx, name)
            # Counting begins anew with the account's stamp, under whichever name and network else it was; its sessions go on.
            accounts.save(tx, replace(row, stamp=row.stamp + 1))
            accounts.restamp_sessions(tx, row.id, row.stamp + 1)
            audit.record(tx, Event(Action.LOCKOUT_LIFTED, f"account:{row.uuid}"), by, self._clock())

    def release_network(self, address: str, by: Principal) -> str:
        """Let in whoever comes from the network of an address, and return that network. BadInput if it is no address."""
        network = network_of(address)
        if not any(mark in network for mark in ".:"):
            raise BadInput(f"'{address[:60]}' is no IP address")
        with self._store.writing() as tx:
            throttling.drop(tx, self._throttle.name_of_network(network))
            audit.record(tx, Event(Action.LOCKOUT_LIFTED, f"network:{network}"), by, self._clock())
        return network

    def _seen(self, tx: ReadTx, now: int) -> dict[tuple[str, str], int]:
        """Return networks with what was tried from there, as the trail calls it, of the time in which failures count, and the last one's.

        0 where all that was tried was refused already.
        """
        seen: dict[tuple[str, str], int] = {}
        for action in _REFUSED:
            for event in audit.newest(tx, Wanted(action=action, since_us=now - STOPPED_US), _MOST_LOOKED_AT):
                if event.address:
                    where, at_us = (network_of(event.address), event.target), event.at_us if action in _COUNTED else 0
                    seen[where] = max(at_us, seen.get(where, 0))
        return seen

    def _accounts(
        self, held: dict[str, ThrottleRow], rows: Sequence[AccountRow], seen: Iterable[tuple[str, str]], asked: set[str], now: int
    ) -> Iterator[Lockout]:
        tried = _by_target(seen)
        for row in rows:
            for key, network, name in self._names(row, asked | tried.get(f"account:{row.uuid}", set())):
                if name in held:
                    is_second = key == second_step_of(row)
                    typed = row.login if is_second else key
                    since = last_failure_us(held[name])
                    yield Lockout(row.login, typed, network, *_told(held[name], since, now), is_second_step=is_second)

    def _names(self, row: AccountRow, networks: set[str]) -> Iterator[tuple[str, str, str]]:
        """Return under which names failures at an account are counted, each behind what was typed and from where ("": anywhere)."""
        for key in filter(None, dict.fromkeys((row.login_key, row.mail_key, second_step_of(row)))):
            yield key, "", self._throttle.name_of_account(key, row)
            for network in sorted(networks):
                yield key, network, self._throttle.name_of_pair(key, row, network)

    def _networks(self, held: dict[str, ThrottleRow], seen: Mapping[tuple[str, str], int], asked: set[str], now: int) -> Iterator[Lockout]:
        last: dict[str, int] = dict.fromkeys(asked, 0)
        for (network, _), at_us in seen.items():
            last[network] = max(at_us, last.get(network, 0))
        for network, at_us in sorted(last.items()):
            row = held.get(self._throttle.name_of_network(network))
            if row is not None:
                yield Lockout("", "", network, *_told(row, at_us, now))


def _by_target(seen: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    networks: dict[str, set[str]] = {}
    for network, target in seen:
        networks.setdefault(target, set()).add(network)
    return networks


def _told(row: ThrottleRow, since_us: int, now: int) -> tuple[int, datetime | None, datetime]:
    return row.count, moment(since_us) if since_us else None, moment(_until_us(row, now))


def _until_us(row: ThrottleRow, now: int) -> int:
    """Return until when what is counted under a name is refused; 0 where it isn't."""
    is_network = row.name.startswith("network ")
    wait_us = wait_of_network_us(row, now) if is_network else wait_after_failures_us(row, now)
    if wait_us <= 0 or row.over_us > now + STOPPED_US + wait_us:
        return 0
    return now + wait_us
