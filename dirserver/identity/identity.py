# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is it: accounts, passwords, device passwords, sessions of the pages.

The main password opens every door, with a second factor the pages only; a device password opens CardDAV, LDAP or both, and never
the pages. An unknown login and a wrong password give the same answer after the same work.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import time
import uuid as uuids
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from dirserver.errors import BadInput, Conflict, NotAuthenticated, NotFound, Throttled, Unavailable
from dirserver.identity import passwords
from dirserver.identity.account import Account, DevicePassword, Scope, Session
from dirserver.identity.keys import keyed_hash
from dirserver.identity.records import account_of, device_of
from dirserver.identity.refusals import Refusals
from dirserver.identity.sealing import Sealer
from dirserver.identity.sessions import Limits, Sessions
from dirserver.identity.throttle import Attempt, Throttle, is_loopback
from dirserver.identity.verified import Verified, VerifiedCredentials
from dirserver.model.audit import Action, Event
from dirserver.model.book import BookKind
from dirserver.model.fold import fold
from dirserver.model.names import Slug
from dirserver.model.origin import come_from, current_origin
from dirserver.model.principal import Door, Principal
from dirserver.store import accounts, audit, books, counters, entries, factors, subscriptions
from dirserver.store.accounts import AccountRow, DeviceRow, LinkRow
from dirserver.store.books import NewBook
from dirserver.store.opening import Store, WriteTx

# Radicale refuses names with ":" or ","; "/" and white space can't stand in its URLs; a leading "~" marks personal books.
_LOGIN = re.compile(r"[^\s:,/~@\x00-\x1f\x7f]([^\s:,/\x00-\x1f\x7f]{0,98}[^\s:,/@\x00-\x1f\x7f])?")
_REFUSED = "login or password is wrong"
_USE_NOTED_EVERY_US = 300 * 1_000_000
_LINK_LIFETIME_US = 15 * 60 * 1_000_000
_FOR_FIRST_SIGN_IN = "first sign-in"


def _now_us() -> int:
    return time.time_ns() // 1000


class Identity:
    """Accounts and their credentials over one store. Safe for threads; make one per process.

    ``key`` is the installation's secret (``identity.keys``); ``clock`` gives microseconds since 1970.
    """

    def __init__(self, store: Store, key: bytes, *, limits: Limits | None = None, clock: Callable[[], int] = _now_us) -> None:
        self._store = store
        self._key = key
        self._limits = limits or Limits()
        self._clock = clock
        self.throttle = Throttle(store, key, clock=clock)
        self._refusals = Refusals()
        self._verified = VerifiedCredentials(self._limits.verified_s)
        self.sessions = Sessions(store, key, limits=self._limits, clock=clock)

    # Signing in

    def authenticate(self, login: str, password: str, *, door: Door, address: str) -> Principal:
        """Return who shows this login (or mail address) and password at ``door``, coming from ``address``.

        Raises NotAuthenticated, or Throttled after too many failures for the account or from the address.
        """
        key = fold(login)
        known = self._verified.recall(key, password, door)
        if known is not None and self._still_holds(known, address):
            # Nearly every request of a phone: nothing has changed about anybody since it was here.
            return known.principal
        with self._store.reading() as tx:
            number = counters.access_number(tx)
            row = accounts.by_login_or_mail(tx, key) if key else None
            devices = accounts.devices(tx, row.id) if row is not None and door in {Door.DAV, Door.LDAP} else ()
            is_barred = row is not None and door in {Door.DAV, Door.LDAP} and factors.bars_main_password(tx, row.id)
        if row is not None and not (row.is_active and (not row.is_loopback_only or is_loopback(address))):
            row, devices = None, ()
        is_same = row is not None and known is not None and (known.principal.account_id, known.stamp) == (row.id, row.stamp)
        if row is not None and known is not None and is_same and (known.device_id or not is_barred):
            look_again_us = self._note_use(next((one for one in devices if one.id == known.device_id), None), address, door)
            self._verified.remember(key, password, door, replace(known, access_number=number, look_again_us=look_again_us))
            return known.principal
        device = self._fitting_device(devices, password, door)
        # Where a second factor is on, a main password that is right is answered as a wrong one, after the same work.
        fitting = row.password_hash if row is not None and not is_barred else None
        tried = self._proved_by_password(key, row, password, fitting, door, address) if device is None else None
        if row is None:
            raise NotAuthenticated(_REFUSED)
        if tried is not None:
            self.throttle.note_success(tried)
        credential = f"device password {device.id}" if device is not None else "password"
        principal, look_again_us = Principal(door, row.id, row.login, credential=credential), self._note_use(device, address, door)
        verified = Verified(principal, row.stamp, device.id if device else 0, number, look_again_us, row.is_loopback_only)
        self._verified.remember(key, password, door, verified)
        if device is None and row.password_hash is not None and passwords.needs_new_hash(row.password_hash):
            self._improve_hash(row, password)
        return principal

    def _proved_by_password(
        self, key: str, row: AccountRow | None, password: str, fitting: str | None, door: Door, address: str
    ) -> Attempt:
        try:
            tried = self.throttle.attempt(key, address, f"{door} {fitting is None} {password}", row)
        except Throttled:
            self._record_refusal(Action.SIGN_IN_THROTTLED, key, row, Principal(door), address)
            raise
        if tried.is_repeated or not passwords.verify(password, fitting):
            self.throttle.note_failure(tried)
            self._record_refusal(Action.SIGN_IN_REFUSED, key, row, Principal(door), address)
            raise NotAuthenticated(_REFUSED)
        return tried

    def _record_refusal(self, action: Action, key: str, row: AccountRow | None, who: Principal, address: str) -> None:
        """Tell the audit trail, within bounds. What was typed stays out of it: some type their password there."""
        count = self._refusals.due(key, action, self._clock())
        if count:
            come_from(who, address)
            with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
                self._record(tx, Event(action, f"account:{row.uuid}" if row is not None else "nobody", count=count), who)

    def _record(self, tx: WriteTx, event: Event, by: Principal | None = None) -> None:
        audit.record(tx, event, by if by is not None else current_origin().principal, self._clock())

    def recalled(self, login: str, password: str, *, door: Door, address: str) -> Principal | None:
        """Return who showed these credentials a moment ago, if nothing has changed since; it takes one question. None: ``authenticate``."""
        known = self._verified.recall(fold(login), password, door)
        return known.principal if known is not None and self._still_holds(known, address) else None

    def _still_holds(self, known: Verified, address: str) -> bool:
        if self._clock() >= known.look_again_us or (known.is_loopback_only and not is_loopback(address)):
            return False
        with self._store.glance() as tx:
            return counters.access_number(tx) == known.access_number

    def device_of(self, login: str, password: str, *, door: Door) -> int | None:
        """Return the id of the device password that these credentials are, None for a main password or a wrong one."""
        with self._store.reading() as tx:
            row = accounts.by_login_or_mail(tx, fold(login))
            devices = accounts.devices(tx, row.id) if row is not None else ()
        device = self._fitting_device(devices, password, door)
        return device.id if device is not None else None

    def _fitting_device(self, devices: tuple[DeviceRow, ...], password: str, door: Door) -> DeviceRow | None:
        digest = self._device_digest(password)
        fitting = None
        for one in devices:
            if secrets.compare_digest(one.digest, digest) and Scope(one.scope).opens(door):
                fitting = one
        return fitting

    def _device_digest(self, secret: str) -> str:
        return keyed_hash(self._key, "device password", secret)

    def _note_use(self, device: DeviceRow | None, address: str, door: Door) -> int:
        """Write down that a device password was used, unless that was done lately; return when it has to be done next."""
        now = self._clock()
        if device is None:
            return now + _USE_NOTED_EVERY_US
        if device.last_used_us is not None and now - device.last_used_us < _USE_NOTED_EVERY_US:
            return device.last_used_us + _USE_NOTED_EVERY_US
        # Worth knowing, not worth waiting for.
        with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
            accounts.note_use(tx, device.id, now, address, door)
            return now + _USE_NOTED_EVERY_US
        return now

    def _improve_hash(self, row: AccountRow, password: str) -> None:
        improved = passwords.hash_password(password)
        with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
            accounts.improve_hash(tx, row.id, row.password_hash or "", improved)

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
            return account_of(accounts.of_name(tx, login))

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts by login."""
        with self._store.reading() as tx:
            return tuple(account_of(row) for row in accounts.listed(tx))

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
            passwords.check_strength(password, login, name, mail)
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
            people = books.by_slug(tx, "people")
            person = entries.by_name(tx, people.id, row.login_key) if people is not None else None
            account_id = accounts.add(tx, replace(row, entry_uuid=person.row.uuid if person is not None else None))
            if books.by_slug(tx, f"~{login}") is None:
                books.add(tx, NewBook(Slug(f"~{login}"), BookKind.PERSONAL, "Contacts", "", account_id, row.created_us))
            made = accounts.by_id(tx, account_id)
            self._record(tx, Event(Action.ACCOUNT_ADDED, f"account:{row.uuid}", fields=("administrator",) if is_admin else ()))
        if made is None:
            raise Unavailable("the account is gone already")
        return account_of(made)

    def set_password(self, login: str, password: str) -> None:
        """Give an account another main password; its sessions end."""
        with self._changing(login) as (tx, row):
            passwords.check_strength(password, row.login, row.name, row.mail)
            accounts.save(tx, replace(row, password_hash=passwords.hash_password(password), stamp=row.stamp + 1))
            accounts.drop_sessions(tx, row.id)
            self._record(tx, Event(Action.PASSWORD_SET, f"account:{row.uuid}"))

    def close_account(self, login: str) -> None:
        """Close an account: from now on it opens no door, its sessions end and its devices hear of nothing."""
        with self._changing(login) as (tx, row):
            accounts.save(tx, replace(row, is_active=False, stamp=row.stamp + 1))
            accounts.drop_sessions(tx, row.id)
            subscriptions.drop_of_account(tx, row.id)
            self._record(tx, Event(Action.ACCOUNT_CLOSED, f"account:{row.uuid}"))

    def reopen_account(self, login: str) -> None:
        """Open a closed account again, with the credentials that it had."""
        with self._changing(login) as (tx, row):
            accounts.save(tx, replace(row, is_active=True, stamp=row.stamp + 1))
            self._record(tx, Event(Action.ACCOUNT_REOPENED, f"account:{row.uuid}"))

    def set_language(self, login: str, language: str) -> None:
        """Remember in which language somebody reads the pages."""
        with self._changing(login) as (tx, row):
            accounts.save(tx, replace(row, language=language))

    # Device passwords

    def add_device_password(self, login: str, *, label: str, scope: Scope = Scope.ALL, secret: str | None = None) -> str:
        """Make a password for one device and return it: it is not kept and can't be shown again.

        ``secret`` is only for sample companies; what is generated has 120 bits.
        """
        label = label.strip()
        if not label or len(label) > 100 or not label.isprintable():
            raise BadInput("a device password needs a label of at most 100 characters, so that you know it again")
        if secret is None:
            letters = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(24))
            secret = "-".join(letters[start : start + 6] for start in range(0, 24, 6))
        with self._changing(login) as (tx, row):
            device = DeviceRow(0, row.id, self._device_digest(secret), label, scope, self._clock(), None, "", "")
            accounts.add_device(tx, device)
            self._record(tx, Event(Action.DEVICE_ADDED, f"account:{row.uuid}", fields=(f"scope={scope.value}",)))
        return secret

    def device_passwords(self, login: str) -> tuple[DevicePassword, ...]:
        """Return what is known of an account's device passwords."""
        with self._store.reading() as tx:
            return tuple(device_of(row) for row in accounts.devices(tx, accounts.of_name(tx, login).id))

    def revoke_device_password(self, login: str, device_id: int) -> None:
        """Make a device password useless from the next request on; NotFound if the account has none of that id. Sessions go on."""
        with self._changing(login) as (tx, row):
            if not accounts.drop_device(tx, row.id, device_id):
                raise NotFound("there is no such device password")
            accounts.save(tx, replace(row, stamp=row.stamp + 1))
            accounts.keep_sessions(tx, row.id, row.stamp + 1)
            # The browser that revokes it is no device: it stays signed in.
            accounts.restamp_sessions(tx, row.id, row.stamp + 1)
            self._record(tx, Event(Action.DEVICE_REVOKED, f"account:{row.uuid}", f"device:{device_id}"))

    # Links that work once

    def make_password_link(self, login: str) -> str:
        """Return the secret of a link by which the account's password can be set once, within 15 minutes."""
        secret = secrets.token_urlsafe(32)
        with self._changing(login) as (tx, row):
            accounts.add_link(
                tx, LinkRow(keyed_hash(self._key, "link", secret), row.id, _FOR_FIRST_SIGN_IN, self._clock() + _LINK_LIFETIME_US)
            )
            self._record(tx, Event(Action.LINK_MADE, f"account:{row.uuid}"))
        return secret

    def account_of_link(self, secret: str) -> Account | None:
        """Return whose password a link would set, None if it is used up, too old or none of ours."""
        with self._store.reading() as tx:
            link = accounts.link_of(tx, keyed_hash(self._key, "link", secret))
            row = accounts.by_id(tx, link.account_id) if link is not None and link.expires_us > self._clock() else None
        return account_of(row) if row is not None and row.is_active else None

    def redeem_password_link(self, secret: str, password: str) -> Principal:
        """Set the password of the link's account and use the link up. NotFound if it doesn't hold any more."""
        account = self.account_of_link(secret)
        if account is None:
            raise NotFound("this link was used already or is too old; ask for a new one")
        passwords.check_strength(password, account.login, account.name, account.mail)
        with self._changing(account.login) as (tx, row):
            if not accounts.use_link(tx, keyed_hash(self._key, "link", secret)):
                raise NotFound("this link was used already or is too old; ask for a new one")
            accounts.save(tx, replace(row, password_hash=passwords.hash_password(password), stamp=row.stamp + 1))
            accounts.drop_sessions(tx, row.id)
            self._record(tx, Event(Action.PASSWORD_SET, f"account:{row.uuid}"), Principal(Door.WEB, row.id, row.login, credential="link"))
        return Principal(Door.WEB, account.id, account.login, credential="link")

    @contextlib.contextmanager
    def _changing(self, login: str) -> Iterator[tuple[WriteTx, AccountRow]]:
        with self._store.writing() as tx:
            # What is saved is the whole row, so nobody else may change it between the look and the save.
            row = accounts.lock(tx, accounts.of_name(tx, login).id)
            if row is None:
                raise NotFound(f"there is no account '{login}'")
            yield tx, row
