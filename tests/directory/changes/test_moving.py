# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.reader import read
from dirserver.directory.views.entry import Search
from dirserver.errors import NotAllowed, NotFound, Stale
from dirserver.model.book import Level
from dirserver.model.entry import State
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Href
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, PEOPLE, Company, uuid_of
from tests.parts import CoreParts

CARD = read("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:moved\r\nFN:Nina\r\nN:Nina;;;;\r\nNOTE:kept\r\nEND:VCARD\r\n")
ZOE = Href(f"{uuid_of('zoe')}.vcf")


def move(parts: CoreParts, who: Principal, source: str, href: Href, target: str, to: Href, *, is_move: bool = True) -> bool:
    with parts.directory.writing(who) as writing:
        taken = writing.take(writing.book(source), href, writing.book(target), is_move=is_move)
        return writing.place(taken, writing.book(target), to)


def test_an_entry_that_left_lies_in_the_trash_with_its_history(parts: CoreParts, company: Company) -> None:
    assert move(parts, company.system, PEOPLE, ZOE, CLIENTS, Href("z.vcf"))
    with parts.directory.reading(company.system) as reading:
        left = reading.search(Search(books=(PEOPLE,), with_state=State.TRASHED)).entries
        assert [one.uuid for one in left] == [uuid_of("zoe")]
        came = reading.entry(reading.book(CLIENTS), "z.vcf")
        assert (came.card, came.revision) == (left[0].card, 1)
        assert len(reading.history(left[0])) == 2


def test_who_does_not_see_all_of_an_entry_may_copy_but_not_move_it(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:bruno"), Level.DELETE, ("public",), ("public",)))
        writing.grant(Grant(CLIENTS, Subject.parse("account:bruno"), Level.DELETE, ("*",), ("*",)))
    with pytest.raises(NotAllowed, match="hidden"):
        move(parts, company.bruno, PEOPLE, ZOE, CLIENTS, Href("z.vcf"))
    assert move(parts, company.bruno, PEOPLE, ZOE, CLIENTS, Href("z.vcf"), is_move=False)
    with parts.directory.reading(company.system) as reading:
        assert reading.entry(reading.book(PEOPLE), ZOE).uuid == uuid_of("zoe")
        assert reading.entry(reading.book(CLIENTS), "z.vcf").card.first("EMAIL") is None


def test_what_is_refused_at_the_target_leaves_the_source(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        writing.put(writing.book("~ada"), Href("n.vcf"), CARD)
        writing.put(writing.book("~ada"), Href("there.vcf"), CARD.with_uid("other"))
    with pytest.raises(NotAllowed):
        move(parts, company.ada, "~ada", Href("n.vcf"), PEOPLE, Href("n.vcf"))
    with pytest.raises(Stale), parts.directory.writing(company.ada) as writing:
        taken = writing.take(writing.book("~ada"), Href("n.vcf"), writing.book("~ada"), is_move=True)
        writing.place(taken, writing.book("~ada"), Href("there.vcf"), may_replace=False)
    with pytest.raises(NotFound):
        move(parts, company.ada, "~ada", Href("none.vcf"), PEOPLE, Href("n.vcf"))
    with parts.directory.reading(company.ada) as reading:
        assert reading.entry(reading.book("~ada"), "n.vcf").card == CARD
