# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored about an account, for the one whose it is (GDPR articles 15 and 20): everything but secrets and their hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from dirserver.identity.account import Account
from dirserver.store.accounts import accounts, browsers, factors, passkeys, tokens
from dirserver.store.accounts.accounts import DeviceRow
from dirserver.store.accounts.passkeys import PasskeyRow
from dirserver.store.accounts.tokens import TokenRow
from dirserver.store.delivery import notices
from dirserver.store.delivery.notices import NoticeRow
from dirserver.store.engine.opening import ReadTx, Store

Told = Mapping[str, str | int | bool | None]


class Holdings:
    """What one store holds about accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, account: Account) -> Mapping[str, Sequence[Told]]:
        """Return what is stored about an account, by kind; times in ISO 8601."""
        with self._store.reading() as tx:
            return {
                "account": [_account(tx, account)],
                "sessions": [
                    {"from": one.address, "browser": one.agent, "began_at": _iso(one.created_us), "last_seen_at": _iso(one.seen_us)}
                    for one in accounts.sessions_of(tx, account.id)
                ],
                "devices": [
                    {**_used(one), "label": one.label, "scope": one.scope, "last_used_for": one.last_used_door, **_bounds(one)}
                    for one in accounts.devices(tx, account.id)
                ],
                "api_tokens": [
                    {**_used(one), "label": one.label, "scopes": one.scopes, "good_until": _iso(one.expires_us)}
                    for one in tokens.of_account(tx, account.id)
                ],
                "passkeys": [{**_used(one), "label": one.label, "is_synced": one.is_synced} for one in passkeys.of_account(tx, account.id)],
                "known_browsers": [{"last_seen_at": _iso(at_us)} for at_us in browsers.seen(tx, account.id)],
                "notices": [_notice(one) for one in notices.listed(tx, account.id)],
            }


def _account(tx: ReadTx, account: Account) -> Told:
    row, standing = accounts.by_id(tx, account.id), factors.standing(tx, account.id)
    return {
        "login": account.login,
        "name": account.name,
        "mail": account.mail,
        "language": account.language,
        "is_administrator": account.is_admin,
        "has_password": account.has_password,
        "has_second_factor": standing.is_on,
        "recovery_codes_left": standing.recovery_codes,
        "made_at": _iso(row.created_us) if row is not None else None,
    }


def _bounds(one: DeviceRow) -> Told:
    return {"last_used_program": one.last_used_program, "good_from_networks": one.networks, "good_until": _iso(one.expires_us)}


def _used(one: DeviceRow | TokenRow | PasskeyRow) -> Told:
    return {"made_at": _iso(one.created_us), "last_used_at": _iso(one.last_used_us), "last_used_from": one.last_used_address}


def _notice(one: NoticeRow) -> Told:
    return {
        "kind": one.kind,
        "about": one.about,
        "by": one.actor,
        "names": ", ".join(one.names),
        "count": one.count,
        "remark": one.remark,
        "at": _iso(one.at_us),
    }


def _iso(at_us: int | None) -> str | None:
    return None if at_us is None else datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat(timespec="seconds")
