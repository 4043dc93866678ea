# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.views.entry import Search
from dirserver.errors import BadInput, Conflict, NotAllowed
from dirserver.model.filter import Equality
from tests.cast import Company, draft, entry_of, uuid_of
from tests.parts import CoreParts


def test_an_entry_is_found_under_its_new_name_only(parts: CoreParts, company: Company) -> None:
    before = entry_of(parts.directory, company.chika, "zoe")
    with parts.directory.writing(company.chika) as writing:
        after = writing.rename(uuid_of("zoe"), " Zoë.Smith ")
    assert (after.name, after.href, after.uuid, after.card) == ("Zoë.Smith", before.href, before.uuid, before.card)
    assert entry_of(parts.directory, company.ada, "zoe.smith").uuid == before.uuid
    with parts.directory.reading(company.ada) as reading:
        assert [len(reading.search(Search(Equality("uid", name))).entries) for name in ("zoe", "ZOE.SMITH")] == [0, 1]


def test_the_same_name_again_is_no_change(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        assert writing.rename(uuid_of("zoe"), "zoe").revision == 1
        assert writing.rename(uuid_of("zoe"), "ZOE").revision == 2


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "a\nb", "x" * 201, "\ud800"])
def test_what_cannot_be_a_name_is_refused(parts: CoreParts, company: Company, name: str) -> None:
    with pytest.raises(BadInput), parts.directory.writing(company.chika) as writing:
        writing.rename(uuid_of("zoe"), name)


def test_a_name_that_somebody_holds_is_refused_and_one_in_the_trash_is_free(parts: CoreParts, company: Company) -> None:
    with pytest.raises(Conflict, match="name"), parts.directory.writing(company.chika) as writing:
        writing.rename(uuid_of("zoe"), "ADA")
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("ludo"))
        writing.rename(uuid_of("zoe"), "ludo")
    with pytest.raises(Conflict, match="Zoë Smith"), parts.directory.writing(company.chika) as writing:
        writing.restore(uuid_of("ludo"))


def test_an_archived_entry_holds_its_name(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.archive(uuid_of("zoe"))
    taken = draft("nova", "No", "Va", "", None)
    with pytest.raises(Conflict), parts.directory.writing(company.chika) as writing:
        writing.add(writing.book("people"), type(taken)(taken.card, name="zoe"))


def test_renaming_needs_the_level_to_delete(parts: CoreParts, company: Company) -> None:
    with pytest.raises(NotAllowed), parts.directory.writing(company.ada) as writing:
        writing.rename(uuid_of("ada"), "boss")
