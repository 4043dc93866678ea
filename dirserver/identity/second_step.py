# SPDX-License-Identifier: GPL-3.0-or-later
"""The second step of a sign-in: between the password and the session lies a secret that opens nothing but the question for a code.

It holds for some minutes and a few attempts. Wrong codes are counted apart from wrong passwords, so that typing the password
again doesn't make the count forget them. A code is used up in the transaction that begins the session, whatever process asks.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from dirserver.errors import NotAuthenticated, NotFound, Throttled
from dirserver.identity import totp
from dirserver.identity.account import Account
from dirserver.identity.keys import keyed_hash
from dirserver.identity.records import account_of
from dirserver.identity.refusals import OnRefused, untold
from dirserver.identity.second_factor import SecondFactor, seed_in_use
from dirserver.identity.sessions import Sessions
from dirserver.identity.throttle import Attempt, Throttle, second_step_of
from dirserver.model.audit import Action, Event
from dirserver.model.origin import come_from
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts, factors
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.accounts.factors import HalfRow
from dirserver.store.care import audit
from dirserver.store.engine.opening import ReadTx, Store, WriteTx

_LIFETIME_US = 10 * 60 * 1_000_000
_MOST_FAILURES = 5
_WRONG = "the code doesn't fit, or was used already"
_OVER = "this sign-in took too long; begin again"


@dataclass(frozen=True, slots=True)
class Half:
    """A sign-in whose first step is done, and what may be shown in the second."""

    account: Account
    has_codes: bool
    has_passkeys: bool
    recovery_codes: int


class SecondStep:
    """Second steps over one store. Safe for threads. ``on_refused`` hears of those that were refused."""

    def __init__(
        self,
        store: Store,
        key: bytes,
        second_factor: SecondFactor,
        sessions: Sessions,
        throttle: Throttle,
        *,
        clock: Callable[[], int],
        on_refused: OnRefused = untold,
    ) -> None:
        self._store = store
        self._key = key
        self.factor = second_factor
        self.sessions = sessions
        self.throttle = throttle
        self._clock = clock
        self._on_refused = on_refused

    def begin(self, principal: Principal) -> str:
        """Return a secret for the cookie of somebody whose password was right: with it the second step can be done, and nothing else."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._store.writing() as tx:
            row = accounts.by_id(tx, principal.account_id) if principal.account_id is not None else None
            if row is None or not row.is_open_at(self._clock()):
                raise NotAuthenticated(_WRONG)
            factors.add_half(tx, HalfRow(self.digest(secret), row.id, row.stamp, 0, now + _LIFETIME_US), now)
        return secret

    def waiting(self, secret: str) -> Half | None:
        """Return the sign-in that this secret goes on with; None when it is over."""
        with self._store.reading() as tx:
            found = self._found(tx, secret)
            if found is None:
                return None
            _, row = found
            has = factors.standing(tx, row.id)
        return Half(account_of(row), has.has_codes, has.passkeys > 0, has.recovery_codes)

    def by_code(self, secret: str, typed: str, *, address: str) -> str:
        """Begin the session with a code of the app, or a recovery code; return its secret.

        NotAuthenticated for a wrong code, Throttled after too many, NotFound when the sign-in is over.
        """
        with self._store.reading() as tx:
            waiting = self._found(tx, secret)
        if waiting is None:
            raise NotFound(_OVER)
        tried = self._attempt(waiting[1], address)
        with self._store.writing() as tx:
            found = self._found(tx, secret)
            row = accounts.lock(tx, found[1].id) if found is not None else None
            if row is None:
                raise NotFound(_OVER)
            principal = Principal(Door.WEB, row.id, row.login, credential="password")
            come_from(principal, address)
            used = self._use(tx, row, typed)
            opened = self.complete(tx, secret, row, used, address=address) if used is not None else None
            if opened is None:
                factors.fail_half(tx, self.digest(secret), _MOST_FAILURES)
                self.record_refusal(tx, row)
        if opened is None:
            self.throttle.note_failure(tried)
            raise NotAuthenticated(_WRONG)
        self.throttle.note_success(tried)
        return opened

    def prove(self, login: str, typed: str, *, address: str) -> None:
        """Check a code of the app from somebody who is signed in already. NotAuthenticated, Throttled."""
        code = totp.code_in(typed)
        with self._store.reading() as tx:
            tried = self._attempt(accounts.of_name(tx, login), address)
        with self._store.writing() as tx:
            row = accounts.lock(tx, accounts.of_name(tx, login).id)
            fits = row is not None and code is not None and self._use_step(tx, row, code)
            if row is not None and not fits:
                self.record_refusal(tx, row)
        if not fits:
            self.throttle.note_failure(tried)
            raise NotAuthenticated(_WRONG)
        self.throttle.note_success(tried)

    def complete(self, tx: WriteTx, secret: str, row: AccountRow, by: str, *, address: str) -> str:
        """Use up a half sign-in whose second step was done, in the transaction of that; return the session's secret."""
        if not factors.use_half(tx, self.digest(secret)):
            raise NotFound(_OVER)
        principal = Principal(Door.WEB, row.id, row.login, credential=f"password and {by}")
        return self.sessions.begin(tx, row, principal, address=address)

    def record_refusal(self, tx: WriteTx, row: AccountRow) -> None:
        """Tell the audit trail of a wrong second step."""
        self._on_refused(Door.WEB, is_throttled=False, is_second_step=True)
        principal = Principal(Door.WEB, row.id, row.login, credential="password")
        audit.record(tx, Event(Action.SECOND_STEP_REFUSED, f"account:{row.uuid}"), principal, self._clock())

    def digest(self, secret: str) -> str:
        """Return under what the secret of a half sign-in is kept."""
        return keyed_hash(self._key, "half sign-in", secret)

    def attempt(self, name: str, address: str, row: AccountRow | None = None) -> Attempt:
        """Return a try at what is counted under a name. Raises Throttled as ``Throttle.attempt`` does."""
        try:
            return self.throttle.attempt(name, address, row=row)
        except Throttled:
            self._on_refused(Door.WEB, is_throttled=True, is_second_step=True)
            raise

    def _attempt(self, row: AccountRow, address: str) -> Attempt:
        # What was typed is not said: a code that is wrong now may be right later.
        return self.attempt(second_step_of(row), address, row)

    def _found(self, tx: ReadTx, secret: str) -> tuple[HalfRow, AccountRow] | None:
        half = factors.half(tx, self.digest(secret))
        row = accounts.by_id(tx, half.account_id) if half is not None else None
        if half is None or row is None or half.expires_us < self._clock() or not row.is_open_at(self._clock()) or row.stamp != half.stamp:
            return None
        return half, row

    def _use(self, tx: WriteTx, row: AccountRow, typed: str) -> str | None:
        code = totp.code_in(typed)
        if code is not None:
            return "code" if self._use_step(tx, row, code) else None
        if not factors.use_code(tx, row.id, self.factor.digest_of_code(typed)):
            return None
        left = factors.standing(tx, row.id).recovery_codes
        principal = Principal(Door.WEB, row.id, row.login, credential="password")
        audit.record(tx, Event(Action.RECOVERY_CODE_USED, f"account:{row.uuid}", fields=(f"left={left}",)), principal, self._clock())
        return "recovery code"

    def _use_step(self, tx: WriteTx, row: AccountRow, code: str) -> bool:
        found = seed_in_use(tx, row.id)
        if found is None:
            return False
        step = totp.step_of(self.factor.opened(row, found), code, now_us=self._clock(), after=found.last_step)
        return step is not None and factors.use_step(tx, found.id, step)
