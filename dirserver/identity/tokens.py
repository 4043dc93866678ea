# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of the JSON API: what a program shows instead of its account's password, good for less than that and revoked alone.

A token acts for its account, with the account's rights, narrowed to the token's scopes. It opens no other door.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dirserver.errors import BadInput, Conflict, NotAuthenticated, NotFound, Unavailable
from dirserver.identity.keys import keyed_hash
from dirserver.identity.records import moment, require_open
from dirserver.identity.throttle import is_loopback
from dirserver.model.audit import Action, Event
from dirserver.model.origin import come_from, current_origin
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts, tokens
from dirserver.store.accounts.tokens import TokenRow
from dirserver.store.care import audit
from dirserver.store.engine.opening import Store

PREFIX = "dirserver_"
"""Every token begins so: scanners for secrets that were published by mistake know it by that."""

_USE_NOTED_EVERY_US = 300 * 1_000_000
_DAY_US = 24 * 3600 * 1_000_000
_MOST_DAYS = 3660
_REFUSED = "this token is none, was revoked or has expired"


class TokenScope(StrEnum):
    """What a token may be used for, as far as its account may do it."""

    READ = "read"
    """Find and read."""
    WRITE = "write"
    """Add, change, delete and restore entries, groups' members included."""
    BULK = "bulk"
    """Export and import whole books."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token after it was shown once."""

    id: int
    label: str
    scopes: frozenset[TokenScope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    last_used_address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Who shows a token, and for what it is good."""

    principal: Principal
    scopes: frozenset[TokenScope]


class Tokens:
    """The tokens over one store. Safe for threads. ``key`` is the installation's secret, ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, key: bytes, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._key = key
        self._clock = clock

    def add(self, login: str, *, label: str, scopes: Iterable[TokenScope], days: int | None = None) -> str:
        """Make a token and return it (256 bit): it is not kept and can't be shown again. BadInput, NotFound."""
        label, wanted = label.strip(), frozenset(scopes)
        if not label or len(label) > 100 or not label.isprintable():
            raise BadInput("a token needs a label of at most 100 characters, so that you know it again")
        if not wanted:
            raise BadInput("a token needs at least one scope: " + ", ".join(TokenScope))
        if days is not None and not 1 <= days <= _MOST_DAYS:
            raise BadInput(f"a token holds from 1 to {_MOST_DAYS} days")
        secret, now = PREFIX + secrets.token_urlsafe(32), self._clock()
        with self._store.writing() as tx:
            # Held until the end: who is let go at the same moment must not keep a token that nobody took away.
            row = accounts.lock(tx, accounts.of_name(tx, login).id)
            if row is None:
                raise NotFound(f"there is no account '{login}'")
            require_open(row)
            names = " ".join(sorted(wanted))
            expires = now + days * _DAY_US if days is not None else None
            tokens.add(tx, TokenRow(0, row.id, self._digest(secret), label, names, now, expires, None, ""))
            audit.record(tx, Event(Action.TOKEN_ADDED, f"account:{row.uuid}", fields=(names,)), current_origin().principal, now)
        return secret

    def listed(self, login: str) -> tuple[Token, ...]:
        """Return the tokens of an account, oldest first."""
        with self._store.reading() as tx:
            return tuple(token_of(row) for row in tokens.of_account(tx, accounts.of_name(tx, login).id))

    def revoke(self, login: str, token_id: int) -> None:
        """Make a token useless from the next request on; NotFound if the account has none of that id."""
        with self._store.writing() as tx:
            row = accounts.of_name(tx, login)
            if not tokens.drop(tx, row.id, token_id):
                raise NotFound("there is no such token")
            event = Event(Action.TOKEN_REVOKED, f"account:{row.uuid}", f"token:{token_id}")
            audit.record(tx, event, current_origin().principal, self._clock())

    def shown(self, secret: str, *, address: str) -> Shown:
        """Return who shows this token, coming from ``address``. NotAuthenticated says the same of every token that isn't good."""
        if not secret.startswith(PREFIX):
            raise NotAuthenticated(_REFUSED)
        now = self._clock()
        with self._store.reading() as tx:
            found = tokens.bearer(tx, self._digest(secret))
        is_good = (
            found is not None
            and found.is_active
            and (found.leaves_us is None or now < found.leaves_us)
            and (not found.is_loopback_only or is_loopback(address))
        )
        if found is None or not is_good or (found.token.expires_us is not None and found.token.expires_us <= now):
            raise NotAuthenticated(_REFUSED)
        self._note_use(found.token, now, address)
        principal = Principal(Door.API, found.token.account_id, found.login, credential=f"token {found.token.id}")
        come_from(principal, address)
        return Shown(principal, _scopes_of(found.token))

    def _note_use(self, row: TokenRow, now: int, address: str) -> None:
        if row.last_used_us is not None and now - row.last_used_us < _USE_NOTED_EVERY_US:
            return
        # Worth knowing, not worth waiting for.
        with contextlib.suppress(Unavailable, Conflict), self._store.writing_if_free() as tx:
            tokens.note_use(tx, row.id, now, address)

    def _digest(self, secret: str) -> str:
        return keyed_hash(self._key, "api token", secret)


def _scopes_of(row: TokenRow) -> frozenset[TokenScope]:
    return frozenset(TokenScope(name) for name in row.scopes.split())


def token_of(row: TokenRow) -> Token:
    """Return what is known of a stored token."""
    return Token(
        id=row.id,
        label=row.label,
        scopes=_scopes_of(row),
        created_at=moment(row.created_us),
        expires_at=moment(row.expires_us) if row.expires_us is not None else None,
        last_used_at=moment(row.last_used_us) if row.last_used_us is not None else None,
        last_used_address=row.last_used_address,
    )
