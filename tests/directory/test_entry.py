# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from dirserver.directory.entry import BookView, Search
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from tests.cast import PEOPLE, Company, entry_of
from tests.parts import CoreParts


def test_a_book_says_what_may_be_done_with_any_entry(parts: CoreParts, company: Company) -> None:
    told: dict[str, BookView] = {}
    for who in ("ada", "chika", "admin"):
        with parts.directory.reading(getattr(company, who)) as reading:
            told[who] = reading.book("people")
    assert [(view.level, view.may_add, view.may_delete) for view in told.values()] == [
        (Level.VIEW, False, False),
        (Level.DELETE, True, True),
        (Level.OWN, True, True),
    ]
    assert told["ada"].own_view.level is Level.EDIT
    assert (told["ada"].slug, told["ada"].name) == ("people", "People")


def test_an_entry_without_a_readable_name_is_called_by_its_uid(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:dov"), Level.VIEW, ("mail",)))
    entry = entry_of(parts.directory, company.dov, "ada")
    assert entry.display == entry.uuid
    assert "Ada" not in repr(entry.card)


def test_answers_cannot_be_changed(parts: CoreParts, company: Company) -> None:
    entry = entry_of(parts.directory, company.ada, "ada")
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.name = "boss"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Search().limit = 5
