# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import NotFound
from dirserver.store.engine import counters
from dirserver.store.entries import books, claims, entries
from tests.cast import Company, uuid_of
from tests.parts import CoreParts


def test_a_claim_brings_the_number_and_the_entry_of_that_name(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        people = books.by_slug(tx, "people")
        assert people is not None
        ada = entries.by_uuid(tx, uuid_of("ada"))
        assert ada is not None
        found = claims.claim(tx, people.id, ada.row.href)
        assert (found.number, found.stored) == (people.number + 1, ada)
        assert found.access_number in {None, counters.access_number(tx)}
        for nothing in ("nobody.vcf", "with\x00nul", ""):
            assert claims.claim(tx, people.id, nothing)[:2] == (people.number + 1, None)
        assert claims.claim(tx, books.by_slug(tx, "clients").id, ada.row.href).stored is None  # type: ignore[union-attr]
        with pytest.raises(NotFound):
            claims.claim(tx, 10_000, ada.row.href)


def test_who_lies_in_the_trash_is_not_there(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("ada"))
    with parts.store.writing() as tx:
        people = books.by_slug(tx, "people")
        ada = entries.by_uuid(tx, uuid_of("ada"))
        assert people is not None
        assert ada is not None
        assert claims.claim(tx, people.id, ada.row.href).stored is None


def test_the_entry_is_found_by_an_index(parts: CoreParts, company: Company) -> None:
    if not parts.store.is_sqlite:
        pytest.skip("PostgreSQL asks as everybody does")
    with parts.store.writing() as tx:
        question = str(claims._CLAIMED._question.compile(dialect=tx.dialect))
        plan = [row[3] for row in tx.driver.execute(f"EXPLAIN QUERY PLAN {question}", (1, 1, "x")).fetchall()]
    assert any("uq_entry_href" in step for step in plan), plan
    assert not any(step.startswith("SCAN") for step in plan), plan
