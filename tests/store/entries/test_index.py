# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.model.filter import AtLeast, Equality, Filter, Substrings
from dirserver.model.modification import Modification, Operation
from dirserver.store.entries import index
from dirserver.store.entries.index import MAX_KEY, is_in_haystack, key, trigrams
from tests.cast import Company, uuid_of
from tests.parts import CoreParts
from tests.store.finding.test_search import names, question, search

LONG = "x" * MAX_KEY


@given(one=st.text(max_size=3), other=st.text(max_size=3), length=st.integers(MAX_KEY - 3, MAX_KEY + 3))
def test_index_keys_are_short_and_equal_only_for_equal_values(one: str, other: str, length: int) -> None:
    left, right = "ä" * length + one, "ä" * length + other
    assert (key(left) == key(right)) == (left == right)
    assert len(key(left)) <= MAX_KEY
    assert key(left).startswith("ä" * 300)


def test_trigrams_are_all_runs_of_three() -> None:
    assert list(trigrams("abcd")) == ["abc", "bcd"]
    assert list(trigrams("ab")) == []


def test_what_nobody_types_into_a_search_box_is_not_in_its_text() -> None:
    assert [name for name in ("cn", "mail", "uid", "entryuuid", "manager", "mobile", "mobile;r") if is_in_haystack(name)] == [
        "cn",
        "mail",
        "uid",
        "mobile",
    ]


@pytest.mark.parametrize(
    "bound, finds",
    [
        (Equality("description", LONG + "a"), True),
        (Equality("description", LONG + "b"), False),
        (Equality("description", LONG), False),
        (Substrings("description", LONG + "a"), True),
        (Substrings("description", LONG + "b"), False),
        (Substrings("description", "x" * 350), True),
        (Substrings("description", "", (), "xxa"), True),
        (Substrings("description", "", ("x" * 401,), "b"), False),
        (AtLeast("description", "w"), True),
        (AtLeast("description", "y"), False),
    ],
    ids=lambda part: type(part).__name__,
)
def test_long_values_are_matched_whole(parts: CoreParts, company: Company, bound: Filter, finds: bool) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("zoe"), [Modification("description", Operation.REPLACE, (LONG + "a",))])
    with parts.store.reading() as tx:
        assert names(search.run(tx, question(tx, bound))) == (["zoe"] if finds else [])


def test_what_is_taken_out_is_found_by_nothing(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        (stored,) = search.run(tx, question(tx, Equality("sn", "smith"))).entries
        index.remove(tx, [stored.id])
        for bound in (Equality("sn", "smith"), Substrings("cn", "", ("smit",)), Equality("entryuuid", uuid_of("zoe"))):
            assert search.run(tx, question(tx, bound)).entries == ()
