# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is it: accounts, passwords, device passwords, sessions of the pages.

The main password opens every door, with a second factor the pages only; a device password opens CardDAV, LDAP or both, and never
the pages. An unknown login and a wrong password give the same answer after the same work.
"""

from __future__ import annotations

import contextlib
import re
import time
import uuid as uuids
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from dirserver.errors import BadInput, Conflict, NotAuthenticated, NotFound, Throttled, Unavailable
from dirserver.identity import devices, passwords
from dirserver.identity.account import Account, DevicePassword, Scope, Session
from dirserver.identity.devices import DevicePasswords, Restrictions
from dirserver.identity.forgotten import Forgotten
from dirserver.identity.keys import keyed_hash
from dirserver.identity.links import Lifetimes, Links, end_ways_in
from dirserver.identity.notices import tell_password_changed
from dirserver.identity.records import account_of, networks_of, require_open
from dirserver.identity.refusals import OnRefused, Refusals, untold
from dirserver.identity.sealing import Sealer
from dirserver.identity.sessions import Limits, Sessions
from dirserver.identity.settling import settle
from dirserver.identity.strength import Rules, is_short, shortest_for
from dirserver.identity.throttle import Attempt, Throttle, is_loopback
from dirserver.identity.verified import Verified, VerifiedCredentials
from dirserver.model.audit import Action, Event
from dirserver.model.fold import fold
from dirserver.model.origin import come_from, current_origin
from dirserver.model.principal import Door, Principal, Proof
from dirserver.store.accounts import accounts, factors
from dirserver.store.accounts.accounts import AccountRow, DeviceRow
from dirserver.store.care import audit
from dirserver.store.delivery import subscriptions
from dirserver.store.engine import counters
from dirserver.store.engine.opening import Store, WriteTx

# Radicale refuses names with ":" or ","; "/" and white space can't stand in its URLs; a leading "~" marks personal books.
_LOGIN = re.compile(r"[^\s:,/~@\x00-\x1f\x7f]([^\s:,/\x00-\x1f\x7f]{0,98}[^\s:,/@\x00-\x1f\x7f])?")
_REFUSED = "login or password is wrong"
_USE_NOTED_EVERY_US = 300 * 1_000_000
_ANYWHERE_ALWAYS = Restrictions()


def _now_us() -> int:
    return time.time_ns() // 1000


class _Shown(NamedTuple):
    """What somebody shows at a door: the folded login, the password, and where they come from with which program."""

    key: str
    password: str
    door: Door
    address: str
    program: str


class Identity:
    """Accounts and their credentials over one store. Safe for threads; make one per process.

    ``key`` is the installation's secret (``identity.keys``); ``clock`` gives microseconds since 1970, ``on_refused`` hears of refusals.
    """

    def __init__(
        self,
        store: Store,
        key: bytes,
        *,
        limits: Limits | None = None,
        rules: Rules | None = None,
        lifetimes: Lifetimes | None = None,
        clock: Callable[[], int] = _now_us,
        on_refused: OnRefused = untold,
    ) -> None:
        self._store = store
        self._key = key
        self._limits = limits or Limits()
        self._clock = clock
        self.throttle = Throttle(store, key, clock=clock)
        self._refusals = Refusals(on_refused)
        self._verified = VerifiedCredentials(self._limits.verified_s)
        self.devices = DevicePasswords(store, key, clock=clock)
        self._rules = rules or Rules()
        self.sessions = Sessions(store, key, limits=self._limits, clock=clock)
        self.links = Links(store, key, rules=self._rules, lifetimes=lifetimes or Lifetimes(), clock=clock)
        self.forgotten = Forgotten(store, key, self.links, clock=clock)

    # Signing in

    def authenticate(self, login: str, password: str, *, door: Door, address: str, program: str = "") -> Principal:
        """Return who shows this login (or mail address) and password at ``door``, coming from ``address`` with ``program``.

        Raises NotAuthenticated, or Throttled after too many failures for the account or from the address.
        """
        key = fold(login)
        known = self._verified.recall(key, password, door)
        if known is not None and self.still_opens(known, address):
            # Nearly every request of a phone: nothing has changed about anybody since it was here.
            return known.principal
        shown, now = _Shown(key, password, door, address, program), self._clock()
        is_for_devices = door in {Door.DAV, Door.LDAP}
        with self._store.reading() as tx:
            number = counters.access_number(tx)
            row = accounts.by_login_or_mail(tx, key) if key else None
            found = accounts.devices(tx, row.id) if row is not None and is_for_devices else ()
            standing = factors.standing(tx, row.id) if row is not None else factors.NOTHING
        is_half = standing.bars_main_password
        if row is not None and not (row.is_open_at(now) and (not row.is_loopback_only or is_loopback(address))):
            row, found = None, ()
        is_barred = is_half and is_for_devices
        usable = devices.usable(found, door, address, now)
        if row is not None and known is not None and (known.principal.account_id, known.stamp) == (row.id, row.stamp):
            device = next((one for one in usable if one.id == known.device_id), None)
            if device is not None or not (known.device_id or is_barred):
                return self._remember(shown, row, device, number, known.until)
        device = devices.fitting(usable, self.devices.digest(password))
        # Where a second factor is on, a main password that is right is answered as a wrong one, after the same work.
        fitting = row.password_hash if row is not None and not is_barred else None
        tried = self._proved_by_password(shown, row, fitting) if device is None else None
        if row is None:
            raise NotAuthenticated(_REFUSED)
        if tried is not None:
            # Half a sign-in makes no place known: who has the password alone would guess at codes more freely from there.
            self.throttle.note_success(tried, is_place=not is_half)
        principal = self._remember(shown, row, device, number)
        if device is None and row.password_hash is not None:
            self._look_at_password(row, row.password_hash, standing, password)
        return principal

    def _proved_by_password(self, shown: _Shown, row: AccountRow | None, fitting: str | None) -> Attempt:
        try:
            tried = self.throttle.attempt(shown.key, shown.address, f"{shown.door} {fitting is None} {shown.password}", row)
        except Throttled:
            self._record_refusal(Action.SIGN_IN_THROTTLED, shown.key, row, Principal(shown.door), shown.address)
            raise
        if tried.is_repeated or not passwords.verify(shown.password, fitting, None if fitting is not None else self._decoy(shown.key, row)):
            self.throttle.note_failure(tried)
            self._record_refusal(Action.SIGN_IN_REFUSED, shown.key, row, Principal(shown.door), shown.address)
            raise NotAuthenticated(_REFUSED)
        return tried

    def _decoy(self, key: str, row: AccountRow | None) -> str | None:
        """Return what a password is tried on where none can fit: always the same one for a name, and of the kinds that accounts have.

        Hashes of other directories take from microseconds to a second: with one decoy for all, time would tell who is there.
        """
        if row is not None and row.password_hash is not None:
            return row.password_hash
        with self._store.glance() as tx:
            return accounts.somebodys_hash(tx, int(keyed_hash(self._key, "decoy", key)[:12], 16))

    def _remember(self, shown: _Shown, row: AccountRow, device: DeviceRow | None, number: int, until: float = 0.0) -> Principal:
        """Return who has shown what is right, and know them at once until anything about it may have changed."""
        number_of_device = device.id if device is not None else 0
        ends = [end for end in (row.leaves_us, device.expires_us if device is not None else None) if end is not None]
        credential = f"device password {number_of_device}" if number_of_device else "password"
        proof = Proof(row.stamp, number_of_device, min(ends, default=None))
        principal = Principal(shown.door, row.id, row.login, credential=credential, proof=proof)
        look_again_us = min((self._note_use(device, shown), *ends))
        networks = networks_of(device) if device is not None else ()
        verified = Verified(principal, row.stamp, number_of_device, number, look_again_us, row.is_loopback_only, networks, until)
        self._verified.remember(shown.key, shown.password, shown.door, verified)
        return principal

    def _record_refusal(self, action: Action, key: str, row: AccountRow | None, who: Principal, address: str) -> None:
        """Tell the audit trail, within bounds. What was typed stays out of it: some type their password there."""
        count = self._refusals.due(key, action, who.door, self._clock())
        if count:
            come_from(who, address)
            with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
                self._record(tx, Event(action, f"account:{row.uuid}" if row is not None else "nobody", count=count), who)

    def _record(self, tx: WriteTx, event: Event, by: Principal | None = None) -> None:
        audit.record(tx, event, by if by is not None else current_origin().principal, self._clock())

    def recalled(self, login: str, password: str, *, door: Door, address: str) -> Principal | None:
        """Return who showed these credentials a moment ago, if nothing has changed since. None: ``authenticate``."""
        known = self.known(login, password, door=door)
        return known.principal if known is not None and self.still_opens(known, address) else None

    def known(self, login: str, password: str, *, door: Door) -> Verified | None:
        """Return what these credentials opened a moment ago; whether they do now is asked of ``still_opens`` each time."""
        return self._verified.recall(fold(login), password, door)

    def recognize(self, login: str, password: str, *, door: Door, address: str, access_number: int) -> Verified | None:
        """Return what these have opened lately, if everybody's rights still stand under that number; None where it takes a look."""
        known = self._verified.recall(fold(login), password, door)
        return known if known is not None and self.still_opens(known, address, access_number) else None

    def still_opens(self, known: Verified, address: str, access_number: int | None = None) -> bool:
        """Tell whether what opened something does so still: one question, none where the ``access_number`` of now is known."""
        if self._clock() >= known.look_again_us or known.until < time.monotonic():
            return False
        if not devices.is_within(address, known.networks) or (known.is_loopback_only and not is_loopback(address)):
            return False
        if access_number is not None:
            return access_number == known.access_number
        with self._store.glance() as tx:
            return counters.access_number(tx) == known.access_number

    def _note_use(self, device: DeviceRow | None, shown: _Shown) -> int:
        """Write down that a device password was used, unless that was done lately; return when it has to be done next."""
        now = self._clock()
        if device is None:
            return now + _USE_NOTED_EVERY_US
        if device.last_used_us is not None and now - device.last_used_us < _USE_NOTED_EVERY_US:
            return device.last_used_us + _USE_NOTED_EVERY_US
        # Worth knowing, not worth waiting for.
        with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
            accounts.note_use(tx, device.id, now, shown.address, shown.door, shown.program)
            return now + _USE_NOTED_EVERY_US
        return now

    def _look_at_password(self, row: AccountRow, hashed: str, standing: factors.Standing, password: str) -> None:
        """Hash a password that is right better where it can be, and note whether it is good only beside the second factor that is on."""
        improved = passwords.hash_password(password) if passwords.needs_new_hash(hashed) else ""
        is_news = standing.is_on and standing.has_short_password != is_short(password)
        if not (improved or is_news):
            return
        with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
            if improved:
                accounts.improve_hash(tx, row.id, hashed, improved)
            if is_news:
                factors.note_length(tx, row.id, is_short=is_short(password))

    def sealer(self, purpose: str) -> Sealer:
        """Return what seals texts for one purpose under the installation's key."""
        return Sealer(self._key, purpose)

    # Sessions of the pages

    def open_session(self, principal: Principal, *, address: str) -> str:
        """Begin a session; see ``Sessions.open``."""
        return self.sessions.open(principal, address=address)

    def session(self, secret: str) -> Session | None:
        """Return the session of that secret while it holds; see ``Sessions.find``."""
        return self.sessions.find(secret)

    def close_session(self, secret: str) -> None:
        """End a session; nothing happens if it is over."""
        self.sessions.close(secret)

    # Accounts

    def account(self, login: str) -> Account:
        """Return the account of that login or mail address; NotFound if there is none."""
        with self._store.reading() as tx:
            return account_of(accounts.of_name(tx, login), self._clock())

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts by login."""
        with self._store.reading() as tx:
            return tuple(account_of(row, self._clock()) for row in accounts.listed(tx))

    def accounts_of(self, entry_uuids: Sequence[str]) -> Mapping[str, Account]:
        """Return, by the entry's UUID, the open accounts of these people. Who may know of them is for the caller to say."""
        with self._store.reading() as tx:
            return {row.entry_uuid: account_of(row) for row in accounts.of_entries(tx, entry_uuids) if row.is_active and row.entry_uuid}

    def add_account(
        self,
        login: str,
        *,
        name: str,
        mail: str,
        password: str | None = None,
        is_admin: bool = False,
        is_loopback_only: bool = False,
        language: str = "",
    ) -> Account:
        """Make an account with its personal book, linked to the person of that name in ``people`` if there is one.

        Without a password it can't sign in until a link or a command sets one. BadInput for a login or password that can't be
        one, Conflict if the login is taken.
        """
        if _LOGIN.fullmatch(login) is None or not fold(login):
            raise BadInput(f"'{login[:40]}' can't be a login: no spaces, no ':' ',' '/' '~', and no '@' at either end")
        if password is not None:
            self._rules.check(password, (login, name, mail), has_second_factor=False)
        row = AccountRow(
            id=0,
            uuid=str(uuids.uuid4()),
            login=login,
            login_key=fold(login),
            mail=mail,
            mail_key=fold(mail),
            name=name,
            password_hash=passwords.hash_password(password) if password is not None else None,
            is_admin=is_admin,
            is_active=True,
            is_loopback_only=is_loopback_only,
            entry_uuid=None,
            language=language,
            stamp=0,
            created_us=self._clock(),
        )
        with self._store.writing() as tx:
            taken = accounts.by_login_or_mail(tx, row.login_key)
            if taken is not None and taken.login_key == row.login_key:
                raise Conflict(f"there is an account '{taken.login}' already")
            account_id = settle(tx, row)
            made = accounts.by_id(tx, account_id)
            self._record(tx, Event(Action.ACCOUNT_ADDED, f"account:{row.uuid}", fields=("administrator",) if is_admin else ()))
        if made is None:
            raise Unavailable("the account is gone already")
        return account_of(made)

    def shortest_password(self, login: str) -> int:
        """Return how many characters the main password of an account needs at least."""
        with self._store.reading() as tx:
            return shortest_for(has_second_factor=factors.standing(tx, accounts.of_name(tx, login).id).is_on)

    def set_password(self, login: str, password: str, *, but_session: str = "", stands_alone: bool = False) -> None:
        """Give an account another main password and tell it; its sessions end, but for the one of that secret, and so do its links.

        ``stands_alone``: it has to be long enough without the second factor that is on, because that is about to go.
        """
        with self._store.reading() as tx:
            row = accounts.of_name(tx, login)
            has_second_factor = factors.standing(tx, row.id).is_on and not stands_alone
        self._rules.check(password, (row.login, row.name, row.mail), has_second_factor=has_second_factor)
        hashed = passwords.hash_password(password)
        with self._changing(login) as (tx, row):
            require_open(row)
            accounts.save(tx, replace(row, password_hash=hashed, stamp=row.stamp + 1))
            factors.note_length(tx, row.id, is_short=is_short(password))
            end_ways_in(tx, row.id, but_session=self.sessions.digest(but_session) if but_session else "")
            accounts.restamp_sessions(tx, row.id, row.stamp + 1)
            self._record(tx, Event(Action.PASSWORD_SET, f"account:{row.uuid}"))
            if row.password_hash is not None:
                tell_password_changed(tx, row, self._clock())

    def close_account(self, login: str) -> None:
        """Close an account: from now on it opens no door, its sessions and links end and its devices hear of nothing."""
        with self._changing(login) as (tx, row):
            accounts.save(tx, replace(row, is_active=False, stamp=row.stamp + 1))
            end_ways_in(tx, row.id)
            subscriptions.drop_of_account(tx, row.id)
            self._record(tx, Event(Action.ACCOUNT_CLOSED, f"account:{row.uuid}"))

    def reopen_account(self, login: str) -> None:
        """Open a closed account again, with the credentials that it had."""
        with self._changing(login) as (tx, row):
            accounts.save(tx, replace(row, is_active=True, stamp=row.stamp + 1, leaves_us=None, successor_id=None))
            self._record(tx, Event(Action.ACCOUNT_REOPENED, f"account:{row.uuid}"))

    def set_language(self, login: str, language: str) -> None:
        """Remember in which language somebody reads the pages."""
        with self._changing(login) as (tx, row):
            accounts.save(tx, replace(row, language=language))

    # Device passwords

    def add_device_password(
        self, login: str, *, label: str, scope: Scope = Scope.ALL, restrictions: Restrictions = _ANYWHERE_ALWAYS, secret: str | None = None
    ) -> str:
        """Make a password for one device and return it; see ``DevicePasswords.add``."""
        return self.devices.add(login, label=label, scope=scope, restrictions=restrictions, secret=secret)

    def device_passwords(self, login: str) -> tuple[DevicePassword, ...]:
        """Return what is known of an account's device passwords."""
        return self.devices.listed(login)

    def revoke_device_password(self, login: str, device_id: int) -> None:
        """Make a device password useless from the next request on; NotFound if the account has none of that id. Sessions go on."""
        self.devices.revoke(login, device_id)

    # Links that work once

    def make_password_link(self, login: str) -> str:
        """Return the secret of a link by which the account's password can be set once; see ``Links.make_first``."""
        return self.links.make_first(login)

    def account_of_link(self, secret: str) -> Account | None:
        """Return whose password a link would set; see ``Links.account_of``."""
        return self.links.account_of(secret)

    def redeem_password_link(self, secret: str, password: str) -> Principal:
        """Set the password of the link's account and use the link up; see ``Links.redeem``."""
        return self.links.redeem(secret, password)

    @contextlib.contextmanager
    def _changing(self, login: str) -> Iterator[tuple[WriteTx, AccountRow]]:
        with self._store.writing() as tx:
            # What is saved is the whole row, so nobody else may change it between the look and the save.
            row = accounts.lock(tx, accounts.of_name(tx, login).id)
            if row is None:
                raise NotFound(f"there is no account '{login}'")
            yield tx, row
