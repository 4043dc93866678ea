# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.commenting import MOST_CHARACTERS
from dirserver.errors import BadInput, NotAllowed, NotFound, TooLarge
from dirserver.model.principal import Principal
from tests.cast import Company, entry_of, uuid_of
from tests.parts import CoreParts


def add(parts: CoreParts, who: Principal, text: str, *, is_private: bool) -> None:
    with parts.directory.writing(who) as writing:
        writing.comments.add(writing.find(uuid_of("ada")), text, is_private=is_private)


def texts(parts: CoreParts, who: Principal) -> list[str]:
    with parts.directory.reading(who) as reading:
        entry = reading.find(uuid_of("ada"))
        found = [one.text for one in reading.comments.on(entry)]
        assert reading.comments.count(entry) == len(found)
        return found


def test_private_comments_are_their_authors_and_shared_ones_for_who_may_edit(parts: CoreParts, company: Company) -> None:
    add(parts, company.dov, "likes tea", is_private=True)
    add(parts, company.chika, "back in May", is_private=False)
    add(parts, company.chika, "ask for the badge", is_private=True)
    add(parts, company.ada, "my own note", is_private=True)
    with pytest.raises(NotAllowed):
        add(parts, company.dov, "for all", is_private=False)
    assert texts(parts, company.dov) == ["likes tea"]
    assert texts(parts, company.chika) == ["back in May", "ask for the badge"]
    assert texts(parts, company.ada) == ["back in May", "my own note"]
    assert texts(parts, company.admin) == ["back in May"]
    assert texts(parts, company.system) == texts(parts, company.bruno) == []
    # No part of the card: nothing that any door shows of the entry has changed.
    assert "tea" not in str(entry_of(parts.directory, company.system, "ada").card)


def test_a_comment_is_changed_and_removed_by_its_author_alone(parts: CoreParts, company: Company) -> None:
    add(parts, company.chika, " back in May\r\nor June ", is_private=False)
    with parts.directory.writing(company.ada) as writing:
        (one,) = writing.comments.on(writing.me())
        assert (one.text, one.by, one.is_own) == ("back in May\nor June", "chika", False)
        for deed in (lambda: writing.comments.change(one.number, "x"), lambda: writing.comments.drop(one.number)):
            with pytest.raises(NotFound):
                deed()
    with parts.directory.writing(company.chika) as writing:
        writing.comments.change(one.number, "back in June")
        assert [(each.text, each.entry) for each in writing.comments.mine()] == [("back in June", uuid_of("ada"))]
        for text, fault in ((" ", BadInput), ("x" * (MOST_CHARACTERS + 1), TooLarge)):
            with pytest.raises(fault):
                writing.comments.change(one.number, text)
        writing.comments.drop(one.number)
        assert writing.comments.mine() == ()


def test_comments_go_with_an_entry_that_is_removed_for_good(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.comments.add(writing.find(uuid_of("finn")), "gone?", is_private=True)
        writing.trash(uuid_of("finn"))
        assert [one.text for one in writing.comments.mine()] == ["gone?"]
    with parts.directory.writing(company.system) as writing:
        writing.purge(uuid_of("finn"))
    with parts.directory.reading(company.chika) as reading:
        assert reading.comments.mine() == ()
