# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.client import Family
from dirserver.model.client_needs import BUILT_IN, built_in
from dirserver.model.profile import CHOICES, ReadOnlyPut


@pytest.mark.parametrize("family", list(Family))
def test_something_is_said_about_every_setting_of_every_family(family: Family) -> None:
    assert family in BUILT_IN
    assert [name for name, _ in built_in(family).settings.said()] == list(CHOICES)


def test_programs_that_stop_at_a_refusal_are_not_refused() -> None:
    absorbing = {family for family in Family if built_in(family).settings.read_only is ReadOnlyPut.ABSORB}
    assert {Family.IOS, Family.MACOS, Family.THUNDERBIRD} <= absorbing
    assert absorbing.isdisjoint({Family.DAVX5, Family.EVOLUTION, Family.OTHER})
