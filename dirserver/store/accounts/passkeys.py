# SPDX-License-Identifier: GPL-3.0-or-later
"""Passkeys (public keys: nothing here lets anybody in), and the challenges that they have signed."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import delete, insert, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.factor_tables import challenge, passkey


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """One passkey; ``credential_id`` is the authenticator's name for it (base64url)."""

    id: int
    account_id: int
    credential_id: str
    public_key: bytes
    sign_count: int
    label: str
    is_synced: bool
    created_us: int
    last_used_us: int | None
    last_used_address: str


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """One challenge that was used, by its hash: what for, and for which session or half sign-in ("" for nobody yet)."""

    digest: str
    purpose: str
    bound_to: str
    expires_us: int


_PASSKEY = tuple(passkey.c[field.name] for field in fields(PasskeyRow))


def of_account(tx: ReadTx, account_id: int) -> tuple[PasskeyRow, ...]:
    """Return an account's passkeys, oldest first."""
    question = select(*_PASSKEY).where(passkey.c.account_id == account_id).order_by(passkey.c.id)
    return tuple(PasskeyRow(*row) for row in tx.connection.execute(question))


def named(tx: ReadTx, credential_id: str) -> PasskeyRow | None:
    """Return the passkey of that name, whoever's it is."""
    row = tx.connection.execute(select(*_PASSKEY).where(passkey.c.credential_id == credential_id)).one_or_none()
    return None if row is None else PasskeyRow(*row)


def add(tx: WriteTx, row: PasskeyRow) -> None:
    """Keep a passkey (its ``id`` is ignored); Conflict (from the transaction) if it is known already."""
    tx.connection.execute(insert(passkey).values({field.name: getattr(row, field.name) for field in fields(row) if field.name != "id"}))


def use(tx: WriteTx, row: PasskeyRow, sign_count: int, at_us: int, address: str) -> bool:
    """Note a use; False where somebody else has counted further meanwhile."""
    is_it = (passkey.c.id == row.id) & (passkey.c.sign_count == row.sign_count)
    values = {"sign_count": sign_count, "last_used_us": at_us, "last_used_address": address}
    return tx.connection.execute(update(passkey).where(is_it).values(values)).rowcount == 1


def drop(tx: WriteTx, account_id: int, passkey_id: int) -> bool:
    """Remove a passkey; False if the account has none of that id."""
    question = delete(passkey).where(passkey.c.account_id == account_id, passkey.c.id == passkey_id)
    return tx.connection.execute(question).rowcount == 1


def use_challenge(tx: WriteTx, row: ChallengeRow, now_us: int) -> bool:
    """Use up a challenge; False if it was used before. Conflict (from the transaction) if somebody is just using it."""
    tx.connection.execute(delete(challenge).where(challenge.c.expires_us < now_us))
    if tx.connection.execute(select(challenge.c.digest).where(challenge.c.digest == row.digest)).first() is not None:
        return False
    tx.connection.execute(insert(challenge).values({field.name: getattr(row, field.name) for field in fields(row)}))
    return True
