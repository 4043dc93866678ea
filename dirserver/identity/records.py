# SPDX-License-Identifier: GPL-3.0-or-later
"""From the store's rows to what other rooms may see of them."""

from __future__ import annotations

from datetime import UTC, datetime

from dirserver.identity.account import Account, DevicePassword, Scope
from dirserver.model.names import Login
from dirserver.store.accounts import AccountRow, DeviceRow


def account_of(row: AccountRow) -> Account:
    """Return the account without its secrets."""
    return Account(
        id=row.id,
        uuid=row.uuid,
        login=Login(row.login),
        mail=row.mail,
        name=row.name,
        is_admin=row.is_admin,
        is_active=row.is_active,
        has_password=row.password_hash is not None,
        is_loopback_only=row.is_loopback_only,
        entry_uuid=row.entry_uuid,
        language=row.language,
    )


def device_of(row: DeviceRow) -> DevicePassword:
    """Return what is known of a device password."""
    return DevicePassword(
        id=row.id,
        label=row.label,
        scope=Scope(row.scope),
        created_at=moment(row.created_us),
        last_used_at=moment(row.last_used_us) if row.last_used_us is not None else None,
        last_used_address=row.last_used_address,
        last_used_door=row.last_used_door,
    )


def moment(microseconds: int) -> datetime:
    """Return microseconds since 1970 as an aware time in UTC."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
