# SPDX-License-Identifier: GPL-3.0-or-later
"""Device passwords: generated, 120 bits, kept as keyed hashes; good for some doors, and if wanted from some networks and until a day."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from dirserver.errors import BadInput, NotFound
from dirserver.identity.account import DevicePassword, Network, Scope
from dirserver.identity.keys import keyed_hash
from dirserver.identity.notices import tell_device_added
from dirserver.identity.records import device_of, networks_of, require_open
from dirserver.model.audit import Action, Event
from dirserver.model.fold import fold
from dirserver.model.origin import current_origin
from dirserver.model.principal import Door
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow, DeviceRow
from dirserver.store.care import audit
from dirserver.store.engine.opening import Store, WriteTx

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Thirty-two that can't be taken for each other: 5 bits each."""
_COUNT = 24
_AT_ONCE = 6
_MOST_NETWORKS = 16


@dataclass(frozen=True, slots=True)
class Restrictions:
    """From where and until when a device password is good; by default anywhere and always."""

    networks: tuple[Network, ...] = ()
    expires_at: datetime | None = None

    @classmethod
    def of(cls, networks: Iterable[str], expires_at: datetime | None) -> Restrictions:
        """Return them from how people write networks: one each, or several with spaces or commas between. BadInput says which is none."""
        written = [one for text in networks for one in text.replace(",", " ").split()]
        if len(written) > _MOST_NETWORKS:
            raise BadInput(f"a device password takes at most {_MOST_NETWORKS} networks")
        return cls(tuple(dict.fromkeys(_network(one) for one in written)), expires_at)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        raise BadInput(
            f"'{text[:60]}' is no network: write an address or a network, as 203.0.113.7, 10.1.0.0/16 or 2001:db8::/48"
        ) from None


def is_within(address: str, networks: tuple[Network, ...]) -> bool:
    """Tell whether an address is in one of the networks; of no networks, every address is."""
    if not networks:
        return True
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return any((mapped or parsed) in network for network in networks)


def usable(devices: Iterable[DeviceRow], door: Door, address: str, now_us: int) -> tuple[DeviceRow, ...]:
    """Return the device passwords that are good at this door, from this address, now."""
    return tuple(
        one
        for one in devices
        if Scope(one.scope).opens(door)
        and (one.expires_us is None or now_us < one.expires_us)
        and (not one.networks or is_within(address, networks_of(one)))
    )


def fitting(devices: Iterable[DeviceRow], digest: str) -> DeviceRow | None:
    """Return the device password with this hash; each is looked at, however early it is found."""
    found = None
    for one in devices:
        if secrets.compare_digest(one.digest, digest):
            found = one
    return found


class DevicePasswords:
    """The device passwords over one store. Safe for threads. ``key`` is the installation's, ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, key: bytes, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._key = key
        self._clock = clock

    def digest(self, secret: str) -> str:
        """Return under what a device password is kept."""
        return keyed_hash(self._key, "device password", secret)

    def add(self, login: str, *, label: str, scope: Scope, restrictions: Restrictions, secret: str | None = None) -> str:
        """Make one and return it: it is not kept and can't be shown again. ``secret`` is only for sample companies."""
        label, now = label.strip(), self._clock()
        if not label or len(label) > 100 or not label.isprintable():
            raise BadInput("a device password needs a label of at most 100 characters, so that you know it again")
        expires_us = round(restrictions.expires_at.timestamp() * 1_000_000) if restrictions.expires_at is not None else None
        if expires_us is not None and expires_us <= now:
            raise BadInput("a device password can't have expired before it is made: name a moment to come")
        if secret is None:
            letters = "".join(secrets.choice(_LETTERS) for _ in range(_COUNT))
            secret = "-".join(letters[start : start + _AT_ONCE] for start in range(0, _COUNT, _AT_ONCE))
        networks = " ".join(map(str, restrictions.networks))
        limits = (("networks",) if networks else ()) + (("expires",) if expires_us is not None else ())
        with self._changing(login) as (tx, row):
            require_open(row)
            device = DeviceRow(0, row.id, self.digest(secret), label, scope, now, None, "", "", networks, expires_us)
            accounts.add_device(tx, device)
            self._record(tx, Event(Action.DEVICE_ADDED, f"account:{row.uuid}", fields=(f"scope={scope.value}", *limits)))
            tell_device_added(tx, row, label, now)
        return secret

    def listed(self, login: str) -> tuple[DevicePassword, ...]:
        """Return what is known of an account's device passwords."""
        with self._store.reading() as tx:
            return tuple(device_of(row, self._clock()) for row in accounts.devices(tx, accounts.of_name(tx, login).id))

    def shown(self, login: str, password: str, *, door: Door, address: str) -> int | None:
        """Return the id of the device password that these credentials are, None for a main password or a wrong one."""
        with self._store.reading() as tx:
            row = accounts.by_login_or_mail(tx, fold(login))
            found = accounts.devices(tx, row.id) if row is not None else ()
        device = fitting(usable(found, door, address, self._clock()), self.digest(password))
        return device.id if device is not None else None

    def revoke(self, login: str, device_id: int) -> None:
        """Make one useless from the next request on; NotFound if the account has none of that id. Sessions go on."""
        with self._changing(login) as (tx, row):
            if not accounts.drop_device(tx, row.id, device_id):
                raise NotFound("there is no such device password")
            accounts.save(tx, replace(row, stamp=row.stamp + 1))
            # The browser that revokes it is no device: it stays signed in.
            accounts.restamp_sessions(tx, row.id, row.stamp + 1)
            self._record(tx, Event(Action.DEVICE_REVOKED, f"account:{row.uuid}", f"device:{device_id}"))

    def _record(self, tx: WriteTx, event: Event) -> None:
        audit.record(tx, event, current_origin().principal, self._clock())

    @contextmanager
    def _changing(self, login: str) -> Iterator[tuple[WriteTx, AccountRow]]:
        with self._store.writing() as tx:
            row = accounts.lock(tx, accounts.of_name(tx, login).id)
            if row is None:
                raise NotFound(f"there is no account '{login}'")
            yield tx, row
