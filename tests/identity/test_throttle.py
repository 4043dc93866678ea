# SPDX-License-Identifier: GPL-3.0-or-later
"""Counting by account, by network, by both: on the database, so that every process counts the same."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Iterator

import pytest

from dirserver.errors import NotAuthenticated, Throttled
from dirserver.identity import throttle
from dirserver.identity.throttle import Throttle, is_loopback, network_of
from dirserver.model.principal import Door
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.engine.opening import Store, open_store
from tests.cast import Company, device_of, password_of
from tests.parts import KEY, Clock, CoreParts, open_parts

HOME, AWAY = "203.0.113.7", "198.51.100.1"
guesses = itertools.count()
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def store(copied_url: str) -> Iterator[Store]:
    opened = open_store(copied_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one(store: Store, clock: Clock) -> Throttle:
    return Throttle(store, KEY, clock=clock)


def account(login: str) -> AccountRow:
    """An account of that login, whose number is its own."""
    return AccountRow(
        sum(login.encode()) * 1000 + len(login), "", login, login, "", "", "", None, False, True, False, None, "", stamp=3, created_us=0
    )


def fail(one: Throttle, times: int, login: str = "ada", address: str = HOME) -> None:
    for _ in range(times):
        one.note_failure(one.attempt(login, address, f"guess {next(guesses)}", account(login)))


def wait_of(one: Throttle, login: str, address: str) -> int:
    try:
        one.attempt(login, address, f"guess {next(guesses)}", account(login))
    except Throttled as error:
        return error.retry_after_s
    return 0


def succeed(one: Throttle, login: str, address: str) -> None:
    one.note_success(one.attempt(login, address, "right", account(login)))


def test_after_ten_failures_each_more_doubles_the_wait_up_to_an_hour(one: Throttle, clock: Clock) -> None:
    fail(one, 10)
    waits = []
    for _ in range(9):
        waits.append(wait_of(one, "ada", AWAY))
        clock.pass_s(waits[-1] - 1)
        assert wait_of(one, "ada", AWAY) == 1
        clock.pass_s(1)
        fail(one, 1, address=AWAY)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert wait_of(one, "bruno", HOME) == 0


def test_after_a_hundred_failures_in_a_row_nothing_is_looked_at_for_a_month(one: Throttle, clock: Clock) -> None:
    for number in range(100):
        clock.pass_s(3600)
        fail(one, 1, address=f"203.0.113.{number}")
    clock.pass_s(7 * 24 * 3600)
    assert wait_of(one, "ada", AWAY) == 24 * 3600
    clock.pass_s(24 * 24 * 3600)
    assert wait_of(one, "ada", AWAY) == 0


def test_a_day_without_a_failure_forgets_them(one: Throttle, clock: Clock) -> None:
    fail(one, 10)
    clock.pass_s(24 * 3600 + 1)
    fail(one, 9)
    assert wait_of(one, "ada", HOME) == 0


def test_a_success_forgives_what_failed_from_there_and_not_what_failed_elsewhere(one: Throttle) -> None:
    fail(one, 4, address=HOME)
    fail(one, 5, address=AWAY)
    succeed(one, "ada", HOME)
    fail(one, 5, address="192.0.2.1")
    assert wait_of(one, "ada", "192.0.2.2") > 0


def test_who_signed_in_from_a_network_lately_is_not_locked_out_from_elsewhere(one: Throttle, clock: Clock) -> None:
    succeed(one, "ada", HOME)
    fail(one, 10, address=AWAY)
    assert wait_of(one, "ada", AWAY) > 0
    assert wait_of(one, "ada", HOME) == 0
    # There, too, only so many are allowed, and those count for there alone.
    fail(one, 10, address=HOME)
    assert wait_of(one, "ada", HOME) > 0
    clock.pass_s(31 * 24 * 3600)
    fail(one, 10, address=AWAY)
    assert wait_of(one, "ada", HOME) > 0


def test_a_network_with_many_failures_is_refused_and_those_known_there_only_after_many_more(
    one: Throttle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "_BURST_OF_THE_KNOWN", 55)
    for login in ("ada", "dov"):
        succeed(one, login, HOME)
    for number in range(50):
        fail(one, 1, f"login-{number}")
    assert 0 < wait_of(one, "bruno", HOME) <= 6
    assert wait_of(one, "bruno", AWAY) == 0
    assert wait_of(one, "ada", HOME) == 0
    fail(one, 5, "dov")
    assert 0 < wait_of(one, "ada", HOME) <= 6


def test_a_network_gets_one_more_try_each_six_seconds(one: Throttle, clock: Clock) -> None:
    for number in range(50):
        fail(one, 1, f"login-{number}")
    clock.pass_s(6)
    assert wait_of(one, "bruno", HOME) == 0
    fail(one, 1, "nemo")
    assert wait_of(one, "bruno", HOME) == 6


def test_the_addresses_of_one_ipv6_network_count_together(one: Throttle) -> None:
    for number in range(50):
        fail(one, 1, f"login-{number}", f"2001:db8:1:2::{number:x}")
    assert wait_of(one, "ada", "2001:db8:1:2:ffff::1%eth0") > 0
    assert wait_of(one, "ada", "2001:db8:1:3::1") == 0


def test_the_same_wrong_password_again_is_no_guess(one: Throttle) -> None:
    for _ in range(100):
        one.note_failure(one.attempt("ada", HOME, "the old password"))
    assert wait_of(one, "ada", AWAY) == 0


def test_a_row_from_a_clock_that_was_years_ahead_does_not_count(one: Throttle, clock: Clock) -> None:
    clock.pass_s(10 * 365 * 24 * 3600)
    fail(one, 10)
    clock.pass_s(-10 * 365 * 24 * 3600)
    assert wait_of(one, "ada", HOME) == 0


def test_what_is_kept_is_bounded_and_what_is_over_is_swept(
    one: Throttle, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "_KEPT", 40)
    for number in range(64):
        fail(one, 1, f"login-{number}", f"203.0.113.{number}")
    assert rows(store) == 40
    clock.pass_s(2 * 24 * 3600)
    for number in range(64):
        fail(one, 1, f"login-{number}", f"192.0.2.{number}")
    with store.reading() as tx:
        over = tx.driver.execute("SELECT min(over_us) FROM throttle").fetchone()[0]
    assert over > clock.now_us


def test_no_name_tells_who_or_where(one: Throttle, store: Store) -> None:
    fail(one, 1, "ada", HOME)
    succeed(one, "ada", AWAY)
    with store.reading() as tx:
        said = str(tx.driver.execute("SELECT * FROM throttle").fetchall())
    assert not any(word in said for word in ("ada", "203.0", "198.51"))


def test_a_success_that_changes_nothing_writes_nothing(parts: CoreParts, company: Company) -> None:
    for _ in range(2):
        parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=HOME)
    before = rows(parts.store)
    writing = parts.store.writing()
    with writing:
        # Whoever had to write would have to wait for this one, and can't: the sign-in would come back without having written.
        parts.identity.authenticate("bruno", device_of("bruno"), door=Door.DAV, address=AWAY)
        parts.identity.authenticate("ada", password_of("ada"), door=Door.LDAP, address=HOME)
    assert rows(parts.store) == before == 1


def test_a_new_password_ends_the_waiting(parts: CoreParts, company: Company) -> None:
    for number in range(10):
        refused(parts, "ada", f"guess {number}")
    with pytest.raises(Throttled):
        parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=AWAY)
    parts.identity.set_password("ada", "a new long password of hers")
    assert parts.identity.authenticate("ada", "a new long password of hers", door=Door.WEB, address=AWAY).login == "ada"


def test_a_wrong_password_is_looked_at_again_when_it_has_become_the_right_one(parts: CoreParts, company: Company) -> None:
    refused(parts, "ada", "a new long password of hers")
    parts.identity.set_password("ada", "a new long password of hers")
    assert parts.identity.authenticate("ada", "a new long password of hers", door=Door.WEB, address=AWAY).login == "ada"


@pytest.mark.slow
def test_what_two_processes_count_at_once_is_counted_once_each(parts: CoreParts, company: Company, copied_url: str) -> None:
    start = SPAWN.Barrier(2)
    guessing = [SPAWN.Process(target=guess, args=(copied_url, f"203.0.113.{n}", start), daemon=True) for n in range(2)]
    for process in guessing:
        process.start()
    for process in guessing:
        process.join(90)
    assert [process.exitcode for process in guessing] == [0, 0]
    with pytest.raises(Throttled):
        refused(parts, "ada", "the tenth and one more")
    assert parts.identity.authenticate("ada", device_of("ada"), door=Door.DAV, address="203.0.113.1").login == "ada"


def guess(url: str, address: str, start: object) -> None:
    """Guess five times from one of two processes."""
    parts = open_parts(url)
    start.wait(90)  # type: ignore[attr-defined]
    for number in range(5):
        refused(parts, "ada", f"{address} {number}")
    parts.close()


def refused(parts: CoreParts, login: str, secret: str) -> None:
    try:
        parts.identity.authenticate(login, secret, door=Door.WEB, address=AWAY)
    except Throttled:
        raise
    except NotAuthenticated:
        return
    raise AssertionError("it was let in")


def rows(store: Store) -> int:
    with store.reading() as tx:
        found: int = tx.driver.execute("SELECT count(*) FROM throttle").fetchone()[0]
    return found


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
