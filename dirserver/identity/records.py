# SPDX-License-Identifier: GPL-3.0-or-later
"""From the store's rows to what other rooms may see of them."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network

from dirserver.errors import BadInput
from dirserver.identity.account import Account, DevicePassword, Network, Scope
from dirserver.model.names import Login
from dirserver.store.accounts.accounts import AccountRow, DeviceRow


def account_of(row: AccountRow, now_us: int | None = None) -> Account:
    """Return the account without its secrets; at ``now_us``, if that is given, it may have been left already."""
    return Account(
        id=row.id,
        uuid=row.uuid,
        login=Login(row.login),
        mail=row.mail,
        name=row.name,
        is_admin=row.is_admin,
        is_active=row.is_active if now_us is None else row.is_open_at(now_us),
        has_password=row.password_hash is not None,
        is_loopback_only=row.is_loopback_only,
        entry_uuid=row.entry_uuid,
        language=row.language,
        leaves_at=moment(row.leaves_us) if row.leaves_us is not None else None,
    )


def require_open(row: AccountRow) -> None:
    """Raise BadInput for a closed account: what it was given now would open it, unnoticed, when it is opened again."""
    if not row.is_active:
        raise BadInput(f"the account {row.login} is closed; open it again first")


def device_of(row: DeviceRow, now_us: int) -> DevicePassword:
    """Return what is known of a device password now."""
    return DevicePassword(
        id=row.id,
        label=row.label,
        scope=Scope(row.scope),
        created_at=moment(row.created_us),
        last_used_at=moment(row.last_used_us) if row.last_used_us is not None else None,
        last_used_address=row.last_used_address,
        last_used_door=row.last_used_door,
        last_used_program=row.last_used_program,
        networks=networks_of(row),
        expires_at=moment(row.expires_us) if row.expires_us is not None else None,
        is_expired=row.expires_us is not None and row.expires_us <= now_us,
    )


def networks_of(row: DeviceRow) -> tuple[Network, ...]:
    """Return from where a device password is good; none is from anywhere."""
    return tuple(ip_network(one) for one in row.networks.split())


def moment(microseconds: int) -> datetime:
    """Return microseconds since 1970 as an aware time in UTC."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
