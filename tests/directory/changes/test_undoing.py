# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import Conflict, NotAllowed, NotFound
from dirserver.model.entry import State
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import BatchId
from tests.cast import Company, draft, entry_of, uuid_of
from tests.parts import CoreParts


def retitle(writing, login: str, title: str) -> None:
    writing.modify(uuid_of(login), [Modification("title", Operation.REPLACE, (title,))])


def undo(parts: CoreParts, company: Company, batch: BatchId):
    with parts.directory.writing(company.admin) as writing:
        return writing.undo_batch(batch)


def test_an_entry_that_a_batch_changed_twice_becomes_what_it_was_before_it(parts: CoreParts, company: Company) -> None:
    before = entry_of(parts.directory, company.chika, "ada")
    with parts.directory.writing(company.chika) as writing:
        batch = writing.begin_batch("import", "")
        retitle(writing, "ada", "One")
    with parts.directory.writing(company.chika, batch=batch) as writing:
        retitle(writing, "ada", "Two")
        writing.rename(uuid_of("ada"), "ada.l")
    undone = undo(parts, company, batch)
    assert (undone.restored, undone.trashed, undone.skipped) == (1, 0, ())
    after = entry_of(parts.directory, company.chika, "ada")
    assert (after.card, after.name, after.href) == (before.card, before.name, before.href)
    assert after.revision == 5


def test_what_a_batch_deleted_or_brought_back_is_as_it_was(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("ludo"))
    with parts.directory.writing(company.chika) as writing:
        batch = writing.begin_batch("tidy", "")
        writing.trash(uuid_of("zoe"))
        writing.archive(uuid_of("dov"))
        writing.add(writing.book("people"), draft("ludo", "Back", "Again", "", None))
    undone = undo(parts, company, batch)
    assert (undone.restored, undone.trashed) == (3, 0)
    for login in ("zoe", "dov"):
        assert entry_of(parts.directory, company.chika, login).state is State.ACTIVE
    with pytest.raises(NotFound):
        entry_of(parts.directory, company.chika, "ludo")


def test_a_name_that_has_gone_to_somebody_else_is_skipped_with_its_reason(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        batch = writing.begin_batch("tidy", "")
        writing.trash(uuid_of("zoe"))
        retitle(writing, "ada", "Two")
    with parts.directory.writing(company.chika) as writing:
        taken = draft("nova", "No", "Va", "", None)
        writing.add(writing.book("people"), type(taken)(taken.card, name="zoe"))
    undone = undo(parts, company, batch)
    assert undone.restored == 1
    assert [uuid for uuid, _ in undone.skipped] == [uuid_of("zoe")]
    assert "No Va" in undone.skipped[0][1]


def test_an_undoing_is_seen_by_those_who_follow(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        batch = writing.begin_batch("import", "")
        made = writing.add(writing.book("people"), draft("nova", "No", "Va", "", None))
        retitle(writing, "ada", "Two")
    with parts.directory.reading(company.esme) as reading:
        token = reading.token(reading.book("people"))
    undo(parts, company, batch)
    with parts.directory.reading(company.esme) as reading:
        changes = reading.changes(reading.book("people"), token)
    assert [one.href for one in changes.changed] == [f"{uuid_of('ada')}.vcf"]
    assert changes.gone == (made.href,)


def test_only_operators_and_stewards_undo_and_only_what_there_is(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        batch = writing.begin_batch("import", "")
        retitle(writing, "ada", "Two")
    for who in (company.dov, company.ada, company.nobody):
        for name in (batch, BatchId("nothing")):
            with pytest.raises(NotAllowed), parts.directory.writing(who) as writing:
                writing.undo_batch(name)
    with pytest.raises(NotFound, match="nothing"):
        undo(parts, company, BatchId("nothing"))
    with parts.directory.writing(company.chika) as writing:
        assert writing.undo_batch(batch).restored == 1
    with pytest.raises(Conflict, match="already"):
        undo(parts, company, batch)
