# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.identity.refusals import Refusals
from dirserver.model.audit import Action
from dirserver.model.principal import Door

MINUTE_US = 60_000_000
REFUSED = Action.SIGN_IN_REFUSED


def test_the_first_is_told_at_once_the_others_once_a_minute_with_their_number() -> None:
    refusals = Refusals()
    assert [refusals.due("ada", REFUSED, Door.LDAP, at) for at in (MINUTE_US, MINUTE_US + 1, MINUTE_US + 2, 2 * MINUTE_US + 2)] == [
        1,
        0,
        0,
        3,
    ]


def test_all_logins_together_are_told_of_a_bounded_number_of_times_a_minute() -> None:
    refusals = Refusals()
    assert sum(refusals.due(str(number), REFUSED, Door.LDAP, MINUTE_US) for number in range(1000)) == 60


def test_what_is_kept_is_bounded() -> None:
    refusals = Refusals()
    for number in range(10_000):
        refusals.due(f"{number}" * 100, REFUSED, Door.LDAP, MINUTE_US)
    assert len(refusals._known) <= 4096


def test_each_is_heard_of_with_its_door() -> None:
    heard: list[tuple[Door, bool]] = []
    refusals = Refusals(lambda door, *, is_throttled, is_second_step=False: heard.append((door, is_throttled)))
    for action, door in ((REFUSED, Door.DAV), (REFUSED, Door.DAV), (Action.SIGN_IN_THROTTLED, Door.WEB)):
        refusals.due("ada", action, door, MINUTE_US)
    assert heard == [(Door.DAV, False), (Door.DAV, False), (Door.WEB, True)]
