# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from dirserver.config.values import read_network
from dirserver.serve.hosting.quota import Quota

PROXY = read_network("10.0.0.1")


class Guest:
    def __init__(self, *, is_idle: bool = False) -> None:
        self.is_idle = is_idle
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


def entered(quota: Quota, address: str, *, is_idle: bool = False) -> Guest | None:
    party = quota.party_of(address)
    if not quota.has_room(party):
        return None
    guest = Guest(is_idle=is_idle)
    quota.enter(party, guest)
    return guest


@pytest.mark.parametrize(
    "first, second, is_one",
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_what_counts_as_one_address(first: str, second: str, is_one: bool) -> None:
    quota = Quota(1, ())
    assert entered(quota, first)
    assert (entered(quota, second) is None) is is_one


def test_a_web_server_in_front_is_not_counted() -> None:
    quota = Quota(1, (PROXY,))
    assert all(entered(quota, "::ffff:10.0.0.1") and entered(quota, "10.0.0.1") for _ in range(9))
    assert len(quota) == 0


def test_at_the_limit_one_of_the_same_address_that_rests_goes_and_no_other() -> None:
    quota = Quota(2, ())
    other = entered(quota, "192.0.2.9", is_idle=True)
    busy, resting = entered(quota, "192.0.2.1"), entered(quota, "192.0.2.1", is_idle=True)
    assert busy
    assert resting
    assert other
    assert entered(quota, "192.0.2.1")
    assert (busy.is_closed, resting.is_closed, other.is_closed) == (False, True, False)
    assert entered(quota, "192.0.2.1") is None
    assert (quota.given_up, quota.turned_away) == (1, 1)


def test_who_is_gone_makes_room_once_and_nothing_stays_of_who_has_none() -> None:
    quota = Quota(1, ())
    guest = entered(quota, "192.0.2.1", is_idle=True)
    assert guest
    second = entered(quota, "192.0.2.1")
    assert second
    quota.forget(quota.party_of("192.0.2.1"), guest)
    assert entered(quota, "192.0.2.1") is None, "who was sent away before isn't counted again when it is gone"
    quota.forget(quota.party_of("192.0.2.1"), second)
    assert len(quota) == 0


def test_the_log_is_not_flooded() -> None:
    now = [0.0]
    quota = Quota(1, (), clock=lambda: now[0])
    entered(quota, "192.0.2.1")
    with capture_logs() as lines:
        for at in (0.0, 1.0, 9.0, 10.0):
            now[0] = at
            assert entered(quota, "192.0.2.1") is None
    assert [line["turned_away"] for line in lines] == [1, 4]
