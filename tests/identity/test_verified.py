# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.identity import verified
from dirserver.identity.verified import Verified, VerifiedCredentials
from dirserver.model.principal import Door, Principal

ADA = Verified(Principal(Door.DAV, 1, "ada"), stamp=3, device_id=7, access_number=11, look_again_us=5, is_loopback_only=False)


def remembering(lifetime_s: float = 60) -> VerifiedCredentials:
    one = VerifiedCredentials(lifetime_s)
    one.remember("ada", "secret", Door.DAV, ADA)
    return one


def test_what_was_verified_is_recalled_as_it_was_remembered() -> None:
    found = remembering().recall("ada", "secret", Door.DAV)
    assert replace(found, until=0.0) == ADA


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


def test_what_is_recalled_and_remembered_again_is_forgotten_no_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(verified.time, "monotonic", lambda: now[0])
    one = remembering(60)
    now[0] += 59
    one.remember("ada", "secret", Door.DAV, replace(one.recall("ada", "secret", Door.DAV), access_number=12))
    assert one.recall("ada", "secret", Door.DAV).access_number == 12
    now[0] += 2
    assert one.recall("ada", "secret", Door.DAV) is None


def test_no_password_lies_in_memory_and_another_process_keeps_it_otherwise() -> None:
    one, other = remembering(), remembering()
    assert set(one._known) != set(other._known)
    assert b"secret" not in b"".join(one._known)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified, "_KEPT", 10)
    one = remembering()
    for number in range(50):
        one.remember(f"login-{number}", "\ud800", Door.DAV, ADA)
    assert len(one._known) == 10
    assert one.recall("ada", "secret", Door.DAV) is None
