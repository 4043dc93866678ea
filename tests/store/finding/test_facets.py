# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.filter import TRUE, Equality
from dirserver.store.entries.entries import Reach
from dirserver.store.finding import facets
from dirserver.store.finding.search import BoundSearch, Part
from tests.cast import uuid_of


def search(company, parts, bound=TRUE, reach: Reach | None = None) -> BoundSearch:
    with parts.directory.reading(company.system) as reading:
        return BoundSearch((Part((reading.book("people").book.id,), reach or Reach(True, with_groups=False), bound),))


def told(counts: facets.Counts) -> dict[tuple[str, str], int]:
    return {(each.attribute, each.norm): each.count for each in counts.values}


def test_what_is_found_is_counted_by_values_and_groups(company, parts):
    with parts.store.reading() as tx:
        counts = facets.counted(tx, search(company, parts), ("title", "memberof"), None)
        assert counts.entries == 8
        assert told(counts)["title", "developer"] == 2
        assert {spelled.spelled: spelled.count for spelled in counts.values if spelled.attribute == "memberof"} == {
            "sales": 2,
            "contractors": 1,
            "hr": 1,
        }
        one = facets.counted(tx, search(company, parts, Equality("title", "developer")), ("title",), None)
        assert (one.entries, told(one)) == (2, {("title", "developer"): 2})
        assert facets.counted(tx, search(company, parts), ("title",), 3).entries == 3
        assert facets.counted(tx, BoundSearch(()), ("title",), None) == facets.Counts(0, ())


def test_only_what_is_in_reach_is_counted(company, parts):
    reach = Reach(False, uuid_of("zoe"), with_own=True, with_groups=False)
    with parts.store.reading() as tx:
        counts = facets.counted(tx, search(company, parts, reach=reach), ("title", "l"), None)
    assert (counts.entries, told(counts)) == (1, {("title", "developer"): 1})


def test_entries_that_were_found_are_counted_by_their_ids(company, parts):
    with parts.store.reading() as tx:
        every = facets.counted(tx, search(company, parts), ("title", "memberof"), None)
        ids = [value.example for value in every.values if value.norm in {"developer", "analyst"}]
        counts = facets.counted_among(tx, ids, ("title", "memberof"))
    assert (counts.entries, told(counts)) == (2, {("title", "developer"): 1, ("title", "analyst"): 1})


def test_initials_are_those_of_people(company, parts):
    with parts.store.reading() as tx:
        assert facets.initials(tx, search(company, parts).parts[0].book_ids[0], "") == tuple("bklnos")
        assert facets.initials(tx, 10_000, "") == ()
    assert facets.is_within_all(Reach(True, with_groups=False))
    assert not facets.is_within_all(Reach(False, "x", with_own=True, with_groups=False))
