# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.search.budget import Budget
from dirserver.ldap.wire.message import Code


def test_a_budget_ends_with_the_entry_that_is_one_too_many():
    budget = Budget.of(1, 60)
    assert (budget.take(), budget.result.code, budget.take(), budget.result.code) == (True, Code.SUCCESS, False, Code.SIZE_LIMIT_EXCEEDED)
    assert Budget.of(-3, 60).take() is False
    assert Budget.of(1, -1).seconds < 0
