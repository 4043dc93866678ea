# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.identity import verified
from dirserver.identity.verified import VerifiedCredentials
from dirserver.model.principal import Door


def remembering(lifetime_s: float = 60) -> VerifiedCredentials:
    one = VerifiedCredentials(lifetime_s)
    one.remember("ada", "secret", Door.DAV, account_id=1, stamp=3, device_id=7)
    return one


def test_what_was_verified_is_recalled_with_its_account_stamp_and_device() -> None:
    found = remembering().recall("ada", "secret", Door.DAV)
    assert (found.account_id, found.stamp, found.device_id) == (1, 3, 7)


@pytest.mark.parametrize(
    "login, password, door",
    [
        ("ada", "Secret", Door.DAV),
        ("bruno", "secret", Door.DAV),
        ("ada", "secret", Door.LDAP),
        ("ada\0secret", "", Door.DAV),
        ("", "", Door.DAV),
    ],
)
def test_nothing_else_is_recalled(login: str, password: str, door: Door) -> None:
    assert remembering().recall(login, password, door) is None


def test_it_is_forgotten_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(verified.time, "monotonic", lambda: now[0])
    one = remembering(60)
    now[0] += 60
    assert one.recall("ada", "secret", Door.DAV) is not None
    now[0] += 1
    assert one.recall("ada", "secret", Door.DAV) is None
    assert len(one._known) == 0


def test_no_password_lies_in_memory_and_another_process_keeps_it_otherwise() -> None:
    one, other = remembering(), remembering()
    assert set(one._known) != set(other._known)
    assert b"secret" not in b"".join(one._known)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified, "_KEPT", 10)
    one = remembering()
    for number in range(50):
        one.remember(f"login-{number}", "\ud800", Door.DAV, account_id=1, stamp=0, device_id=0)
    assert len(one._known) == 10
    assert one.recall("ada", "secret", Door.DAV) is None
