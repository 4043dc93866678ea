# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, their device passwords, sessions and one-time links. Secrets are here as hashes only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import astuple, dataclass, fields
from typing import Any

from sqlalchemy import BindParameter, Column, Select, bindparam, delete, func, insert, or_, select, update

from dirserver.errors import Conflict, NotFound
from dirserver.model.fold import fold
from dirserver.model.principal import Held
from dirserver.store.engine.counters import advance_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.schema.push_tables import push_subscription
from dirserver.store.schema.tables import account, device_password, one_time_link, session


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account. ``stamp`` grows with each change of password, state or device passwords."""

    id: int
    uuid: str
    login: str
    login_key: str
    mail: str
    mail_key: str
    name: str
    password_hash: str | None
    is_admin: bool
    is_active: bool
    is_loopback_only: bool
    entry_uuid: str | None
    language: str
    stamp: int
    created_us: int
    leaves_us: int | None = None
    successor_id: int | None = None

    def is_open_at(self, now_us: int) -> bool:
        """Tell whether it may open doors at that time: it is active, and its last day isn't over."""
        return self.is_active and (self.leaves_us is None or now_us < self.leaves_us)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device password; ``digest`` is the keyed hash, ``networks`` are those from which it is good, none for anywhere."""

    id: int
    account_id: int
    digest: str
    label: str
    scope: str
    created_us: int
    last_used_us: int | None
    last_used_address: str
    last_used_door: str
    networks: str = ""
    expires_us: int | None = None
    last_used_program: str = ""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session of the pages."""

    digest: str
    account_id: int
    stamp: int
    csrf_key: str
    address: str
    created_us: int
    seen_us: int
    proved_us: int = 0
    agent: str = ""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link that works once."""

    digest: str
    account_id: int
    purpose: str
    expires_us: int
    created_us: int = 0
    created_by: str = ""


ACCOUNT = tuple(account.c[field.name] for field in fields(AccountRow))
_DEVICE = tuple(device_password.c[field.name] for field in fields(DeviceRow))
SESSION = tuple(session.c[field.name] for field in fields(SessionRow))
_MOST_AT_ONCE = 500
_LINK = tuple(one_time_link.c[field.name] for field in fields(LinkRow))

_SESSION_OF = Prepared(select(*SESSION).where(session.c.digest == bindparam("digest")), "digest")
_BY_ID = Prepared(select(*ACCOUNT).where(account.c.id == bindparam("wanted")), "wanted")
_KEY: BindParameter[str] = bindparam("key", type_=account.c.login_key.type)
_BY_LOGIN_OR_MAIL = Prepared(
    select(*ACCOUNT)
    .where(or_(account.c.login_key == _KEY, account.c.mail_key == _KEY))
    .order_by(account.c.login_key != _KEY, account.c.id)
    .limit(2),
    "key",
)
_DEVICES_OF = Prepared(
    select(*_DEVICE).where(device_password.c.account_id == bindparam("account")).order_by(device_password.c.id), "account"
)

_NEWEST = Prepared(select(func.max(account.c.id)))
_FROM_ON = Prepared(
    select(account.c.password_hash)
    .where(account.c.id >= bindparam("least"), account.c.password_hash.is_not(None))
    .order_by(account.c.id)
    .limit(1),
    "least",
)


def _without_id(row: AccountRow | DeviceRow) -> dict[str, object]:
    return {field.name: item for field, item in zip(fields(row), astuple(row), strict=True) if field.name != "id"}


def by_id(tx: ReadTx, account_id: int) -> AccountRow | None:
    """Return the account, or None."""
    row = _BY_ID.one(tx, account_id)
    return None if row is None else AccountRow(*row)


def by_login_or_mail(tx: ReadTx, key: str) -> AccountRow | None:
    """Return the account whose (folded) login is ``key``, else the only one whose mail address is; or None."""
    if not key:
        return None
    rows = [AccountRow(*row) for row in _BY_LOGIN_OR_MAIL.all(tx, key)]
    return rows[0] if rows and (rows[0].login_key == key or len(rows) == 1) else None


def of_name(tx: ReadTx, name: str) -> AccountRow:
    """Return the account of a login or mail address, in any case. NotFound if there is none."""
    row = by_login_or_mail(tx, fold(name))
    if row is None:
        raise NotFound(f"there is no account '{name}'")
    return row


def of_entries(tx: ReadTx, entry_uuids: Sequence[str]) -> tuple[AccountRow, ...]:
    """Return the accounts whose person is one of these entries."""
    return tuple(
        AccountRow(*row)
        for start in range(0, len(entry_uuids), _MOST_AT_ONCE)
        for row in tx.connection.execute(select(*ACCOUNT).where(account.c.entry_uuid.in_(entry_uuids[start : start + _MOST_AT_ONCE])))
    )


def logins(tx: ReadTx, ids: Collection[int]) -> dict[int, str]:
    """Return the logins of accounts."""
    return {int(row[0]): str(row[1]) for row in tx.connection.execute(select(account.c.id, account.c.login).where(account.c.id.in_(ids)))}


def lock(tx: WriteTx, account_id: int) -> AccountRow | None:
    """Return the account as it is now and keep others from changing it until this transaction ends."""
    question = select(*ACCOUNT).where(account.c.id == account_id)
    row = tx.connection.execute(question if tx.is_sqlite else question.with_for_update()).one_or_none()
    return None if row is None else AccountRow(*row)


def listed(tx: ReadTx) -> tuple[AccountRow, ...]:
    """Return all accounts by login."""
    return tuple(AccountRow(*row) for row in tx.connection.execute(select(*ACCOUNT).order_by(account.c.login_key)))


def add(tx: WriteTx, row: AccountRow) -> int:
    """Make an account (its ``id`` is ignored) and return its id; Conflict (from the transaction) if the login is taken."""
    made = tx.connection.execute(insert(account).values(_without_id(row)).returning(account.c.id)).scalar_one()
    advance_access(tx)
    return int(made)


def save(tx: WriteTx, row: AccountRow) -> None:
    """Replace an account's row. Conflict if nobody could administer any more.

    First the counter, whose row only one writer has at a time: two administrators who close each other's account follow one another.
    """
    advance_access(tx)
    if not _administers(row):
        _require_another(tx, row)
    tx.connection.execute(update(account).where(account.c.id == row.id).values(_without_id(row)))


def _administers(row: AccountRow) -> bool:
    return row.is_admin and row.is_active and row.leaves_us is None


def _require_another(tx: WriteTx, row: AccountRow) -> None:
    administers = account.c.is_admin & account.c.is_active & account.c.leaves_us.is_(None)
    found = set(tx.connection.execute(select(account.c.id).where(administers).order_by(account.c.id != row.id).limit(2)).scalars())
    if found == {row.id}:
        raise Conflict(f"'{row.login}' is the only administrator: make another one first")


def link(tx: WriteTx, account_id: int, entry_uuid: str) -> None:
    """Say which entry is the account's own person."""
    tx.connection.execute(update(account).where(account.c.id == account_id).values(entry_uuid=entry_uuid))
    advance_access(tx)


def without_entry(tx: ReadTx) -> tuple[AccountRow, ...]:
    """Return the accounts that have no person yet."""
    return tuple(
        AccountRow(*row) for row in tx.connection.execute(select(*ACCOUNT).where(account.c.entry_uuid.is_(None)).order_by(account.c.id))
    )


def improve_hash(tx: WriteTx, account_id: int, before: str, after: str) -> None:
    """Store the same password under better parameters, unless it was changed meanwhile; sessions stay."""
    is_same = (account.c.id == account_id) & (account.c.password_hash == before)
    tx.connection.execute(update(account).where(is_same).values(password_hash=after))


def somebodys_hash(tx: ReadTx, number: int) -> str | None:
    """Return the password hash of the account that a number falls to, the same while accounts stay; None where nobody has one."""
    newest = (_NEWEST.one(tx) or (None,))[0] or 0
    row = _FROM_ON.one(tx, number % (newest + 1)) or _FROM_ON.one(tx, 0)
    return None if row is None else str(row[0])


def devices(tx: ReadTx, account_id: int) -> tuple[DeviceRow, ...]:
    """Return an account's device passwords, oldest first."""
    return tuple(DeviceRow(*row) for row in _DEVICES_OF.all(tx, account_id))


def add_device(tx: WriteTx, row: DeviceRow) -> None:
    """Keep a device password (its ``id`` is ignored)."""
    tx.connection.execute(insert(device_password).values(_without_id(row)))


def drop_device(tx: WriteTx, account_id: int, device_id: int) -> bool:
    """Remove a device password, with what it subscribed to; False if the account has none of that id."""
    tx.connection.execute(
        delete(push_subscription).where(push_subscription.c.account_id == account_id, push_subscription.c.device_id == device_id)
    )
    advance_access(tx)
    question = delete(device_password).where(device_password.c.account_id == account_id, device_password.c.id == device_id)
    return tx.connection.execute(question).rowcount == 1


def note_use(tx: WriteTx, device_id: int, at_us: int, address: str, door: str, program: str = "") -> None:
    """Write down when and where a device password was last used, and by which program."""
    tx.connection.execute(
        update(device_password)
        .where(device_password.c.id == device_id)
        .values(last_used_us=at_us, last_used_address=address, last_used_door=door, last_used_program=program)
    )


def session_of(tx: ReadTx, digest: str) -> SessionRow | None:
    """Return the session, or None."""
    row = _SESSION_OF.one(tx, digest)
    return None if row is None else SessionRow(*row)


def add_session(tx: WriteTx, row: SessionRow) -> None:
    """Keep a session."""
    tx.connection.execute(insert(session).values({field.name: item for field, item in zip(fields(row), astuple(row), strict=True)}))


def see_session(tx: WriteTx, digest: str, at_us: int) -> None:
    """Write down that a session was used."""
    tx.connection.execute(update(session).where(session.c.digest == digest).values(seen_us=at_us))


def prove_session(tx: WriteTx, digest: str, at_us: int) -> None:
    """Write down that a password or second factor was shown in a session."""
    tx.connection.execute(update(session).where(session.c.digest == digest).values(proved_us=at_us))


def keep_session_alone(tx: WriteTx, account_id: int, digest: str, stamp: int) -> None:
    """Let one session of an account go on under its new stamp, and end the others."""
    tx.connection.execute(delete(session).where(session.c.account_id == account_id, session.c.digest != digest))
    tx.connection.execute(update(session).where(session.c.digest == digest).values(stamp=stamp))


def restamp_sessions(tx: WriteTx, account_id: int, stamp: int) -> None:
    """Let an account's sessions go on after a change of its stamp that doesn't concern them."""
    tx.connection.execute(update(session).where(session.c.account_id == account_id).values(stamp=stamp))


def rename_session(tx: WriteTx, digest: str, renamed: str) -> None:
    """Keep a session under another digest."""
    tx.connection.execute(update(session).where(session.c.digest == digest).values(digest=renamed))


def drop_session(tx: WriteTx, digest: str) -> None:
    """End a session."""
    tx.connection.execute(delete(session).where(session.c.digest == digest))


def drop_sessions(tx: WriteTx, account_id: int, *, but: str = "") -> int:
    """End all sessions of an account but the one of a digest, if any, and return how many there were."""
    return int(tx.connection.execute(delete(session).where(session.c.account_id == account_id, session.c.digest != but)).rowcount)


def sessions_of(tx: ReadTx, account_id: int) -> tuple[SessionRow, ...]:
    """Return an account's sessions, the one used last first."""
    question = select(*SESSION).where(session.c.account_id == account_id).order_by(session.c.seen_us.desc(), session.c.digest)
    return tuple(SessionRow(*row) for row in tx.connection.execute(question))


def last_here(tx: ReadTx) -> AccountRow | None:
    """Return the account whose session was used last of all; None where there is no session."""
    found = tx.connection.execute(select(session.c.account_id).order_by(session.c.seen_us.desc(), session.c.digest).limit(1)).scalar()
    return by_id(tx, found) if found is not None else None


def drop_credentials(tx: WriteTx, account_id: int) -> None:
    """Remove an account's sessions, device passwords and one-time links."""
    for table in (session, device_password, one_time_link):
        tx.connection.execute(delete(table).where(table.c.account_id == account_id))


def due_to_leave(tx: ReadTx, now_us: int) -> tuple[int, ...]:
    """Return the accounts whose last day is over and which were not let go yet, longest over first."""
    return tuple(tx.connection.execute(select(account.c.id).where(account.c.leaves_us <= now_us).order_by(account.c.leaves_us)).scalars())


def ended_among(tx: ReadTx, present: Sequence[Held], now_us: int) -> frozenset[Held]:
    """Return which of these hold no more: the account is closed, left or gone, the device password revoked, or the stamp another."""
    is_open = account.c.is_active & (account.c.leaves_us.is_(None) | (account.c.leaves_us > now_us))
    stamps = _those(tx, select(account.c.id, account.c.stamp).where(is_open), account.c.id, {one.account_id for one in present})
    numbers = {one.device_id for one in present if one.device_id}
    devices = _those(tx, select(device_password.c.id, device_password.c.account_id), device_password.c.id, numbers)
    return frozenset(
        one
        for one in present
        if one.account_id not in stamps
        or (one.device_id and devices.get(one.device_id) != one.account_id)
        or (not one.device_id and one.stamp not in (-1, stamps[one.account_id]))
    )


def _those(tx: ReadTx, question: Select[Any], column: Column[int], wanted: AbstractSet[int]) -> dict[int, int]:
    numbers = sorted(wanted)
    found: dict[int, int] = {}
    for start in range(0, len(numbers), _MOST_AT_ONCE):
        some = question.where(column.in_(numbers[start : start + _MOST_AT_ONCE]))
        found |= {int(row[0]): int(row[1]) for row in tx.connection.execute(some)}
    return found


def keep_sessions(tx: WriteTx, account_id: int, stamp: int) -> None:
    """Let an account's sessions go on under its new stamp."""
    tx.connection.execute(update(session).where(session.c.account_id == account_id, session.c.stamp == stamp - 1).values(stamp=stamp))


def drop_old_sessions(tx: WriteTx, seen_before_us: int, created_before_us: int) -> None:
    """Remove the sessions that are over by either limit."""
    tx.connection.execute(delete(session).where(or_(session.c.seen_us < seen_before_us, session.c.created_us < created_before_us)))


def add_link(tx: WriteTx, row: LinkRow) -> None:
    """Keep a one-time link."""
    tx.connection.execute(insert(one_time_link).values({field.name: item for field, item in zip(fields(row), astuple(row), strict=True)}))


def link_of(tx: ReadTx, digest: str) -> LinkRow | None:
    """Return a one-time link, or None."""
    row = tx.connection.execute(select(*_LINK).where(one_time_link.c.digest == digest)).one_or_none()
    return None if row is None else LinkRow(*row)


def drop_links(tx: WriteTx, account_id: int, purpose: str = "") -> int:
    """Remove an account's one-time links, all or those of a purpose, and return how many there were."""
    fitting = one_time_link.c.account_id == account_id
    if purpose:
        fitting &= one_time_link.c.purpose == purpose
    return int(tx.connection.execute(delete(one_time_link).where(fitting)).rowcount)


def links_for(tx: ReadTx, purpose: str) -> tuple[tuple[LinkRow, AccountRow], ...]:
    """Return the one-time links of a purpose with their accounts, by login."""
    question = select(*_LINK, *ACCOUNT).join(account, account.c.id == one_time_link.c.account_id)
    rows = tx.connection.execute(question.where(one_time_link.c.purpose == purpose).order_by(account.c.login_key))
    return tuple((LinkRow(*row[: len(_LINK)]), AccountRow(*row[len(_LINK) :])) for row in rows)


def use_link(tx: WriteTx, digest: str) -> bool:
    """Use up a one-time link; False if somebody else just did."""
    return tx.connection.execute(delete(one_time_link).where(one_time_link.c.digest == digest)).rowcount == 1
