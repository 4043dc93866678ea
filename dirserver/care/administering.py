# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking after accounts, as somebody: each deed asks first whether who does it is an administrator, and is in the audit trail.

The command line's operator stands outside the access policy and may do all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dirserver.care.connected import Connected, connected
from dirserver.care.trail import Trail
from dirserver.directory.views.asking import standing_of
from dirserver.errors import Conflict, NotAllowed, NotFound
from dirserver.identity.account import Account, DevicePassword, OpenSession
from dirserver.identity.identity import Identity
from dirserver.identity.links import Invitation, Invited, end_links
from dirserver.identity.lockouts import LockedOut, Lockouts
from dirserver.identity.records import account_of, moment
from dirserver.identity.tokens import Token, Tokens, TokenScope
from dirserver.model.account import AccountState
from dirserver.model.audit import Action, Event
from dirserver.model.fold import fold
from dirserver.model.principal import Principal
from dirserver.store.accounts import account_list, accounts
from dirserver.store.accounts.account_list import UsedAccount, WantedAccounts
from dirserver.store.care import audit
from dirserver.store.engine.opening import Store

IDLE_DAYS = 90
"""An open account that nobody used for so long is worth a question."""

_DAY_US = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as a list shows it. ``last_used_at`` is by whatever credential, None if never."""

    account: Account
    last_used_at: datetime | None
    device_count: int
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class FoundAccounts:
    """Some accounts out of ``total``."""

    lines: tuple[AccountLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """All that an administrator sees of one account."""

    line: AccountLine
    created_at: datetime
    devices: tuple[DevicePassword, ...]
    tokens: tuple[Token, ...]
    sessions: tuple[OpenSession, ...]
    invitation: Invitation | None

    @property
    def account(self) -> Account:
        """The account itself."""
        return self.line.account


class Administration:
    """What administrators do with accounts, over one store. Safe for threads. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, identity: Identity, tokens: Tokens, trail: Trail, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._identity = identity
        self._tokens = tokens
        self._trail = trail
        self._clock = clock

    def opened(self, principal: Principal) -> Office:
        """Return what an administrator may do; NotAllowed for anybody else."""
        with self._store.reading() as tx:
            standing = standing_of(tx, principal)
        if not (standing.is_admin or standing.is_system):
            raise NotAllowed("only administrators may look after accounts")
        lockouts = Lockouts(self._store, self._identity.throttle, clock=self._clock)
        return Office(self._trail, self._store, self._identity, self._tokens, lockouts, self._clock, principal)


@dataclass(frozen=True, slots=True)
class Office:
    """An administrator at work; made by ``Administration.opened`` for one request. ``trail`` is the audit trail, to read and prove."""

    trail: Trail
    _store: Store
    _identity: Identity
    _tokens: Tokens
    _lockouts: Lockouts
    _clock: Callable[[], int]
    _principal: Principal

    def accounts(self, text: str = "", state: AccountState = AccountState.ANY, *, limit: int, offset: int = 0) -> FoundAccounts:
        """Return accounts whose login, address or name holds ``text``, by login."""
        wanted = WantedAccounts(text, state, self._clock() - IDLE_DAYS * _DAY_US)
        with self._store.reading() as tx:
            lines = tuple(_line(used) for used in account_list.found(tx, wanted, limit=limit, offset=offset))
            return FoundAccounts(lines, account_list.count(tx, wanted))

    def sheet(self, login: str) -> AccountSheet:
        """Return one account whole. NotFound if there is none."""
        with self._store.reading() as tx:
            used = account_list.used(tx, accounts.of_name(tx, login).id)
        if used is None:
            raise NotFound(f"there is no account '{login}'")
        line = _line(used)
        name = line.account.login
        return AccountSheet(
            line,
            moment(used.row.created_us),
            self._identity.device_passwords(name),
            self._tokens.listed(name),
            self._identity.sessions.of_account(line.account.id, present=""),
            self._identity.links.invitation_of(name),
        )

    def add(self, login: str, *, name: str, mail: str, is_admin: bool) -> Account:
        """Make an account without a password: its owner sets one by a link, or only devices use it."""
        return self._identity.add_account(login, name=name, mail=mail, is_admin=is_admin)

    def change(self, login: str, *, name: str, mail: str, is_admin: bool) -> Account:
        """Call an account otherwise, give it another address, or other powers. Conflict where nobody could administer any more."""
        with self._store.writing() as tx:
            before = accounts.lock(tx, accounts.of_name(tx, login).id)
            if before is None:
                raise NotFound(f"there is no account '{login}'")
            after = replace(before, name=name.strip(), mail=mail.strip(), mail_key=fold(mail.strip()), is_admin=is_admin)
            changed = tuple(told for told, field in _TOLD.items() if getattr(before, field) != getattr(after, field))
            if not changed:
                return account_of(before)
            if before.is_admin and before.is_active and not is_admin and account_list.open_administrators(tx) == 1:
                raise Conflict("this is the only administrator: make another one first")
            # Whoever remembers what this account may, or who it is, asks again.
            accounts.save(tx, after)
            if before.mail_key != after.mail_key:
                # Who reads the mail of the address before must not choose the password.
                end_links(tx, after.id)
            audit.record(tx, Event(Action.ACCOUNT_CHANGED, f"account:{after.uuid}", fields=changed), self._principal, self._clock())
        return account_of(after)

    def close(self, login: str) -> None:
        """Let nothing of an account open a door any more."""
        self._identity.close_account(login)

    def reopen(self, login: str) -> None:
        """Open a closed account again."""
        self._identity.reopen_account(login)

    def make_link(self, login: str) -> str:
        """Return the secret of a link by which the account's owner sets a password."""
        return self._identity.make_password_link(login)

    def invite(self, login: str, *, by_mail: bool) -> Invited:
        """Invite the account's owner to choose a password, by mail or by a link to hand over; an earlier invitation ends."""
        return self._identity.links.invite(login, by_mail=by_mail)

    def uninvite(self, login: str) -> None:
        """Take an invitation back."""
        self._identity.links.revoke_invitation(login)

    def locked_out(self, addresses: Sequence[str] = ()) -> LockedOut:
        """Return who is refused now after too many failures; see ``Lockouts.listed``."""
        return self._lockouts.listed(addresses)

    def let_in(self, login: str) -> None:
        """Let an account in again that is refused after too many failures."""
        self._lockouts.release(login, self._principal)

    def let_in_network(self, address: str) -> str:
        """Let in again whoever comes from the network of an address, and return that network."""
        return self._lockouts.release_network(address, self._principal)

    def sign_out(self, login: str) -> int:
        """End all sessions of an account on the pages, and return how many there were."""
        return self._identity.sessions.end_all(self._identity.account(login).id)

    def revoke_device(self, login: str, device_id: int) -> None:
        """Make a device password of somebody useless."""
        self._identity.revoke_device_password(login, device_id)

    def add_token(self, login: str, *, label: str, scopes: Collection[TokenScope], days: int | None) -> str:
        """Make a token by which a program acts for an account, and return its secret: it can't be shown again."""
        return self._tokens.add(login, label=label, scopes=scopes, days=days)

    def connected(self) -> Connected:
        """Return which programs and services have to do with the directory."""
        with self._store.reading() as tx:
            return connected(tx, self._clock())

    def revoke_token(self, login: str, token_id: int) -> None:
        """Make a token of somebody useless."""
        self._tokens.revoke(login, token_id)


_TOLD = {"name": "name", "mail": "mail", "administrator": "is_admin"}


def _line(used: UsedAccount) -> AccountLine:
    last = moment(used.last_used_us) if used.last_used_us is not None else None
    return AccountLine(account_of(used.row), last, used.device_count, used.has_second_factor)
