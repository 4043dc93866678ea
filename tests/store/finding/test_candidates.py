# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan may find too much but never too little; agreement/test_filter_engines.py holds that for any filter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from dirserver.model.filter import FALSE, TRUE, And, AnyOf, Approximate, Equality, Filter, Guard, Guarded, Not, Or, Present, Substrings
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from dirserver.store.engine.opening import ReadTx
from dirserver.store.finding import candidates
from dirserver.store.finding.candidates import Probe
from dirserver.store.schema.tables import entry
from tests.cast import Company, draft, uuid_of
from tests.parts import CoreParts, open_parts
from tests.postgres import PostgresServer


def found(tx: ReadTx, bound: Filter) -> set[str] | None:
    plan = candidates.plan(bound)
    return None if plan is None else set(tx.connection.execute(select(entry.c.name).where(candidates.condition(tx, plan))).scalars())


def test_what_the_index_can_answer_is_asked_of_the_index(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        assert found(tx, Equality("sn", "smith")) == {"zoe"}
        assert found(tx, Substrings("cn", "ada ")) == {"ada"}
        assert found(tx, Substrings("cn", "", ("asin",))) == {"ada"}
        assert found(tx, Approximate("cn", "lukasinska ada")) == {"ada"}
        assert found(tx, AnyOf(frozenset({"cn"}), "nygard")) == {"finn"}
        assert found(tx, Equality("memberof", "sales")) == {"ada", "bruno"}
        assert found(tx, Or((Equality("sn", "smith"), Equality("uid", "dov")))) == {"zoe", "dov"}
        assert found(tx, Guarded(frozenset({Guard.SELF}), Equality("sn", "smith"))) == {"zoe"}
        assert found(tx, FALSE) == set()


@pytest.mark.parametrize(
    "bound",
    [
        TRUE,
        Present("cn"),
        Not(Equality("sn", "smith")),
        Substrings("cn", "", ("as",)),
        Substrings("entryuuid", "", ("abcdef",)),
        Approximate("manager", "abcdef"),
        Or((Equality("sn", "smith"), Present("mail"))),
        Equality("creatorsname", "system"),
    ],
    ids=repr,
)
def test_what_the_index_cannot_answer_is_asked_of_every_entry(bound: Filter) -> None:
    assert candidates.plan(bound) is None


def test_of_several_conditions_the_sharpest_is_asked_of_the_index() -> None:
    both = And((Substrings("cn", "a"), Equality("mail", "ada@example.com"), Present("title")))
    assert candidates.plan(both) == {Probe(candidates.Cost.ONE, "mail", exact="ada@example.com")}


SIGNS = ["o'hare", '"quo"ted"', "100%", "under_score", "back\\slash", "a*b*c", "(paren", "near(x", "or and not", "山田太"]


@pytest.mark.parametrize("wanted", SIGNS)
def test_signs_that_mean_something_to_an_engine_are_letters_like_others(parts: CoreParts, company: Company, wanted: str) -> None:
    with parts.directory.writing(company.system) as writing:
        for number, note in enumerate((f"x {wanted} y", "something else", "100 under score backxslash")):
            one = writing.add(writing.book("people"), draft(f"n{number}", "Nn", f"No{number}", "", None))
            writing.modify(one.uuid, [Modification("description", Operation.REPLACE, (note,))])
    with parts.store.reading() as tx:
        assert found(tx, AnyOf(frozenset({"description"}), wanted)) == {"n0"}


@pytest.fixture
def without_pg_trgm(postgres_server: PostgresServer) -> Iterator[CoreParts]:
    """A PostgreSQL that has no trigrams of its own."""
    database = postgres_server.create()
    parts = open_parts(postgres_server.url(database))
    with parts.store.writing() as tx:
        tx.connection.execute(text("DROP INDEX ix_haystack_trigram"))
    yield parts
    parts.close()
    postgres_server.drop(database)


@pytest.mark.postgresql
def test_the_portable_trigrams_find_the_same(without_pg_trgm: CoreParts, postgres_server: PostgresServer) -> None:
    from_make = without_pg_trgm
    with from_make.directory.writing(Principal.system()) as writing:
        book = writing.add_book("people", "people", "People")
        for login, given, family in (("ada", "Ada", "Łukasińska"), ("zoe", "Zoë", "Smith"), ("aba", "Abaaba", "Bababa")):
            writing.add(book, draft(login, given, family, "100% \\ _", None))
    with from_make.store.reading() as tx:
        for bound, wanted in (
            (AnyOf(frozenset({"cn"}), "kasin"), {"ada"}),
            (AnyOf(frozenset({"cn"}), "ababa"), {"aba"}),
            (Substrings("mail", "", ("example",), "com"), {"ada", "zoe", "aba"}),
            (AnyOf(frozenset({"title"}), "100% \\ _"), {"ada", "zoe", "aba"}),
            (AnyOf(frozenset({"cn"}), "nobody"), set()),
        ):
            assert found(tx, bound) == wanted
    with from_make.directory.writing(Principal.system()) as writing:
        writing.modify(
            uuid_of("ada"), [Modification("cn", Operation.REPLACE, ("Ada Nova",)), Modification("sn", Operation.REPLACE, ("Nova",))]
        )
    with from_make.store.reading() as tx:
        assert found(tx, AnyOf(frozenset({"cn"}), "kasin")) == set()
        assert found(tx, AnyOf(frozenset({"cn"}), "nova")) == {"ada"}
