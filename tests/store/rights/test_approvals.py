# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import NotFound
from dirserver.model.approval import Approver
from dirserver.store.engine import counters
from dirserver.store.entries import books
from dirserver.store.rights import approvals, teams
from tests.cast import Company
from tests.parts import CoreParts


def test_a_rule_takes_the_place_of_the_one_before_and_outlives_its_group_with_nobody(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        people, number = books.by_slug(tx, "people").id, counters.access_number(tx)
        approvals.put(tx, people, "title", Approver.parse("manager"))
        approvals.put(tx, people, "title", Approver.parse("group:HR"))
        approvals.put(tx, people, "cn", Approver.parse("account:dov"))
        assert counters.access_number(tx) == number + 3
        assert [(one.field, str(one.approver)) for one in approvals.listed(tx)] == [("cn", "account:dov"), ("title", "group:hr")]
        teams.drop(tx, teams.by_key(tx, "hr").id)
        assert [str(one.approver) for one in approvals.listed(tx)] == ["account:dov", "stewards"]
        assert approvals.drop(tx, people, "title")
        assert not approvals.drop(tx, people, "title")
    for name in ("group:nemo", "account:nemo"):
        with pytest.raises(NotFound, match="nemo"), parts.store.writing() as tx:
            approvals.put(tx, people, "title", Approver.parse(name))
