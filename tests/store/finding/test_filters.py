# SPDX-License-Identifier: GPL-3.0-or-later
"""Each cell of the truth tables, in SQL. agreement/test_filter_engines.py does the same with any filter."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from dirserver.model.filter import (
    FALSE,
    TRUE,
    And,
    AnyOf,
    Equality,
    Filter,
    Guard,
    Guarded,
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
    matches,
)
from dirserver.store.engine.opening import ReadTx
from dirserver.store.finding import filters
from dirserver.store.schema.tables import entry
from tests.cast import Company, uuid_of
from tests.parts import CoreParts

VALUES: dict[bool | None, Filter] = {True: Equality("sn", "smith"), False: Equality("sn", "nobody"), None: Undefined()}


def truth(tx: ReadTx, bound: Filter, person: str | None = None, of: str = "zoe") -> bool | None:
    found = tx.connection.execute(select(filters.condition(bound, person)).where(entry.c.uuid == uuid_of(of))).scalar_one()
    return None if found is None else bool(found)


@pytest.mark.parametrize("node", [And, Or])
def test_and_and_or_have_the_nine_cells_of_their_table(parts: CoreParts, company: Company, node: type) -> None:
    with parts.store.reading() as tx:
        for left, right in itertools.product(VALUES, repeat=2):
            bound = node((VALUES[left], VALUES[right]))
            assert truth(tx, bound) is matches(bound, {"sn": ("smith",)})
            assert truth(tx, Not(bound)) is matches(Not(bound), {"sn": ("smith",)})


def test_nothing_asked_is_true_or_false_and_never_undefined(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        assert truth(tx, TRUE) is True
        assert truth(tx, FALSE) is False
        assert truth(tx, Not(FALSE)) is True
        assert truth(tx, Not(Undefined())) is None


@pytest.mark.parametrize("guard", list(Guard))
def test_a_guarded_assertion_counts_within_its_guard_only(parts: CoreParts, company: Company, guard: Guard) -> None:
    person = uuid_of("zoe") if guard is Guard.SELF else uuid_of("ada")
    bound = Guarded(frozenset({guard}), Equality("sn", "smith"))
    with parts.store.reading() as tx:
        assert truth(tx, bound, person) is True
        assert truth(tx, Not(bound), person) is False
        for outside in (None, uuid_of("chika"), ""):
            assert truth(tx, bound, outside) is None
            assert truth(tx, Not(bound), outside) is None
        assert truth(tx, bound, person, of="bruno") is None, "Bruno has no manager"


@pytest.mark.parametrize("part", ["%", "_", "\\", "%%", "s_ith", "s%h", "'", '"', "\\%"])
def test_wildcards_of_sql_are_letters(parts: CoreParts, company: Company, part: str) -> None:
    with parts.store.reading() as tx:
        for bound in (
            Substrings("sn", part),
            Substrings("sn", "", (part,)),
            Substrings("sn", "", (), part),
            AnyOf(frozenset({"sn"}), part),
        ):
            assert truth(tx, bound) is False


def test_columns_and_groups_are_asked_like_attributes(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        assert truth(tx, Equality("memberof", "sales"), of="ada") is True
        assert truth(tx, Equality("memberof", "sales"), of="zoe") is False
        assert truth(tx, Present("memberof"), of="zoe") is False
        assert truth(tx, Not(Present("memberof")), of="zoe") is True
        assert truth(tx, Equality("creatorsname", "system")) is True
        assert truth(tx, Equality("createtimestamp", str(parts.clock.now_us))) is True
