# SPDX-License-Identifier: GPL-3.0-or-later
"""Single rules; what happens in any order is in agreement/test_mirrors_never_drift.py."""

from __future__ import annotations

from dirserver.ldap.steps import Then
from dirserver.model.book import Level
from dirserver.model.filter import Equality, Present
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from tests.cast import uuid_of
from tests.ldap.dialogue import search_of
from tests.ldap.mirror.conftest import Office
from tests.ldap.mirror.copies import Copy, Told, run, state_of

PEOPLE = search_of("ou=people,dc=example,dc=com", Present("mail"), attributes=("title",))


def titled(who: str, text: str) -> object:
    return lambda writing: writing.modify(uuid_of(who), [Modification("title", Operation.REPLACE, (text,))])


def entries_of(answers: list[Told]) -> list[tuple[int, str]]:
    return [state_of(one) for one in answers if one.tag == 0x64]


def test_the_next_time_only_what_changed_is_told(office: Office) -> None:
    answers, then = run(office.sync("ada", PEOPLE))
    copy = Copy().take(answers)
    assert (then, len(copy.entries), copy.code) == (Then.END, 8, 0)
    office.change(titled("zoe", "Architect"))
    office.change(lambda writing: writing.trash(uuid_of("ludo")))
    answers, _ = run(office.sync("ada", PEOPLE, copy.cookie))
    assert entries_of(answers) == [(1, uuid_of("zoe"))]
    copy.take(answers)
    assert uuid_of("ludo") not in copy.entries
    answers, _ = run(office.sync("ada", PEOPLE, copy.cookie))
    assert [one.tag for one in answers] == [0x65]


def test_what_no_longer_matches_is_told_as_gone(office: Office) -> None:
    request = search_of("ou=people,dc=example,dc=com", Equality("title", "Developer"), attributes=("title",))
    copy = Copy().take(run(office.sync("ada", request))[0])
    assert copy.entries.keys() == {uuid_of("finn"), uuid_of("zoe")}
    live = office.sync("ada", request, copy.cookie, stays=True)
    copy.take(run(live)[0])
    office.change(titled("zoe", "Architect"))
    answers, _ = run(live)
    assert entries_of(answers) == [(3, uuid_of("zoe"))]
    assert copy.take(answers).entries.keys() == {uuid_of("finn")}


def test_a_cookie_of_another_search_or_asker_is_told_everything(office: Office) -> None:
    cookie = Copy().take(run(office.sync("ada", PEOPLE))[0]).cookie
    other = search_of(PEOPLE.base, PEOPLE.filter, attributes=("title", "sn"))
    for who, request in (("bruno", PEOPLE), ("ada", other)):
        assert len(Copy().take(run(office.sync(who, request, cookie))[0]).entries) == 8


def test_who_stays_is_sent_back_when_what_shows_changes(office: Office) -> None:
    live = office.sync("dov", PEOPLE, stays=True)
    copy = Copy().take(run(live)[0])
    office.change(lambda writing: writing.add_member("hr", uuid_of("dov")))
    answers, then = run(live)
    assert (then, copy.take(answers).code) == (Then.END, 4096)
    assert Copy().take(run(office.sync("dov", PEOPLE, copy.cookie))[0]).code == 0


def test_who_stays_ends_with_the_account_or_its_password(office: Office) -> None:
    live = office.sync("dov", PEOPLE, stays=True), office.sync("zoe", PEOPLE, stays=True)
    for one in live:
        run(one)
    office.site.identity.set_password("dov", "another-long-password")
    office.site.identity.close_account("zoe")
    assert [Copy().take(run(one)[0]).code for one in live] == [49, 49]


def test_limits_and_bases_that_cannot_be_followed(office: Office) -> None:
    assert Copy().take(run(office.sync("ada", search_of(size_limit=3)))[0]).code == 4
    assert Copy().take(run(office.sync("ada", search_of("ou=nothing,dc=example,dc=com")))[0]).code == 32
    assert Copy().take(run(office.sync("ada", search_of("cn=Subschema")))[0]).code == 53
    assert Copy().take(run(office.sync(None, search_of()))[0]).code == 50


def test_a_book_that_shows_no_more_is_gone_though_its_container_was_never_asked_for(office: Office) -> None:
    request = search_of(wanted=Present("mail"), attributes=("cn",))
    copy = Copy().take(run(office.sync("dov", request))[0])
    office.change(lambda writing: writing.grant(Grant(Slug("clients"), Subject.parse("account:dov"), Level.NONE)))
    copy.take(run(office.sync("dov", request, copy.cookie))[0])
    assert copy.entries == Copy().take(run(office.sync("dov", request))[0]).entries
