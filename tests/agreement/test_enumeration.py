# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is an account shows neither in the answer nor in the work that it takes: CPU time of a thread, compared, never a clock.

The accounts have hashes of several directories, which take from microseconds to many times what ours take.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from passlib.hash import ldap_salted_sha1, sha512_crypt

from dirserver.errors import NotAuthenticated
from dirserver.identity.throttle import Throttle
from dirserver.identity.tokens import PREFIX, Tokens, TokenScope
from dirserver.model.principal import Door
from dirserver.store.accounts import accounts
from tests.cast import Company
from tests.parts import KEY, CoreParts

MANY = 16
FACTOR = 4
"""Two tries of the same kind differ by less, whatever else the machine does; two kinds differ by more."""
numbers = itertools.count()


def work_of(attempt: Callable[[], object]) -> tuple[float, str]:
    """CPU seconds of one refused try, and what was said."""
    before = time.thread_time()
    with pytest.raises(NotAuthenticated) as raised:
        attempt()
    return time.thread_time() - before, f"{type(raised.value).__name__}: {raised.value.public_message}"


def alike(one: list[tuple[float, str]], other: list[tuple[float, str]]) -> None:
    """Both groups have tries of the same kinds: the cheapest ones cost alike, and so do the dearest; and all heard the same."""
    assert {said for _, said in one} == {said for _, said in other}
    # The third dearest: now and then a busy machine makes one try dear that isn't.
    for place in (0, -3):
        costs = sorted(sorted(cost for cost, _ in tries)[place] for tries in (one, other))
        assert costs[1] < FACTOR * costs[0], (place, one, other)


@pytest.mark.slow
@pytest.mark.parametrize("door", [Door.WEB, Door.DAV, Door.LDAP])
def test_an_unknown_login_is_refused_like_a_wrong_password_whatever_hashes_accounts_have(
    parts: CoreParts, company: Company, door: Door
) -> None:
    kinds = (ldap_salted_sha1.hash("their own"), sha512_crypt.using(rounds=150_000).hash("their own"))
    for number in range(MANY):
        parts.identity.add_account(f"known-{number}", name="Known", mail="")
        with parts.store.writing() as tx:
            row = accounts.of_name(tx, f"known-{number}")
            accounts.save(tx, replace(row, password_hash=kinds[number % 2]))

    def refused(login: str) -> tuple[float, str]:
        number = next(numbers)
        address = f"2001:db8:{number:x}::1"
        return work_of(lambda: parts.identity.authenticate(login, f"wrong {number}", door=door, address=address))

    refused("to have seen everything once")
    alike([refused(f"known-{number}") for number in range(MANY)], [refused(f"nobody-{number}") for number in range(2 * MANY)])


def test_the_same_unknown_login_takes_the_same_each_time(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        picked = [[accounts.somebodys_hash(tx, number) for number in range(40)] for _ in range(2)]
        known = {row.password_hash for row in accounts.listed(tx)} - {None}
    assert picked[0] == picked[1]
    assert len(set(picked[0])) > 1
    assert set(picked[0]) <= known


def test_tokens_that_are_none_were_revoked_or_have_expired_are_refused_alike(parts: CoreParts, company: Company) -> None:
    tokens = Tokens(parts.store, KEY, clock=parts.clock)
    revoked = tokens.add("ada", label="a", scopes=[TokenScope.READ])
    tokens.revoke("ada", tokens.listed("ada")[0].id)
    expired = tokens.add("ada", label="b", scopes=[TokenScope.READ], days=1)
    parts.clock.pass_s(2 * 24 * 3600)
    said = {work_of(lambda: tokens.shown(one, address=""))[1] for one in (revoked, expired, PREFIX + "x", "y", "")}  # noqa: B023 # at once
    assert len(said) == 1


def test_a_throttled_unknown_login_is_told_like_a_known_one(parts: CoreParts, company: Company) -> None:
    one, waits = Throttle(parts.store, KEY, clock=parts.clock), []
    with parts.store.reading() as tx:
        ada = accounts.of_name(tx, "ada")
    for login, row in (("ada", ada), ("nemo", None)):
        for number in range(10):
            one.note_failure(one.attempt(login, f"203.0.113.{number}", f"{login} {number}", row))
        with pytest.raises(NotAuthenticated) as raised:
            one.attempt(login, "198.51.100.1", "x", row)
        waits.append((type(raised.value), raised.value.public_message, raised.value.retry_after_s))  # type: ignore[attr-defined]
    assert waits[0] == waits[1]
