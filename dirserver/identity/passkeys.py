# SPDX-License-Identifier: GPL-3.0-or-later
"""Passkeys (WebAuthn level 2): public keys of phones, computers and security keys, as a second factor or instead of a password.

A challenge is signed once, for the purpose and the session that it was made for, on a page of the address that the settings name: a
look-alike site gets a signature that is good for nothing (section 13.4.9). What signs in without a password must have verified its
user (a finger, a face, a PIN), so that it is two factors in one; so must a proof in place of the password.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dirserver.errors import BadInput, Conflict, NotAuthenticated, NotFound
from dirserver.identity.keys import keyed_hash
from dirserver.identity.records import moment
from dirserver.identity.second_factor import locked
from dirserver.identity.second_step import SecondStep
from dirserver.identity.site import Site
from dirserver.identity.throttle import Attempt, is_loopback
from dirserver.model.origin import come_from
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts, passkeys
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.accounts.passkeys import ChallengeRow, PasskeyRow
from dirserver.store.engine.opening import Store, WriteTx

_LIFETIME_US = 5 * 60 * 1_000_000
_MOST = 20
_MOST_OCTETS = 20_000
_LONGEST_NAME = 1400
_KIND = "passkey"
_REFUSED = "this passkey doesn't open this account"
_NO_PASSKEY = "the browser's answer is no passkey for this site, or too old"
_OVER = "this sign-in took too long; begin again"
_NONCE_BYTES = 16
_TIME_BYTES = 8


class Purpose(StrEnum):
    """What a challenge is signed for."""

    REGISTER = "register"
    SIGN_IN = "sign-in"
    SECOND_STEP = "second-step"
    PROVE = "prove"


@dataclass(frozen=True, slots=True)
class Passkey:
    """What is known of a passkey; ``is_synced``: its maker copies it to other devices of its owner."""

    id: int
    label: str
    is_synced: bool
    created_at: datetime
    last_used_at: datetime | None
    last_used_address: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What a browser answers: as it is, the challenge in it, the passkey's name, and whose it says to be."""

    answer: dict[str, object]
    challenge: bytes
    name: str
    user: str


class Passkeys:
    """Passkeys over one store. Safe for threads. ``site`` None: there are none here, and every deed is NotFound."""

    def __init__(self, store: Store, key: bytes, site: Site | None, second_step: SecondStep, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._key = key
        self._site = site
        self._step = second_step
        self._factor = second_step.factor
        self._sessions = second_step.sessions
        self._throttle = second_step.throttle
        self._clock = clock

    @property
    def site(self) -> Site | None:
        """Where passkeys are good."""
        return self._site

    def listed(self, login: str) -> tuple[Passkey, ...]:
        """Return the passkeys of an account, oldest first."""
        with self._store.reading() as tx:
            return tuple(_passkey_of(row) for row in passkeys.of_account(tx, accounts.of_name(tx, login).id))

    # Registering

    def options_to_register(self, login: str, *, session: str) -> str:
        """Return what the browser is asked (JSON, PublicKeyCredentialCreationOptions) for a session of the account."""
        site = self._required()
        with self._store.reading() as tx:
            row = accounts.of_name(tx, login)
            known = passkeys.of_account(tx, row.id)
        challenge = self._challenge(Purpose.REGISTER, self._sessions.digest(session))
        from dirserver.identity import ceremony  # noqa: PLC0415 # see there

        user = ceremony.User(row.uuid.encode(), row.login, row.name or row.login)
        return ceremony.ask_to_register(site, user, challenge, [each.credential_id for each in known])

    def register(self, login: str, answer: str, *, label: str, session: str) -> tuple[str, ...]:
        """Keep the passkey that the browser made; return recovery codes if the account had none, shown this once. BadInput, Conflict."""
        site = self._required()
        label = label.strip()
        if not label or len(label) > 100 or not label.isprintable():
            raise BadInput("a passkey needs a name of at most 100 characters, so that you know it again")
        said = _read(answer)
        if said is None or not self._use(said.challenge, Purpose.REGISTER, self._sessions.digest(session)):
            raise BadInput(_NO_PASSKEY)
        from dirserver.identity import ceremony  # noqa: PLC0415 # see there

        made = ceremony.registered(site, said.answer, said.challenge)
        if made is None:
            raise BadInput(_NO_PASSKEY)
        with self._store.writing() as tx:
            row = locked(tx, login)
            if passkeys.named(tx, made.name) is not None or len(passkeys.of_account(tx, row.id)) >= _MOST:
                raise Conflict(f"this passkey is known already, or there are {_MOST}")
            kept = PasskeyRow(0, row.id, made.name, made.public_key, made.sign_count, label, made.is_synced, self._clock(), None, "")
            passkeys.add(tx, kept)
            return self._factor.added(tx, row, _KIND, session=session)

    def remove(self, login: str, passkey_id: int, *, session: str) -> None:
        """Forget a passkey. NotFound; Conflict where the account must have a second factor; LongerPasswordNeeded."""
        with self._store.writing() as tx:
            row = locked(tx, login)
            if not passkeys.drop(tx, row.id, passkey_id):
                raise NotFound("there is no such passkey")
            self._factor.removed(tx, row, _KIND, session=session)

    # Showing

    def options_to_sign_in(self) -> str:
        """Return what the browser is asked where nobody has said who they are (JSON, PublicKeyCredentialRequestOptions)."""
        return self._options(Purpose.SIGN_IN, "", None)

    def options_for_second_step(self, half: str) -> str:
        """Return what the browser is asked in the second step of a sign-in. NotFound when that is over."""
        waiting = self._step.waiting(half)
        if waiting is None:
            raise NotFound(_OVER)
        return self._options(Purpose.SECOND_STEP, self._step.digest(half), waiting.account.login)

    def options_to_prove(self, login: str, *, session: str) -> str:
        """Return what the browser is asked of somebody who is signed in already."""
        return self._options(Purpose.PROVE, self._sessions.digest(session), login)

    def sign_in(self, answer: str, *, address: str) -> str:
        """Begin a session by a passkey alone, which has verified its user; return the session's secret. NotAuthenticated."""
        said, tried = self._taken(answer, Purpose.SIGN_IN, "", address)
        with self._store.writing() as tx:
            found = passkeys.named(tx, said.name)
            row = accounts.lock(tx, found.account_id) if found is not None else None
            if found is not None and row is not None and self._verify(tx, row, found, said, is_alone=True, address=address):
                return self._sessions.begin(tx, row, Principal(Door.WEB, row.id, row.login, credential=_KIND), address=address)
            self._refuse(tx, row, address)
        self._throttle.note_failure(tried)
        raise NotAuthenticated(_REFUSED)

    def second_step(self, half: str, answer: str, *, address: str) -> str:
        """Begin the session after the password; return its secret. NotAuthenticated, NotFound when the sign-in is over."""
        waiting = self._step.waiting(half)
        if waiting is None:
            raise NotFound(_OVER)
        said, tried = self._taken(answer, Purpose.SECOND_STEP, self._step.digest(half), address)
        with self._store.writing() as tx:
            row = locked(tx, waiting.account.login)
            found = passkeys.named(tx, said.name)
            if found is not None and self._verify(tx, row, found, said, is_alone=False, address=address):
                return self._step.complete(tx, half, row, _KIND, address=address)
            self._refuse(tx, row, address)
        self._throttle.note_failure(tried)
        raise NotAuthenticated(_REFUSED)

    def prove(self, login: str, answer: str, *, session: str, address: str) -> None:
        """Check a passkey of somebody who is signed in already; it has verified its user. NotAuthenticated."""
        said, tried = self._taken(answer, Purpose.PROVE, self._sessions.digest(session), address)
        with self._store.writing() as tx:
            row = locked(tx, login)
            found = passkeys.named(tx, said.name)
            if found is not None and self._verify(tx, row, found, said, is_alone=True, address=address):
                return
            self._refuse(tx, row, address)
        self._throttle.note_failure(tried)
        raise NotAuthenticated(_REFUSED)

    def _verify(self, tx: WriteTx, row: AccountRow, found: PasskeyRow, said: _Said, *, is_alone: bool, address: str) -> bool:
        now = self._clock()
        may_enter = row.is_open_at(now) and (not row.is_loopback_only or is_loopback(address))
        if found.account_id != row.id or said.user not in {"", row.uuid} or not may_enter:
            return False
        from dirserver.identity import ceremony  # noqa: PLC0415 # see there

        count = ceremony.shown(self._required(), said.answer, said.challenge, found.public_key, found.sign_count, needs_user=is_alone)
        return count is not None and passkeys.use(tx, found, count, now, address)

    def _refuse(self, tx: WriteTx, row: AccountRow | None, address: str) -> None:
        if row is not None:
            come_from(None, address)
            self._step.record_refusal(tx, row)

    def _options(self, purpose: Purpose, bound_to: str, login: str | None) -> str:
        site = self._required()
        known: tuple[PasskeyRow, ...] = ()
        if login is not None:
            with self._store.reading() as tx:
                known = passkeys.of_account(tx, accounts.of_name(tx, login).id)
        names = [each.credential_id for each in known]
        challenge = self._challenge(purpose, bound_to)
        from dirserver.identity import ceremony  # noqa: PLC0415 # see there

        return ceremony.ask_to_show(site, challenge, names, needs_user=purpose is not Purpose.SECOND_STEP)

    def _challenge(self, purpose: Purpose, bound_to: str) -> bytes:
        """Return a challenge that says itself until when, and to us alone what for and for whom: nothing is kept before it is used."""
        body = secrets.token_bytes(_NONCE_BYTES) + (self._clock() + _LIFETIME_US).to_bytes(_TIME_BYTES, "big")
        return body + self._mac(body, purpose, bound_to)

    def _mac(self, body: bytes, purpose: Purpose, bound_to: str) -> bytes:
        return bytes.fromhex(keyed_hash(self._key, "passkey challenge", f"{body.hex()} {purpose} {bound_to}"))

    def _taken(self, answer: str, purpose: Purpose, bound_to: str, address: str) -> tuple[_Said, Attempt]:
        """Read an answer and use its challenge up. Not for guessers, who can't guess a signature: for who would fill our tables."""
        said = _read(answer)
        if said is None:
            raise NotAuthenticated(_REFUSED)
        tried = self._step.attempt(f"passkey {said.name}", address)
        if not self._use(said.challenge, purpose, bound_to):
            self._throttle.note_failure(tried)
            raise NotAuthenticated(_REFUSED)
        return said, tried

    def _use(self, challenge: bytes, purpose: Purpose, bound_to: str) -> bool:
        """Tell whether it is a challenge of ours for this purpose and browser, and use it up."""
        body, mac, now = challenge[: _NONCE_BYTES + _TIME_BYTES], challenge[_NONCE_BYTES + _TIME_BYTES :], self._clock()
        expires = int.from_bytes(body[_NONCE_BYTES:], "big")
        if not secrets.compare_digest(mac, self._mac(body, purpose, bound_to)) or not now <= expires <= now + _LIFETIME_US:
            return False
        row = ChallengeRow(keyed_hash(self._key, "used challenge", challenge.hex()), purpose, bound_to, expires)
        try:
            with self._store.writing() as tx:
                return passkeys.use_challenge(tx, row, now)
        except Conflict:
            return False

    def _required(self) -> Site:
        if self._site is None:
            raise NotFound("there are no passkeys at this address")
        return self._site


def _read(answer: str) -> _Said | None:
    """Return what a browser says, None where it can't be read. What it means is for the library to check."""
    if len(answer) > _MOST_OCTETS:
        return None
    try:
        said = json.loads(answer)
        given = said["response"]
        client = json.loads(_octets(given["clientDataJSON"]))
        user = _octets(given.get("userHandle") or "").decode()
        return _Said(said, _octets(client["challenge"]), str(said["id"])[:_LONGEST_NAME], user)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _octets(text: str) -> bytes:
    """Read base64url without its padding (RFC 4648 section 5)."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _passkey_of(row: PasskeyRow) -> Passkey:
    used = moment(row.last_used_us) if row.last_used_us is not None else None
    return Passkey(row.id, row.label, row.is_synced, moment(row.created_us), used, row.last_used_address)
