# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from sqlalchemy import text

from dirserver.model.filter import TRUE, And, AnyOf, Equality, Filter, Present
from dirserver.model.principal import Principal
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import books
from dirserver.store.entries.entries import Reach
from dirserver.store.finding import search
from dirserver.store.finding.search import BoundSearch, Part, Stop
from tests.cast import Company, draft, uuid_of
from tests.parts import CoreParts

WHOLE = Reach(is_whole=True, with_groups=False)


def question(tx: ReadTx, bound: Filter, reach: Reach = WHOLE, **more: object) -> BoundSearch:
    book = books.by_slug(tx, "people")
    assert book is not None
    return BoundSearch((Part((book.id,), reach, bound),), **more)


def names(found: search.Found) -> list[str]:
    return [one.row.name for one in found.entries]


def fill(parts: CoreParts, count: int) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        drafts = (draft(f"p{number}", f"Given{number}", f"Family{number:05}", "Filler", None) for number in range(count))
        writing.add_all(writing.book("people"), drafts)


def test_entries_come_by_family_and_given_name_and_in_pages(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        everybody = names(search.run(tx, question(tx, TRUE)))
        assert everybody == ["dov", "bruno", "ada", "finn", "esme", "chika", "ludo", "zoe"]
        pages = [search.run(tx, question(tx, TRUE, limit=3, offset=offset)) for offset in (0, 3, 6)]
        assert [name for page in pages for name in names(page)] == everybody
        assert [page.stopped_by for page in pages] == [Stop.SIZE, Stop.SIZE, None]
        assert search.count(tx, question(tx, TRUE, limit=1)) == 8


def test_a_limit_that_is_just_enough_cuts_nothing(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        found = search.run(tx, question(tx, Equality("givenname", "zoe"), limit=1))
        assert (names(found), found.stopped_by) == (["zoe"], None)
        assert search.run(tx, question(tx, TRUE, limit=0)).entries == ()
        assert search.run(tx, BoundSearch(())) == search.Found((), None)


def test_reach_keeps_to_ones_own_and_ones_reports(parts: CoreParts, company: Company) -> None:
    ada = uuid_of("ada")
    with parts.store.reading() as tx:
        for reach, wanted in (
            (Reach(is_whole=False), []),
            (Reach(is_whole=False, person=ada), []),
            (Reach(is_whole=False, person=ada, with_own=True), ["ada"]),
            (Reach(is_whole=False, person=ada, with_managed=True), ["finn", "ludo", "zoe"]),
            (Reach(is_whole=False, person=ada, with_own=True, with_managed=True), ["ada", "finn", "ludo", "zoe"]),
        ):
            found = question(tx, TRUE, reach)
            assert names(search.run(tx, found)) == wanted
            assert search.count(tx, found) == len(wanted)


@pytest.mark.slow
def test_a_search_that_takes_too_long_ends_with_what_there_is_and_the_reading_goes_on(parts: CoreParts, company: Company) -> None:
    fill(parts, 3000)
    several = And(tuple(AnyOf(frozenset({"cn", "mail", "title", "homephone"}), letter) for letter in "ai"))
    with parts.store.reading() as tx:
        for _ in range(2):
            found = search.run(tx, question(tx, several, time_limit_s=0.0))
            assert found.stopped_by is Stop.TIME
        # The reading is as good as before: the clock is off, and nothing is aborted.
        assert search.count(tx, question(tx, TRUE)) == 3008
        assert search.run(tx, question(tx, TRUE, time_limit_s=3_000_000.0)).stopped_by is None
        assert len(search.run(tx, question(tx, TRUE)).entries) == 3008
        if not parts.store.is_sqlite:
            assert tx.connection.execute(text("SHOW statement_timeout")).scalar_one() == "0"


@pytest.mark.parametrize("is_and", [True, False])
def test_a_broad_filter_is_planned_in_no_time(parts: CoreParts, company: Company, *, is_and: bool) -> None:
    wanted = tuple(Present("cn") if number % 2 else Equality("sn", "smith") for number in range(150))
    bound = And(wanted) if is_and else And((Equality("uid", "zoe"), *wanted))
    with parts.store.reading() as tx:
        found = search.run(tx, question(tx, bound, time_limit_s=60.0))
    assert (names(found), found.stopped_by) == (["zoe"], None)


def test_a_name_that_is_or_begins_with_the_word_comes_first_unless_names_are_hidden(parts: CoreParts, company: Company) -> None:
    bound = AnyOf(frozenset({"cn", "mail", "title"}), "delt")
    with parts.directory.writing(Principal.system()) as writing:
        writing.add(writing.book("people"), draft("yves", "Yves", "Delt", "Baker", None))
        writing.add(writing.book("people"), draft("xeno", "Xeno", "Delta", "Cook", None))
        writing.add(writing.book("people"), draft("abel", "Abel", "Aa", "Delta pilot", None))
    with parts.store.reading() as tx:
        assert names(search.run(tx, question(tx, bound, word="delt"))) == ["yves", "xeno", "abel"]
        assert names(search.run(tx, question(tx, bound, word="delt", is_by_name=False))) == ["abel", "xeno", "yves"]
