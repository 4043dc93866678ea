# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.client import Family
from dirserver.model.principal import Door, Principal


@pytest.mark.parametrize("door", list(Door))
def test_nobody_in_particular_is_neither_an_account_nor_the_operator(door: Door) -> None:
    nobody = Principal.anonymous(door)
    assert nobody.is_anonymous
    assert not nobody.is_system
    assert not Principal(door, 1, "ada").is_anonymous


def test_the_operator_is_not_anonymous_and_comes_through_the_command_line() -> None:
    system = Principal.system()
    assert (system.is_anonymous, system.is_system, system.login, system.door) == (False, True, "system", Door.CLI)


def test_a_program_changes_nothing_else_about_who_asks() -> None:
    ada = Principal(Door.DAV, 1, "ada")
    assert ada.client is None
    assert ada.using(Family.IOS) == Principal(Door.DAV, 1, "ada", client=Family.IOS)
    assert Principal.system().using(Family.OTHER).is_system
