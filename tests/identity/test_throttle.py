# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
import time_machine

from dirserver.errors import Throttled
from dirserver.identity import throttle
from dirserver.identity.throttle import Throttle, is_loopback, network_of


def fail(one: Throttle, times: int, login: str = "ada", address: str = "203.0.113.7") -> None:
    for _ in range(times):
        one.check(login, address)
        one.note_failure(login, address)


def test_ten_failures_close_an_account_from_everywhere_for_a_while() -> None:
    one = Throttle()
    fail(one, 10)
    with pytest.raises(Throttled, match="wait") as raised:
        one.check("ada", "198.51.100.1")
    assert 0 < raised.value.retry_after_s <= 300
    one.check("bruno", "203.0.113.7")


def test_a_success_clears_the_account_but_not_the_address() -> None:
    one = Throttle()
    fail(one, 9)
    one.note_success("ada")
    fail(one, 9)
    for number in range(32):
        fail(one, 1, f"login-{number}")
    with pytest.raises(Throttled):
        one.check("bruno", "203.0.113.7")
    one.check("bruno", "203.0.113.8")


def test_fifty_failures_over_many_accounts_close_an_address() -> None:
    one = Throttle()
    for number in range(50):
        fail(one, 1, f"login-{number}")
    with pytest.raises(Throttled):
        one.check("ada", "203.0.113.7")


def test_the_addresses_of_one_ipv6_network_count_together() -> None:
    one = Throttle()
    for number in range(50):
        fail(one, 1, f"login-{number}", f"2001:db8:1:2::{number:x}")
    with pytest.raises(Throttled):
        one.check("ada", "2001:db8:1:2:ffff::1%eth0")
    one.check("ada", "2001:db8:1:3::1")


def test_failures_are_forgotten_after_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    one, now = Throttle(), [1000.0]
    monkeypatch.setattr(throttle.time, "monotonic", lambda: now[0])
    fail(one, 10)
    now[0] += 299
    with pytest.raises(Throttled) as raised:
        one.check("ada", "198.51.100.1")
    assert raised.value.retry_after_s == 1
    now[0] += 1
    one.check("ada", "198.51.100.1")


def test_the_clock_of_the_machine_does_not_matter() -> None:
    one = Throttle()
    fail(one, 10)
    with time_machine.travel("2040-01-01"), pytest.raises(Throttled):
        one.check("ada", "198.51.100.1")


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_KEPT", 100)
    one = Throttle()
    for number in range(500):
        one.note_failure(f"login-{number}", f"203.0.113.{number % 250}")
    assert len(one._failures) == 100


@pytest.mark.parametrize(
    "address, network",
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense", "nonsense"),
        ("", ""),
    ],
)
def test_who_counts_as_one_guesser(address: str, network: str) -> None:
    assert network_of(address) == network


def test_only_this_machine_is_loopback() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"]))
    assert not any(map(is_loopback, ["", "0.0.0.0", "::", "localhost", "203.0.113.7", "::ffff:203.0.113.7", "::2", "1"]))
