# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.access.rights import Rights, Standing, resolve
from dirserver.access.view import FieldClasses
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.filter import Guard
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from tests.cast import CLASSES, uuid_of

CLASSES_OF_FIELDS = FieldClasses.of(CLASSES)
PEOPLE = Book(1, "uuid", Slug("people"), BookKind.PEOPLE, "People", "", None, 0, "epoch")
PERSONAL = PEOPLE._replace(slug=Slug("~ada"), kind=BookKind.PERSONAL, owner_id=1)
ADA = Standing(1, frozenset({"sales"}), uuid_of("ada"), login="ada")
NOBODY = Standing()


def grant(subject: str, level: Level = Level.VIEW, reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()) -> Grant:
    return Grant(PEOPLE.slug, Subject.parse(subject), level, reads, writes)


def rights(standing: Standing, *grants: Grant, book: Book = PEOPLE) -> Rights:
    return resolve(standing, book, grants, CLASSES_OF_FIELDS)


@pytest.mark.parametrize("standing", [ADA, NOBODY], ids=["ada", "nobody"])
@pytest.mark.parametrize("book", [PEOPLE, PERSONAL._replace(owner_id=2)], ids=["people", "personal"])
def test_without_a_grant_nobody_sees_anything(standing: Standing, book: Book) -> None:
    found = rights(standing, book=book)
    assert not found.is_any
    assert found.view.level is Level.NONE
    assert found.guards_for("cn") == frozenset()


@pytest.mark.parametrize(
    "winner, rest",
    [
        ("account:ada", ["group:sales", "authenticated", "anonymous"]),
        ("group:sales", ["authenticated", "anonymous"]),
        ("authenticated", ["anonymous"]),
        ("anonymous", []),
    ],
)
def test_the_most_specific_tier_decides_alone(winner: str, rest: list[str]) -> None:
    found = rights(ADA, *(grant(one, Level.OWN, ("*",), ("*",)) for one in rest), grant(winner, Level.VIEW, ("title",)))
    assert found.view.level is Level.VIEW
    assert found.view.may_read("title")
    assert not found.view.may_read("cn")


def test_a_group_can_be_given_nothing_where_everybody_has_something() -> None:
    assert not rights(ADA, grant("authenticated", reads=("*",)), grant("group:sales", Level.NONE)).is_any


def test_the_grants_of_several_groups_add_up() -> None:
    both = replace(ADA, groups=frozenset({"sales", "hr"}))
    found = rights(both, grant("group:sales", Level.VIEW, ("mail",)), grant("group:hr", Level.DELETE, ("hr",), ("title",)))
    assert found.view.level is Level.DELETE
    assert found.view.may_read("mail")
    assert found.view.may_read("employeeNumber")
    assert found.view.may_write("title")
    assert not found.view.may_write("mail")


@pytest.mark.parametrize("spelled", ["account:ADA", "group:Sales", "group:SALES"])
def test_the_subject_of_a_grant_has_any_case(spelled: str) -> None:
    assert rights(ADA, grant(spelled)).is_any


def test_a_group_whose_name_has_accents_gets_what_it_was_granted() -> None:
    board = replace(ADA, login="Łukasz", groups=frozenset({"zarzad"}))
    assert rights(board, grant("group:Zarząd")).is_any
    assert rights(board, grant("account:Łukasz")).is_any


@pytest.mark.parametrize("subject", ["account:ada", "group:sales", "authenticated", "self", "manager"])
def test_nobody_in_particular_has_only_what_is_given_to_anonymous(subject: str) -> None:
    assert not rights(NOBODY, grant(subject, Level.OWN, ("*",), ("*",))).is_any
    assert rights(NOBODY, grant("anonymous")).is_any


def test_self_and_manager_add_to_what_one_has_on_the_entries_they_are_about() -> None:
    found = rights(
        ADA,
        grant("authenticated", reads=("public",)),
        grant("self", Level.EDIT, ("private",), ("mobile",)),
        grant("manager", Level.VIEW, ("hr",)),
    )
    own, report, other = (
        found.on(uuid_of("ada"), None),
        found.on(uuid_of("zoe"), uuid_of("ada")),
        found.on(uuid_of("zoe"), uuid_of("bruno")),
    )
    assert own.may_read("homePhone")
    assert own.may_write("mobile")
    assert own.may_read("cn")
    assert not own.may_read("employeeNumber")
    assert report.may_read("employeeNumber")
    assert report.may_read("cn")
    assert not report.may_read("homePhone")
    assert other.may_read("cn")
    assert not other.may_read("employeeNumber")
    assert not other.may_read("homePhone")


def test_an_account_without_a_person_gains_nothing_from_self_and_manager() -> None:
    printer = replace(ADA, person=None)
    found = rights(printer, grant("self", Level.OWN, ("*",), ("*",)), grant("manager", Level.OWN, ("*",)))
    assert not found.is_any
    assert found.on(uuid_of("zoe"), None).level is Level.NONE


def test_an_owner_owns_and_an_admin_does_not_look_into_personal_books() -> None:
    admin = Standing(9, is_admin=True)
    assert rights(ADA, book=PERSONAL).view.level is Level.OWN
    assert not rights(admin, book=PERSONAL).is_any
    assert rights(admin).view.level is Level.OWN
    assert rights(admin).view.writes_everything
    assert rights(Standing(is_system=True), book=PERSONAL).view.level is Level.OWN


def test_account_number_none_does_not_own_the_books_that_nobody_owns() -> None:
    assert not rights(NOBODY, book=PEOPLE).is_any
    assert not rights(NOBODY, book=PERSONAL._replace(owner_id=None)).is_any


def test_a_guard_says_for_whose_entries_a_field_counts() -> None:
    found = rights(
        ADA, grant("authenticated", reads=("public",)), grant("self", reads=("private",)), grant("manager", reads=("hr", "private"))
    )
    assert found.guards_for("cn") is None
    assert found.guards_for("homePhone") == {Guard.SELF, Guard.MANAGED}
    assert found.guards_for("employeeNumber") == {Guard.MANAGED}
    assert found.guards_for("mail") == frozenset()
    assert found.guards_for("entryUUID") is None


def test_two_people_share_a_fingerprint_only_while_their_own_entries_show_no_more() -> None:
    zoe = replace(ADA, account_id=2, login="zoe", person=uuid_of("zoe"))
    everybody = grant("authenticated", reads=("public",))
    assert rights(ADA, everybody).fingerprint == rights(zoe, everybody).fingerprint
    more = grant("self", reads=("hr",))
    assert rights(ADA, everybody, more).fingerprint != rights(zoe, everybody, more).fingerprint
    no_more = grant("self", reads=("cn", "title"))
    assert rights(ADA, everybody, no_more).fingerprint == rights(zoe, everybody).fingerprint


def test_losing_the_level_to_edit_changes_the_fingerprint_when_it_hides_a_field() -> None:
    before = rights(ADA, grant("authenticated", Level.EDIT, ("cn",), ("title",)))
    after = rights(ADA, grant("authenticated", Level.VIEW, ("cn",), ("title",)))
    assert before.view.may_read("title")
    assert not after.view.may_read("title")
    assert before.fingerprint != after.fingerprint
