# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts as a list that somebody looks through: found by a text and a state, with when each was used last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, func, literal, null, or_, select, update

from dirserver.model.account import AccountState
from dirserver.model.fold import fold
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.factor_tables import passkey, totp_seed
from dirserver.store.schema.tables import account, api_token, device_password, one_time_link, session

_ACCOUNT = tuple(account.c[field.name] for field in fields(AccountRow))


@dataclass(frozen=True, slots=True)
class WantedAccounts:
    """Which accounts: those whose login, mail address or name holds ``text``, in this state.

    Idle means not used since ``idle_before_us``.
    """

    text: str = ""
    state: AccountState = AccountState.ANY
    idle_before_us: int = 0


@dataclass(frozen=True, slots=True)
class UsedAccount:
    """An account, when it was used last by whatever credential, how many device passwords it has, and whether a second factor."""

    row: AccountRow
    last_used_us: int | None
    device_count: int
    has_second_factor: bool


def _newest_of(column: ColumnElement[int], owner: ColumnElement[int]) -> ScalarSelect[int]:
    return select(func.coalesce(func.max(column), 0)).where(owner == account.c.id).correlate(account).scalar_subquery()


def _greatest(*terms: ColumnElement[int]) -> ColumnElement[int]:
    # SQLite has max() of several, PostgreSQL greatest(): CASE is both's.
    found = terms[0]
    for term in terms[1:]:
        found = case((term > found, term), else_=found)
    return found


_USED: ColumnElement[int] = _greatest(
    func.coalesce(account.c.signed_in_us, 0),
    _newest_of(session.c.seen_us, session.c.account_id),
    _newest_of(device_password.c.last_used_us, device_password.c.account_id),
    _newest_of(api_token.c.last_used_us, api_token.c.account_id),
)
_FACTOR = or_(
    exists(select(totp_seed.c.id).where(totp_seed.c.account_id == account.c.id, totp_seed.c.confirmed_us.is_not(None))),
    exists(select(passkey.c.id).where(passkey.c.account_id == account.c.id)),
)
_DEVICES = select(func.count()).where(device_password.c.account_id == account.c.id).correlate(account).scalar_subquery()

# The purpose is identity's word for it (links.INVITATION).
_INVITATION = select(one_time_link.c.digest).where(one_time_link.c.account_id == account.c.id, one_time_link.c.purpose == "invitation")


def found(tx: ReadTx, wanted: WantedAccounts, *, limit: int, offset: int) -> tuple[UsedAccount, ...]:
    """Return some of the wanted accounts, by login."""
    question = select(*_ACCOUNT, _USED, _DEVICES, _FACTOR).where(*_conditions(wanted)).order_by(account.c.login_key)
    return tuple(_used(row) for row in tx.connection.execute(question.limit(limit).offset(offset)))


def count(tx: ReadTx, wanted: WantedAccounts) -> int:
    """Return how many accounts are wanted."""
    return int(tx.connection.execute(select(func.count()).select_from(account).where(*_conditions(wanted))).scalar_one())


def used(tx: ReadTx, account_id: int) -> UsedAccount | None:
    """Return one account as the list shows it."""
    row = tx.connection.execute(select(*_ACCOUNT, _USED, _DEVICES, _FACTOR).where(account.c.id == account_id)).one_or_none()
    return None if row is None else _used(row)


def note_sign_in(tx: WriteTx, account_id: int, at_us: int) -> None:
    """Write down that the owner of an account signed in at the pages; device passwords and tokens note their use themselves."""
    tx.connection.execute(update(account).where(account.c.id == account_id).values(signed_in_us=at_us))


def open_administrators(tx: ReadTx) -> int:
    """Return how many open accounts may do everything."""
    return int(tx.connection.execute(select(func.count()).where(account.c.is_admin, account.c.is_active)).scalar_one())


def _used(row: Sequence[Any]) -> UsedAccount:
    width = len(_ACCOUNT)
    return UsedAccount(AccountRow(*row[:width]), int(row[width]) or None, int(row[width + 1]), bool(row[width + 2]))


def _conditions(wanted: WantedAccounts) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    text = fold(wanted.text)
    if text:
        # Names are stored as written, so a name is found by its own spelling and the folded one; logins and addresses by their keys.
        places = [account.c.login_key.contains(text, autoescape=True), account.c.mail_key.contains(text, autoescape=True)]
        spellings = {text, wanted.text.casefold()}
        places += [func.lower(account.c.name).contains(spelling, autoescape=True) for spelling in sorted(spellings)]
        conditions.append(or_(*places))
    match wanted.state:
        case AccountState.OPEN:
            conditions.append(account.c.is_active)
        case AccountState.CLOSED:
            conditions.append(~account.c.is_active)
        case AccountState.ADMINISTRATORS:
            conditions.append(account.c.is_admin)
        case AccountState.WITHOUT_PASSWORD:
            conditions += [account.c.is_active, account.c.password_hash.is_(null())]
        case AccountState.IDLE:
            conditions += [account.c.is_active, _greatest(account.c.created_us, _USED) < literal(wanted.idle_before_us)]
        case AccountState.INVITED:
            conditions.append(exists(_INVITATION))
        case AccountState.LEAVING:
            conditions += [account.c.is_active, account.c.leaves_us.is_not(None)]
        case AccountState.ANY:
            pass
    return conditions
