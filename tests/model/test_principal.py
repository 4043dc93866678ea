# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.principal import Door, Principal


def test_nobody_in_particular_is_anonymous_and_the_operator_is_not() -> None:
    assert Principal.anonymous(Door.LDAP).is_anonymous
    assert not Principal.system().is_anonymous
    assert Principal.system().is_system
    assert not Principal(Door.WEB, 1, "ada").is_anonymous
    assert not Principal(Door.WEB, 1, "ada").is_system
