# SPDX-License-Identifier: GPL-3.0-or-later
"""Links that work once, by which somebody chooses a password: the first administrator's, invitations, and those for who forgot theirs.

Rules of this file: a link's secret is nowhere but in the link (a keyed hash is kept, and in a waiting letter it is sealed); one link of a
purpose holds at a time; whatever sets the password ends them all; none of them signs in past a second factor.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from dirserver.errors import BadInput, NotFound
from dirserver.identity import passwords
from dirserver.identity.account import Account
from dirserver.identity.keys import keyed_hash
from dirserver.identity.notices import tell_password_changed
from dirserver.identity.records import account_of, moment, require_open
from dirserver.identity.sealing import Sealer
from dirserver.identity.strength import Rules, is_short
from dirserver.model.audit import Action, Event
from dirserver.model.fold import fold
from dirserver.model.letter import SEALED_FOR, Letter, Matter
from dirserver.model.origin import current_origin
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts, factors
from dirserver.store.accounts.accounts import AccountRow, LinkRow
from dirserver.store.care import audit, confirmations
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import ReadTx, Store, WriteTx

FIRST, INVITATION, RESET = "first sign-in", "invitation", "reset"
_US = 1_000_000
_USED_UP = "this link was used already or is too old; ask for a new one"
_RESETS_AN_HOUR = 3


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long links hold, in seconds."""

    first_s: int = 15 * 60
    invitation_s: int = 72 * 3600
    reset_s: int = 30 * 60


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that was not used yet; ``invited_by`` is a login, empty for the command line."""

    account: Account
    invited_at: datetime
    invited_by: str
    expires_at: datetime
    has_expired: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of inviting somebody: the secret of the link, and whether it was sent to them."""

    secret: str
    is_mailed: bool


class Links:
    """The links over one store. Safe for threads. ``key`` is the installation's secret, ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, key: bytes, *, rules: Rules, lifetimes: Lifetimes, clock: Callable[[], int]) -> None:
        self._store = store
        self._key = key
        self._rules = rules
        self._lifetimes = lifetimes
        self._clock = clock
        self._sealer = Sealer(key, SEALED_FOR)

    def make_first(self, login: str) -> str:
        """Return the secret of a link for somebody at hand: by it the account's password can be set once, within 15 minutes.

        BadInput for a closed account.
        """
        with self._changing(login) as (tx, row):
            require_open(row)
            secret = self._make(tx, row, FIRST, self._lifetimes.first_s)
            audit.record(tx, Event(Action.LINK_MADE, f"account:{row.uuid}"), current_origin().principal, self._clock())
        return secret

    # Invitations

    def invite(self, login: str, *, by_mail: bool) -> Invited:
        """Invite somebody to choose a password, or invite them again: an earlier invitation doesn't hold any more.

        ``by_mail`` sends the link; BadInput where there is no mail or the account has no address. BadInput too for an account that has a
        password: its owner says at the sign-in that it is forgotten.
        """
        with self._changing(login) as (tx, row):
            if row.password_hash is not None:
                raise BadInput(
                    f"{row.login} has a password already; whoever forgot it says so at the sign-in, or gets a link of 15 minutes"
                )
            require_open(row)
            if by_mail:
                _require_mail(tx, row)
            secret = self._make(tx, row, INVITATION, self._lifetimes.invitation_s)
            is_mailed = by_mail and self._send(tx, row, secret, Matter.INVITATION, self._lifetimes.invitation_s, most_an_hour=12)
            fields = ("by mail",) if is_mailed else ()
            event = Event(Action.ACCOUNT_INVITED, f"account:{row.uuid}", fields=fields)
            audit.record(tx, event, current_origin().principal, self._clock())
        if by_mail and not is_mailed:
            raise BadInput(f"{row.login} was sent too many invitations within an hour; wait before you send another one")
        return Invited(secret, is_mailed)

    def invitations(self) -> tuple[Invitation, ...]:
        """Return the invitations that nobody has used, by login; an expired one stays until it is revoked or sent again."""
        now = self._clock()
        with self._store.reading() as tx:
            return tuple(
                Invitation(account_of(row), moment(link.created_us), link.created_by, moment(link.expires_us), link.expires_us <= now)
                for link, row in accounts.links_for(tx, INVITATION)
            )

    def invitation_of(self, login: str) -> Invitation | None:
        """Return the invitation of one account that was not used yet, None if there is none."""
        return next((each for each in self.invitations() if fold(each.account.login) == fold(login)), None)

    def revoke_invitation(self, login: str) -> None:
        """Take an invitation back, also one that waits to be sent. NotFound if there is none."""
        with self._changing(login) as (tx, row):
            if not accounts.drop_links(tx, row.id, INVITATION):
                raise NotFound(f"there is no invitation of {row.login}")
            outbox.drop_waiting(tx, row.id, (Matter.INVITATION.value,))
            audit.record(tx, Event(Action.INVITATION_REVOKED, f"account:{row.uuid}"), current_origin().principal, self._clock())

    # Forgotten passwords

    def send_reset(self, tx: WriteTx, row: AccountRow, where: str) -> bool:
        """Send somebody a link for another password, at most three an hour; False where that can't be or may not be."""
        if not row.is_active or row.is_loopback_only or not row.mail:
            return False
        secret = secrets.token_urlsafe(32)
        if not self._send(tx, row, secret, Matter.PASSWORD_LINK, self._lifetimes.reset_s, most_an_hour=_RESETS_AN_HOUR, where=where):
            return False
        self._keep(tx, row, secret, RESET, self._lifetimes.reset_s)
        audit.record(tx, Event(Action.RESET_ASKED, f"account:{row.uuid}"), None, self._clock())
        return True

    # Using a link

    def account_of(self, secret: str, *purposes: str) -> Account | None:
        """Return whose password a link would set, None if it is used up, too old, for something else, or none of ours."""
        with self._store.reading() as tx:
            found = self._find(tx, secret, purposes)
            return account_of(found[1]) if found is not None else None

    def redeem(self, secret: str, password: str, *purposes: str) -> Principal:
        """Set the password of the link's account, use all its links up, end its sessions. NotFound if it doesn't hold any more.

        Raises WeakPassword too; then the link still holds. Purposes: none given means an invitation or the first administrator's.
        """
        with self._store.reading() as tx:
            found = self._find(tx, secret, purposes)
            has_second_factor = found is not None and factors.standing(tx, found[1].id).is_on
        if found is None:
            raise NotFound(_USED_UP)
        row = found[1]
        self._rules.check(password, (row.login, row.name, row.mail), has_second_factor=has_second_factor)
        hashed = passwords.hash_password(password)
        who = Principal(Door.WEB, row.id, row.login, credential="link")
        with self._changing(row.login) as (tx, now):
            if not accounts.use_link(tx, self._digest(secret)):
                raise NotFound(_USED_UP)
            accounts.save(tx, replace(now, password_hash=hashed, stamp=now.stamp + 1))
            factors.note_length(tx, now.id, is_short=is_short(password))
            end_ways_in(tx, now.id)
            audit.record(tx, Event(Action.PASSWORD_SET, f"account:{now.uuid}", fields=(found[0].purpose,)), who, self._clock())
            if now.password_hash is not None:
                tell_password_changed(tx, now, self._clock())
        return who

    def _find(self, tx: ReadTx, secret: str, purposes: tuple[str, ...]) -> tuple[LinkRow, AccountRow] | None:
        link = accounts.link_of(tx, self._digest(secret))
        if link is None or link.expires_us <= self._clock() or link.purpose not in (purposes or (FIRST, INVITATION)):
            return None
        row = accounts.by_id(tx, link.account_id)
        return (link, row) if row is not None and row.is_active else None

    def _make(self, tx: WriteTx, row: AccountRow, purpose: str, lifetime_s: int) -> str:
        secret = secrets.token_urlsafe(32)
        self._keep(tx, row, secret, purpose, lifetime_s)
        return secret

    def _keep(self, tx: WriteTx, row: AccountRow, secret: str, purpose: str, lifetime_s: int) -> None:
        accounts.drop_links(tx, row.id, purpose)
        by, now = current_origin().principal, self._clock()
        made_by = by.login if by is not None and by.login else ""
        accounts.add_link(tx, LinkRow(self._digest(secret), row.id, purpose, now + lifetime_s * _US, now, made_by))

    def _send(
        self, tx: WriteTx, row: AccountRow, secret: str, matter: Matter, lifetime_s: int, *, most_an_hour: int, where: str = ""
    ) -> bool:
        outbox.drop_waiting(tx, row.id, (matter.value,))
        sealed = self._sealer.seal(secret)
        letter = Letter(matter, {"where": where}, sealed=sealed, lifetime_s=lifetime_s, most_an_hour=most_an_hour)
        return outbox.post(tx, letter, row, self._clock())

    def _digest(self, secret: str) -> str:
        return keyed_hash(self._key, "link", secret)

    @contextmanager
    def _changing(self, login: str) -> Iterator[tuple[WriteTx, AccountRow]]:
        with self._store.writing() as tx:
            row = accounts.lock(tx, accounts.of_name(tx, login).id)
            if row is None:
                raise NotFound(f"there is no account '{login}'")
            yield tx, row


def end_ways_in(tx: WriteTx, account_id: int, *, but_session: str = "") -> None:
    """End what an earlier password opened: sessions (but the one of that digest), and links, also those that wait to be sent."""
    accounts.drop_sessions(tx, account_id, but=but_session)
    end_links(tx, account_id)


def end_links(tx: WriteTx, account_id: int) -> None:
    """End an account's links, also those that wait to be sent: they are for whoever reads the mail that they went to."""
    accounts.drop_links(tx, account_id)
    confirmations.void(tx, account_id)
    outbox.drop_waiting(tx, account_id, tuple(matter.value for matter in Matter if matter.has_secret))


def _require_mail(tx: ReadTx, row: AccountRow) -> None:
    if not tx.has_mail:
        raise BadInput("mail is not set up ([mail] host), so the link can't be sent; hand it over yourself")
    if not row.mail:
        raise BadInput(f"the account {row.login} has no mail address; give it one, or hand the link over yourself")
