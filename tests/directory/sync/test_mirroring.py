# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.book import Level
from dirserver.model.change import What
from dirserver.model.filter import Equality
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from tests.cast import PEOPLE, Company, principal, uuid_of
from tests.parts import CoreParts


def test_what_was_touched_comes_once_by_key_with_all_that_happened(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        since = reading.token(reading.book(PEOPLE)).number
    for text in ("One", "Two"):
        with parts.directory.writing(company.system) as writing:
            writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, (text,))])
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
        writing.archive(uuid_of("ada"))
        writing.tell_again(writing.book(PEOPLE), writing.find(uuid_of("dov")).href)
    with parts.directory.reading(company.ada) as reading:
        book = reading.book(PEOPLE)
        touched = reading.touched(book, since, most=10)
        assert [(one.uuid, one.name, one.is_active, one.whats) for one in touched] == [
            (uuid_of("ada"), "ada", False, {What.ARCHIVED}),
            (uuid_of("zoe"), "zoe", False, {What.CHANGED, What.TRASHED}),
        ]
        assert reading.touched(book, since, behind=touched[0].key, most=10) == touched[1:]
        assert reading.touched(book, since, most=1) == touched[:1]
        among = (uuid_of("zoe"), uuid_of("ludo"), uuid_of("bruno"))
        assert reading.matched(book, Equality("o", "example corp"), among) == set(among)
        assert set(reading.uuids(book, Equality("title", "Developer"))) == {uuid_of("finn")}


def test_of_what_is_hidden_no_name_is_told(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:zoe"), Level.NONE))
    zoe = principal(parts.identity, "zoe")
    with parts.directory.reading(zoe) as reading:
        names = {one.name for one in reading.touched(reading.book(PEOPLE), 0, most=100)}
    assert names == {None, "zoe"}


def test_those_who_refer_are_found_by_book(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        assert reading.referring([uuid_of("chika")]) == {PEOPLE: (uuid_of("dov"),)}
        assert reading.referring([]) == {}


def test_a_password_changes_the_stamp_and_a_group_the_mark(parts: CoreParts, company: Company) -> None:
    def now() -> tuple[int, str]:
        with parts.directory.reading(company.ada) as reading:
            return reading.stamp(), reading.teams_mark()

    before = now()
    parts.identity.set_password("ada", "quite-another-password")
    parts.clock.pass_s(1)
    with parts.directory.writing(company.system) as writing:
        writing.add_member("sales", uuid_of("zoe"))
    after = now()
    assert after[0] > before[0]
    assert after[1] != before[1]
