# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

import pytest

from dirserver.store.accounts import factors
from dirserver.store.accounts.factors import HalfRow, SeedRow
from tests.parts import CoreParts, open_parts

NOW = 1_790_000_000_000_000


@pytest.fixture
def core(copied_url):
    parts = open_parts(copied_url)
    parts.identity.add_account("ada", name="Ada", mail="ada@example.com")
    parts.identity.add_account("bruno", name="Bruno", mail="bruno@example.com")
    yield parts
    parts.close()


def seed_of(account_id: int) -> SeedRow:
    return SeedRow(0, account_id, "0", "sealed", 0, NOW, None)


def test_a_seed_is_set_up_beside_the_one_in_use_and_takes_its_place(core: CoreParts):
    ada = core.identity.account("ada").id
    with core.store.writing() as tx:
        factors.add_seed(tx, seed_of(ada))
        factors.add_seed(tx, seed_of(ada))
        pending = factors.seed(tx, ada, is_confirmed=False)
        assert pending is not None
        assert len(factors.every_seed(tx)) == 1
        assert not factors.standing(tx, ada).is_on
        factors.confirm_seed(tx, pending, 7, NOW)
        assert factors.standing(tx, ada).is_on
        factors.add_seed(tx, seed_of(ada))
        assert len(factors.every_seed(tx)) == 2
        second = factors.seed(tx, ada, is_confirmed=False)
        assert second is not None
        factors.confirm_seed(tx, second, 9, NOW)
        assert [row.last_step for row in factors.every_seed(tx)] == [9]
        factors.reseal(tx, second.id, "1", "anew")
        assert factors.every_seed(tx)[0].sealed == "anew"


def test_of_many_who_use_a_step_at_once_one_gets_it(core: CoreParts):
    ada = core.identity.account("ada").id
    with core.store.writing() as tx:
        factors.add_seed(tx, seed_of(ada))
        (row,) = factors.every_seed(tx)
    start, used = threading.Barrier(4), []

    def use() -> None:
        start.wait(30)
        with core.store.writing() as tx:
            used.append(factors.use_step(tx, row.id, 5))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(used) == [False, False, False, True]
    with core.store.writing() as tx:
        assert not factors.use_step(tx, row.id, 4)
        assert factors.use_step(tx, row.id, 6)


def test_a_recovery_code_is_used_once_by_its_own_account(core: CoreParts):
    ada, bruno = core.identity.account("ada").id, core.identity.account("bruno").id
    with core.store.writing() as tx:
        factors.replace_codes(tx, ada, ["a", "b"])
        assert not factors.use_code(tx, bruno, "a")
        assert factors.use_code(tx, ada, "a")
        assert not factors.use_code(tx, ada, "a")
        assert factors.standing(tx, ada).recovery_codes == 1
        factors.replace_codes(tx, ada, ["c"])
        assert not factors.use_code(tx, ada, "b")
        # Codes alone are no second factor.
        assert not factors.standing(tx, ada).is_on


def test_a_half_sign_in_is_used_once_and_ends_after_too_many_failures(core: CoreParts):
    ada = core.identity.account("ada").id
    with core.store.writing() as tx:
        factors.add_half(tx, HalfRow("old", ada, 0, 0, NOW - 1), NOW - 2)
        factors.add_half(tx, HalfRow("x", ada, 0, 0, NOW + 5), NOW)
        assert factors.half(tx, "old") is None
        factors.fail_half(tx, "x", 2)
        assert factors.half(tx, "x") == HalfRow("x", ada, 0, 1, NOW + 5)
        factors.fail_half(tx, "x", 2)
        assert factors.half(tx, "x") is None
        assert not factors.use_half(tx, "x")
        factors.add_half(tx, HalfRow("y", ada, 0, 0, NOW + 5), NOW)
        assert factors.use_half(tx, "y")
        assert not factors.use_half(tx, "y")
        factors.add_half(tx, HalfRow("z", ada, 0, 0, NOW + 5), NOW)
        factors.drop_all(tx, ada)
        assert factors.half(tx, "z") is None


def test_what_no_account_has_is_nothing(core: CoreParts):
    with core.store.reading() as tx:
        assert not factors.standing(tx, 99).bars_main_password
