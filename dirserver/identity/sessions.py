# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of the pages: opaque secrets, kept as keyed hashes, ended by silence, age, and any change of the account's credentials.

None begins with a password alone where the account has a second factor. Each remembers when somebody last showed in it who they
are, because some deeds need that to be fresh.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from dirserver.errors import Conflict, NotAuthenticated, NotFound, SecondStepNeeded, Unavailable
from dirserver.identity.account import OpenSession, Session
from dirserver.identity.agents import LONGEST, in_words
from dirserver.identity.keys import keyed_hash
from dirserver.identity.notices import tell_new_browser
from dirserver.identity.records import account_of, moment
from dirserver.model.audit import Action, Event
from dirserver.model.origin import come_from, current_browser, current_origin
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import account_list, accounts, browsers, factors
from dirserver.store.accounts.accounts import AccountRow, SessionRow
from dirserver.store.care import audit
from dirserver.store.engine.opening import Store, WriteTx

_SEEN_EVERY_US = 60 * 1_000_000
_SECOND_US = 1_000_000
_REFUSED = "login or password is wrong"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long sign-ins hold, in seconds."""

    session_idle_s: int = 12 * 3600
    session_absolute_s: int = 14 * 24 * 3600
    verified_s: int = 60
    fresh_s: int = 15 * 60


class Sessions:
    """The sessions over one store. Safe for threads. ``key`` is the installation's secret, ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, key: bytes, *, limits: Limits, clock: Callable[[], int]) -> None:
        self._store = store
        self._key = key
        self._limits = limits
        self._clock = clock

    def open(self, principal: Principal, *, address: str) -> str:
        """Begin a session for somebody who has just authenticated with a password or link; return the secret for the cookie (256 bit).

        SecondStepNeeded where the account has a second factor: ``SecondStep`` goes on from there.
        """
        with self._store.writing() as tx:
            row = accounts.by_id(tx, principal.account_id) if principal.account_id is not None else None
            if row is None or not row.is_open_at(self._clock()):
                raise NotAuthenticated(_REFUSED)
            if factors.standing(tx, row.id).is_on:
                raise SecondStepNeeded("the second factor of this account is needed too")
            return self.begin(tx, row, principal, address=address)

    def begin(self, tx: WriteTx, row: AccountRow, principal: Principal, *, address: str) -> str:
        """Begin a session in a transaction in which all that is needed was shown."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        accounts.drop_old_sessions(tx, now - self._limits.session_idle_s * _SECOND_US, now - self._limits.session_absolute_s * _SECOND_US)
        browser = current_browser()
        agent = browser.agent[:LONGEST]
        accounts.add_session(
            tx, SessionRow(self.digest(secret), row.id, row.stamp, secrets.token_urlsafe(32), address, now, now, now, agent)
        )
        account_list.note_sign_in(tx, row.id, now)
        come_from(principal, address)
        audit.record(tx, Event(Action.SIGNED_IN, f"account:{row.uuid}"), principal, now)
        is_known = browsers.see(tx, row.id, keyed_hash(self._key, "browser", f"{row.uuid} {browser.word}"), now) if browser.word else False
        if not is_known and principal.credential != "link":
            # Who came by a link was told by mail anyway.
            tell_new_browser(tx, row, in_words(agent), now)
        return secret

    def find(self, secret: str) -> Session | None:
        """Return the session of that secret while it holds: not too old, not idle for too long, its account unchanged."""
        now, digest = self._clock(), self.digest(secret)
        with self._store.glance() as tx:
            known = factors.signed_in(tx, digest)
        if known is None:
            return None
        found, row, standing = known
        if not row.is_open_at(now) or row.stamp != found.stamp:
            return None
        if not self._is_in_time(found, now):
            return None
        if now - found.seen_us > _SEEN_EVERY_US:
            with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
                accounts.see_session(tx, digest, now)
        return Session(
            Principal(Door.WEB, row.id, row.login, credential="session"),
            account_of(row),
            found.csrf_key,
            moment(found.created_us),
            is_fresh=now - found.proved_us <= self._limits.fresh_s * _SECOND_US,
            must_enrol=standing.is_required and not standing.is_on,
            must_lengthen=standing.must_lengthen,
        )

    def last_here(self) -> Principal | None:
        """Return who used the pages last, signed in or not any more; None where that is nobody whose account is open."""
        with self._store.reading() as tx:
            row = accounts.last_here(tx)
        return Principal(Door.WEB, row.id, row.login) if row is not None and row.is_open_at(self._clock()) else None

    def of_account(self, account_id: int, *, present: str) -> tuple[OpenSession, ...]:
        """Return an account's sessions that hold, the one used last first; ``present`` is the secret of the one that asks."""
        now, here = self._clock(), self.digest(present)
        with self._store.reading() as tx:
            row = accounts.by_id(tx, account_id)
            found = accounts.sessions_of(tx, account_id) if row is not None else ()
        return tuple(
            OpenSession(
                _name(one.digest),
                in_words(one.agent),
                one.address,
                moment(one.created_us),
                moment(one.seen_us),
                is_present=one.digest == here,
            )
            for one in found
            if row is not None and one.stamp == row.stamp and self._is_in_time(one, now)
        )

    def end(self, account_id: int, name: str) -> None:
        """End the session of that name (``OpenSession.id``); NotFound if the account has none."""
        with self._store.writing() as tx:
            found = next((one for one in accounts.sessions_of(tx, account_id) if _name(one.digest) == name), None)
            if found is None:
                raise NotFound("this session is over already")
            accounts.drop_session(tx, found.digest)
            self._record_end(tx, account_id, 1)

    def end_others(self, account_id: int, *, present: str) -> int:
        """End all sessions of an account but the one of that secret, and return how many there were."""
        with self._store.writing() as tx:
            count = accounts.drop_sessions(tx, account_id, but=self.digest(present))
            if count:
                self._record_end(tx, account_id, count)
        return count

    def end_all(self, account_id: int) -> int:
        """End all sessions of an account, and return how many there were."""
        with self._store.writing() as tx:
            count = accounts.drop_sessions(tx, account_id)
            if count:
                self._record_end(tx, account_id, count)
        return count

    def _record_end(self, tx: WriteTx, account_id: int, count: int) -> None:
        row = accounts.by_id(tx, account_id)
        if row is not None:
            audit.record(tx, Event(Action.SESSIONS_ENDED, f"account:{row.uuid}", count=count), current_origin().principal, self._clock())

    def _is_in_time(self, one: SessionRow, now_us: int) -> bool:
        is_idle = now_us - one.seen_us > self._limits.session_idle_s * _SECOND_US
        return not is_idle and now_us - one.created_us <= self._limits.session_absolute_s * _SECOND_US

    def renew(self, secret: str) -> str:
        """Give a session another secret and return it: the one before may have been seen (ASVS 5.0 7.2.4)."""
        made = secrets.token_urlsafe(32)
        with self._store.writing() as tx:
            accounts.rename_session(tx, self.digest(secret), self.digest(made))
        return made

    def close(self, secret: str) -> None:
        """End a session; nothing happens if it is over."""
        with self._store.writing() as tx:
            accounts.drop_session(tx, self.digest(secret))

    def prove(self, secret: str) -> None:
        """Note that whoever uses this session has just shown who they are."""
        with self._store.writing() as tx:
            found = accounts.session_of(tx, self.digest(secret))
            row = accounts.by_id(tx, found.account_id) if found is not None else None
            if found is not None and row is not None:
                accounts.prove_session(tx, found.digest, self._clock())
                principal = Principal(Door.WEB, row.id, row.login, credential="session")
                audit.record(tx, Event(Action.SESSION_PROVED, f"account:{row.uuid}"), principal, self._clock())

    def digest(self, secret: str) -> str:
        """Return under what a session's secret is kept."""
        return keyed_hash(self._key, "session", secret)


def _name(digest: str) -> str:
    # Enough to tell an account's sessions apart, and good for nothing else.
    return digest[:16]
