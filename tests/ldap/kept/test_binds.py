# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.identity.verified import Verified
from dirserver.ldap.kept import binds
from dirserver.ldap.kept.binds import KnownBinds
from dirserver.model.principal import Door, Principal

OPENED = Verified(Principal(Door.LDAP, 1, "ada"), 1, 0, 1, 0, is_loopback_only=False)


def test_octets_are_kept_under_a_name_that_does_not_tell_them() -> None:
    one, other = KnownBinds(), KnownBinds()
    name = one.name(b"a bind with a password")
    assert b"password" not in name
    assert name == one.name(b"a bind with a password") != other.name(b"a bind with a password")
    assert one.get(name) is None
    one.keep(name, OPENED)
    assert one.get(name) is OPENED
    assert one.get(one.name(b"another")) is None


def test_their_number_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binds, "_MOST", 2)
    known = KnownBinds()
    names = [known.name(octets) for octets in (b"1", b"2", b"3")]
    for name in (*names[:2], names[0], names[2]):
        known.keep(name, OPENED)
    assert [known.get(name) is not None for name in names] == [True, False, True]
