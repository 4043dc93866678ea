# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime

from dirserver.identity.records import account_of, device_of, moment
from dirserver.store.accounts.accounts import AccountRow, DeviceRow

ROW = AccountRow(
    1, "uuid", "Ada", "ada", "ada@example.com", "ada@example.com", "Ada Ł", "$argon2id$secret", False, True, False, None, "pl", 3, 0
)
DEVICE = DeviceRow(7, 1, "digest-of-it", "phone", "dav", 1_790_000_000_000_001, None, "", "")


def test_other_rooms_see_an_account_without_its_hash() -> None:
    account = account_of(ROW)
    assert (account.id, account.login, account.mail, account.name, account.language) == (1, "Ada", "ada@example.com", "Ada Ł", "pl")
    assert account.has_password
    assert "secret" not in repr(account)


def test_a_device_password_is_shown_without_its_digest() -> None:
    device = device_of(DEVICE, 0)
    assert device.last_used_at is None
    assert "digest" not in repr(device)
    assert device.created_at == datetime(2026, 9, 21, 14, 13, 20, 1, UTC)


def test_moments_are_aware_and_keep_their_microseconds() -> None:
    assert moment(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert moment(1_000_001).microsecond == 1
