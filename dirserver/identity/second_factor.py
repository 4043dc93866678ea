# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account has of a second factor: set up, used, renewed, taken away.

Seeds of codes lie sealed in the database (``identity.vault``), recovery codes as keyed hashes (they are generated, 120 bit). Whatever
changes what an account has ends its other sessions: who is in there by a stolen password must not stay.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from dirserver.errors import BadInput, Conflict, NotFound
from dirserver.identity import notices, totp
from dirserver.identity.keys import keyed_hash
from dirserver.identity.sessions import Sessions
from dirserver.identity.vault import Sealed, Vault
from dirserver.model.audit import Action, Event
from dirserver.model.origin import current_origin
from dirserver.store.accounts import accounts, factors
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.accounts.factors import SeedRow
from dirserver.store.care import audit
from dirserver.store.engine.opening import ReadTx, Store, WriteTx

RECOVERY_CODES = 10
CODES = "codes"
"""What the audit trail calls the codes of an app."""

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 24
_GROUP = 6
_WRONG = "this code doesn't fit; codes change every 30 seconds, and each works once"


@dataclass(frozen=True, slots=True)
class FactorState:
    """What an account has.

    ``is_pending``: an app is being set up; ``is_required``: one of its groups asks for a second factor; ``must_lengthen``: it has none
    any more, and its password is too short without.
    """

    has_codes: bool
    passkeys: int
    recovery_codes: int
    is_required: bool
    is_pending: bool
    must_lengthen: bool = False

    @property
    def is_on(self) -> bool:
        """True where a sign-in takes two steps."""
        return self.has_codes or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class Pending:
    """What an authenticator app has to be told: by a QR code of ``link``, or by typing ``key``."""

    link: str = field(repr=False)
    key: str = field(repr=False)


class LongerPasswordNeeded(Conflict):
    """The last second factor stays until the password is long enough without one (NIST SP 800-63B-4 section 3.1.1.2)."""

    def __init__(self) -> None:
        super().__init__("the password is too short to be the only factor: choose a longer one first")


class SecondFactor:
    """Second factors over one store. Safe for threads. ``key`` is the installation's secret, ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, key: bytes, vault: Vault, sessions: Sessions, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._key = key
        self._vault = vault
        self._sessions = sessions
        self._clock = clock

    def state(self, login: str) -> FactorState:
        """Return what an account has."""
        with self._store.reading() as tx:
            row = accounts.of_name(tx, login)
            found = factors.standing(tx, row.id)
            pending = factors.seed(tx, row.id, is_confirmed=False)
        is_pending = pending is not None
        return FactorState(found.has_codes, found.passkeys, found.recovery_codes, found.is_required, is_pending, found.must_lengthen)

    # Codes of an app

    def begin(self, login: str) -> None:
        """Make a seed; it counts for nothing until a first code confirms it."""
        with self._store.writing() as tx:
            row = accounts.of_name(tx, login)
            sealed = self._vault.seal(totp.new_seed(), bound_to=_bound_to(row))
            factors.add_seed(tx, SeedRow(0, row.id, sealed.key_id, sealed.text, 0, self._clock(), None))

    def pending(self, login: str, *, issuer: str) -> Pending | None:
        """Return what to tell the app that is being set up, None when none is."""
        with self._store.reading() as tx:
            row = accounts.of_name(tx, login)
            found = factors.seed(tx, row.id, is_confirmed=False)
        if found is None:
            return None
        seed = self.opened(row, found)
        return Pending(totp.link(seed, login=row.login, issuer=issuer), totp.typed_key(seed))

    def confirm(self, login: str, code: str, *, session: str) -> tuple[str, ...]:
        """Take the app into use that shows this code; return recovery codes if the account had none, shown this once.

        Other sessions than that of the secret ``session`` end. BadInput for a wrong code, NotFound when nothing was begun.
        """
        typed = totp.code_in(code)
        with self._changing(login) as (tx, row):
            found = factors.seed(tx, row.id, is_confirmed=False)
            if found is None:
                raise NotFound("no app is being set up; begin again")
            step = totp.step_of(self.opened(row, found), typed, now_us=self._clock(), after=0) if typed is not None else None
            if step is None:
                raise BadInput(_WRONG)
            factors.confirm_seed(tx, found, step, self._clock())
            return self.added(tx, row, CODES, session=session)

    def remove_codes(self, login: str, *, session: str) -> None:
        """Forget the app. Conflict where the account would be left without a second factor that it must have; LongerPasswordNeeded."""
        with self._changing(login) as (tx, row):
            if not factors.drop_seeds(tx, row.id, is_confirmed=True):
                raise NotFound("no app is set up")
            self.removed(tx, row, CODES, session=session)

    # Of any kind

    def added(self, tx: WriteTx, row: AccountRow, kind: str, *, session: str) -> tuple[str, ...]:
        """Note in a transaction that a factor was added; return recovery codes if there were none."""
        self._record(tx, Event(Action.FACTOR_ADDED, _target(row), fields=(kind,)))
        notices.tell_second_factor_changed(tx, row.id, "on" if kind == CODES else f"{kind}-added", self._clock())
        made = () if factors.standing(tx, row.id).recovery_codes else self._make_codes(tx, row)
        self._end_others(tx, row, session)
        return made

    def removed(self, tx: WriteTx, row: AccountRow, kind: str, *, session: str) -> None:
        """Note in a transaction that a factor was removed; with the last one the recovery codes go.

        Conflict where the account must have one; LongerPasswordNeeded where the password that is left is too short to be the only factor.
        """
        left = factors.standing(tx, row.id)
        if left.is_required and not left.is_on:
            raise Conflict("this account must have a second factor: add another one first")
        if not left.is_on and left.has_short_password:
            raise LongerPasswordNeeded
        if not left.is_on:
            factors.replace_codes(tx, row.id, ())
        self._record(tx, Event(Action.FACTOR_REMOVED, _target(row), fields=(kind,)))
        notices.tell_second_factor_changed(tx, row.id, "off" if kind == CODES else f"{kind}-removed", self._clock())
        self._end_others(tx, row, session)

    def reset(self, login: str) -> bool:
        """Take away all that an account has of a second factor, for somebody who lost it; its sessions end. False if it had none.

        A password that is too short without one opens nothing then but the page on which a longer one is chosen.
        """
        with self._changing(login) as (tx, row):
            was = factors.standing(tx, row.id)
            factors.drop_all(tx, row.id)
            accounts.save(tx, replace(row, stamp=row.stamp + 1))
            accounts.drop_sessions(tx, row.id)
            self._record(tx, Event(Action.FACTORS_RESET, _target(row)))
            if was.is_on:
                notices.tell_second_factor_changed(tx, row.id, "off", self._clock())
        return was.is_on

    # Recovery codes

    def renew_recovery_codes(self, login: str) -> tuple[str, ...]:
        """Return ten new recovery codes, shown this once; the old ones are good for nothing. NotFound without a second factor."""
        with self._changing(login) as (tx, row):
            if not factors.standing(tx, row.id).is_on:
                raise NotFound("recovery codes are for accounts with a second factor")
            notices.tell_second_factor_changed(tx, row.id, "recovery-codes", self._clock())
            return self._make_codes(tx, row)

    def _make_codes(self, tx: WriteTx, row: AccountRow) -> tuple[str, ...]:
        made = tuple("".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES))
        factors.replace_codes(tx, row.id, [self.digest_of_code(code) for code in made])
        self._record(tx, Event(Action.RECOVERY_CODES_MADE, _target(row), count=RECOVERY_CODES))
        return tuple("-".join(code[start : start + _GROUP] for start in range(0, _CODE_LENGTH, _GROUP)) for code in made)

    def digest_of_code(self, code: str) -> str:
        """Return under what a recovery code is kept, however it was typed."""
        plain = "".join(char for char in code.casefold() if char in _LETTERS)
        return keyed_hash(self._key, "recovery code", plain)

    # Keys

    def reseal(self) -> int:
        """Seal all seeds anew under the newest key; return how many were under another one."""
        done = 0
        with self._store.writing() as tx:
            for found in factors.every_seed(tx):
                row = accounts.by_id(tx, found.account_id)
                if row is None or found.key_id == self._vault.current:
                    continue
                sealed = self._vault.seal(self.opened(row, found), bound_to=_bound_to(row))
                factors.reseal(tx, found.id, sealed.key_id, sealed.text)
                done += 1
            self._record(tx, Event(Action.KEYS_ROTATED, "keys", count=done))
        return done

    def opened(self, row: AccountRow, found: SeedRow) -> bytes:
        """Return a seed as it is. Unavailable if its key is not on this machine."""
        return self._vault.open(Sealed(found.key_id, found.sealed), bound_to=_bound_to(row))

    def _end_others(self, tx: WriteTx, row: AccountRow, session: str) -> None:
        accounts.save(tx, replace(row, stamp=row.stamp + 1))
        accounts.keep_session_alone(tx, row.id, self._sessions.digest(session), row.stamp + 1)

    def _record(self, tx: WriteTx, event: Event) -> None:
        audit.record(tx, event, current_origin().principal, self._clock())

    @contextlib.contextmanager
    def _changing(self, login: str) -> Iterator[tuple[WriteTx, AccountRow]]:
        with self._store.writing() as tx:
            yield tx, locked(tx, login)


def locked(tx: WriteTx, login: str) -> AccountRow:
    """Return an account as it is now, kept from others until the transaction ends."""
    row = accounts.lock(tx, accounts.of_name(tx, login).id)
    if row is None:
        raise NotFound(f"there is no account '{login}'")
    return row


def seed_in_use(tx: ReadTx, account_id: int) -> SeedRow | None:
    """Return the seed whose codes are taken."""
    return factors.seed(tx, account_id, is_confirmed=True)


def _bound_to(row: AccountRow) -> str:
    return f"totp {row.uuid}"


def _target(row: AccountRow) -> str:
    return f"account:{row.uuid}"
