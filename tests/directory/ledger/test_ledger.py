# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.modification import Modification, Operation
from dirserver.store.care import soundness
from dirserver.store.entries import books, changes
from tests.cast import Company, draft, uuid_of
from tests.parts import CoreParts


def number(parts: CoreParts, slug: str) -> int:
    with parts.store.reading() as tx:
        return books.by_slug(tx, slug).number


def test_one_transaction_takes_one_number_of_each_book_that_it_changes(parts: CoreParts, company: Company) -> None:
    before = number(parts, "people"), number(parts, "clients"), number(parts, "~ada")
    with parts.directory.writing(company.system) as writing:
        for slug in ("people", "people", "clients"):
            writing.add(writing.book(slug), draft(f"{slug}-{writing.count(writing.book(slug))}", "No", "Va", "", None))
    assert (number(parts, "people"), number(parts, "clients"), number(parts, "~ada")) == (before[0] + 1, before[1] + 1, before[2])


def test_a_claim_without_a_change_takes_no_number(parts: CoreParts, company: Company) -> None:
    before = number(parts, "people")
    with parts.directory.writing(company.system) as writing:
        writing.restore(uuid_of("ada"))
        writing.revert(uuid_of("ada"), 1)
    assert number(parts, "people") == before


def test_what_changed_and_changed_again_is_one_change(parts: CoreParts, company: Company) -> None:
    before = number(parts, "people")
    with parts.directory.writing(company.system) as writing:
        for title in "abc":
            writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, (title,))])
    with parts.store.reading() as tx:
        assert len(changes.since(tx, books.by_slug(tx, "people").id, before)) == 1


@pytest.mark.parametrize("deed", ["archive", "trash", "restore", "modify", "revive", "rename", "revert"])
def test_whatever_happens_leaves_the_database_sound(parts: CoreParts, company: Company, deed: str) -> None:
    ada = uuid_of("ada")
    with parts.directory.writing(company.system) as writing:
        batch = writing.begin_batch("test", deed)
        match deed:
            case "archive" | "trash":
                getattr(writing, deed)(ada)
            case "restore":
                writing.trash(ada)
                writing.restore(ada)
            case "modify" | "revert":
                writing.modify(ada, [Modification("title", Operation.REPLACE, ("Boss",))])
            case "revive":
                writing.trash(ada)
                writing.add(writing.book("people"), draft("ada", "New", "Card", "", None))
            case _:
                writing.rename(ada, "boss")
        if deed == "revert":
            writing.revert(ada, 1)
    for undo in (False, True):
        if undo:
            with parts.directory.writing(company.system) as writing:
                writing.undo_batch(batch)
        with parts.store.reading() as tx:
            assert soundness.faults(tx) == ()
