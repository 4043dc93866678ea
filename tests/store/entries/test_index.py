# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from dirserver.model.filter import AtLeast, Equality, Filter, Substrings
from dirserver.model.modification import Modification, Operation
from dirserver.store.engine.opening import WriteTx, open_store
from dirserver.store.entries import index
from dirserver.store.entries.index import MAX_KEY, Indexed, is_in_haystack, key, trigrams
from dirserver.store.finding import candidates
from dirserver.store.schema.tables import value
from tests.cast import Company, draft, uuid_of
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


def test_what_changes_is_indexed_as_if_it_were_new(parts: CoreParts, company: Company) -> None:
    drawn = random.Random(1)
    pairs = [(name, norm) for name in ("mail", "cn", "mobile") for norm in ("a", "b", "c", LONG + "a", LONG + "b")]
    with parts.store.writing() as tx:
        ids = [stored.id for name in ("zoe", "ada") for stored in search.run(tx, question(tx, Equality("uid", name))).entries]
        index.remove(tx, ids)
        changed, new = ids
        index.replace(tx, [Indexed(changed, frozenset())], are_new=True)
        for _ in range(100):
            values = frozenset(drawn.sample(pairs, drawn.randrange(6)))
            index.replace(tx, [Indexed(changed, values)])
            index.remove(tx, [new])
            index.replace(tx, [Indexed(new, values)], are_new=True)
            assert _rows_of(tx, changed) == _rows_of(tx, new)
            assert {(attribute, whole or norm) for attribute, norm, whole in _rows_of(tx, changed)} == values


def _rows_of(tx: WriteTx, entry_id: int) -> list[tuple[str, str, str | None]]:
    found = tx.connection.execute(select(value.c.attribute, value.c.norm, value.c.whole).where(value.c.entry_id == entry_id))
    return sorted(map(tuple, found), key=str)


@pytest.mark.parametrize("most", [1, 3, 64])
def test_sqlites_trigrams_are_those_of_the_texts_whenever_they_are_taken(
    parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    def found(word: str) -> set[str]:
        with parts.store.reading() as tx:
            return set(names(search.run(tx, question(tx, Substrings("description", "", (word,))))))

    if not parts.store.is_sqlite:
        pytest.skip("PostgreSQL keeps a list of its own of what its index doesn't hold yet")
    monkeypatch.setattr(index, "MOST_FRESH", most)
    drawn = random.Random(most)
    with parts.directory.writing(company.system) as writing:
        uuids = {name: writing.add(writing.book("people"), draft(name, "Nn", name, "", None)).uuid for name in ("p1", "p2", "p3", "p4")}
    said: dict[str, str] = {}
    for turn in range(60):
        name, deed = drawn.choice(sorted(uuids)), drawn.random()
        with parts.directory.writing(company.system) as writing:
            if deed < 0.2:
                writing.trash(uuids[name])
                writing.restore(uuids[name])
            elif deed < 0.4:
                writing.trash(uuids[name])
                writing.purge(uuids[name])
                said.pop(name, None)
                uuids[name] = writing.add(writing.book("people"), draft(name, "Nn", name, "", None)).uuid
            else:
                said[name] = f"word{turn}x"
                writing.modify(uuids[name], [Modification("description", Operation.REPLACE, (said[name],))])
        assert all(
            found(f"rd{number}x") == {one for one, word in said.items() if word == f"word{number}x"}
            for number in range(max(turn - 8, 0), turn + 1)
        )
    with parts.store.writing() as tx:
        for statement in index._SETTLE:
            tx.driver.execute(statement)
        # Raises if the index and its texts differ (sqlite.org/fts5.html, section 6.4).
        tx.driver.execute("INSERT INTO haystack_fts(haystack_fts, rank) VALUES ('integrity-check', 1)")


def test_neither_a_search_nor_a_writer_walks_all_texts_for_the_few_that_wait(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'plan.db'}")
    with store.reading() as tx:
        looked = candidates.fresh([["smith"]]).compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True})
        for statement in (str(looked), *index._SETTLE):
            steps = [str(step[-1]) for step in tx.driver.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()]
            assert "SCAN haystack" not in steps, (statement, steps)
    store.close()
