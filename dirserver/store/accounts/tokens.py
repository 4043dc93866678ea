# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of the JSON API: as hashes only, with the state of the account that they act for."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import delete, insert, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.tables import account, api_token


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token; ``digest`` is the keyed hash, ``scopes`` are names parted by spaces."""

    id: int
    account_id: int
    digest: str
    label: str
    scopes: str
    created_us: int
    expires_us: int | None
    last_used_us: int | None
    last_used_address: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token with what its account is now."""

    token: TokenRow
    login: str
    is_active: bool
    is_loopback_only: bool
    leaves_us: int | None


_COLUMNS = tuple(api_token.c[each.name] for each in fields(TokenRow))
_OF_ACCOUNT = (account.c.login, account.c.is_active, account.c.is_loopback_only, account.c.leaves_us)
_MADE = tuple(each.name for each in fields(TokenRow) if each.name != "id")


def add(tx: WriteTx, row: TokenRow) -> int:
    """Store a new token (its id is not looked at) and return its id."""
    values = {name: getattr(row, name) for name in _MADE}
    return int(tx.connection.execute(insert(api_token).values(values).returning(api_token.c.id)).scalar_one())


def bearer(tx: ReadTx, digest: str) -> Bearer | None:
    """Return the token of that hash with its account's state."""
    question = select(*_COLUMNS, *_OF_ACCOUNT).join(account, account.c.id == api_token.c.account_id).where(api_token.c.digest == digest)
    row = tx.connection.execute(question).one_or_none()
    if row is None:
        return None
    count = len(_COLUMNS)
    return Bearer(TokenRow(*row[:count]), row[count], bool(row[count + 1]), bool(row[count + 2]), row[count + 3])


def of_account(tx: ReadTx, account_id: int) -> tuple[TokenRow, ...]:
    """Return the tokens of an account, oldest first."""
    question = select(*_COLUMNS).where(api_token.c.account_id == account_id).order_by(api_token.c.id)
    return tuple(TokenRow(*row) for row in tx.connection.execute(question))


def all_of_them(tx: ReadTx, limit: int) -> tuple[tuple[str, TokenRow], ...]:
    """Return the tokens of all accounts with whose they are, by login; oldest first."""
    question = select(account.c.login, *_COLUMNS).join(account, account.c.id == api_token.c.account_id)
    rows = tx.connection.execute(question.order_by(account.c.login_key, api_token.c.id).limit(limit))
    return tuple((str(row[0]), TokenRow(*row[1:])) for row in rows)


def drop(tx: WriteTx, account_id: int, token_id: int) -> bool:
    """Remove one token of an account; False if there is none of that id."""
    gone = tx.connection.execute(delete(api_token).where(api_token.c.account_id == account_id, api_token.c.id == token_id))
    return bool(gone.rowcount)


def drop_of_account(tx: WriteTx, account_id: int) -> None:
    """Remove all tokens of an account."""
    tx.connection.execute(delete(api_token).where(api_token.c.account_id == account_id))


def note_use(tx: WriteTx, token_id: int, at_us: int, address: str) -> None:
    """Note when and from where a token was used."""
    tx.connection.execute(update(api_token).where(api_token.c.id == token_id).values(last_used_us=at_us, last_used_address=address))
