# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from tests.cast import PEOPLE, Company, uuid_of
from tests.parts import CoreParts


def test_groups_come_by_name_with_their_members_by_theirs(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        assert [one.name for one in reading.groups()] == ["contractors", "hr", "sales"]
        assert [one.display for one in reading.group("SALES").members] == ["Ada Łukasińska", "Bruno Königsmann"]
        assert reading.groups_of(reading.find(uuid_of("ada"))) == ("sales",)


def test_members_that_do_not_show_are_left_out(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        clients = writing.book("clients")
        acme = writing.entry(clients, next(iter(writing.listing(clients))).href)
        writing.add_member("sales", acme.uuid)
    for who, count in ((company.ada, 3), (company.esme, 2)):
        with parts.directory.reading(who) as reading:
            assert len(reading.group("sales").members) == count
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("bruno"))
    with parts.directory.reading(company.esme) as reading:
        assert [one.name for one in reading.group("sales").members] == ["ada"]


def test_nobody_in_particular_sees_no_group(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("anonymous"), Level.VIEW, ("public",)))
    with parts.directory.reading(company.nobody) as reading:
        assert reading.groups() == ()
        assert reading.groups_of(reading.find(uuid_of("ada"))) == ()
        with pytest.raises(NotFound):
            reading.group("sales")


def test_a_membership_counts_from_the_next_question_on(parts: CoreParts, company: Company) -> None:
    def level() -> Level:
        with parts.directory.reading(company.dov) as reading:
            return reading.book("people").level

    assert level() is Level.VIEW
    with parts.directory.writing(company.admin) as writing:
        writing.add_member("hr", uuid_of("dov"))
    assert level() is Level.DELETE
    with parts.directory.writing(company.admin) as writing:
        writing.remove_member("hr", uuid_of("dov").upper())
    assert level() is Level.VIEW


def test_only_administrators_change_groups(parts: CoreParts, company: Company) -> None:
    for who in (company.ada, company.chika, company.esme, company.nobody):
        for deed in (
            lambda writing: writing.add_group("mine"),
            lambda writing: writing.drop_group("hr"),
            lambda writing: writing.change_group("hr", name="mine"),
            lambda writing: writing.add_member("hr", uuid_of("ada")),
            lambda writing: writing.remove_member("contractors", uuid_of("esme")),
        ):
            with pytest.raises((NotAllowed, NotFound)), parts.directory.writing(who) as writing:
                deed(writing)
    with parts.directory.reading(company.admin) as reading:
        assert [len(one.members) for one in reading.groups()] == [1, 1, 2]


def test_a_group_has_a_name_of_its_own(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.admin) as writing:
        assert writing.add_group("Zarząd", description="The board", mail="board@example.com").mail == "board@example.com"
    for name in ("ZARZAD", "sales"):
        with pytest.raises(Conflict), parts.directory.writing(company.admin) as writing:
            writing.add_group(name)
    for name in ("", "  ", "\u200b", "a\nb", "x" * 201, "\ud800"):
        with pytest.raises(BadInput), parts.directory.writing(company.admin) as writing:
            writing.add_group(name)
    for deed in (lambda writing: writing.drop_group("nothing"), lambda writing: writing.add_member("nothing", uuid_of("ada"))):
        with pytest.raises(NotFound), parts.directory.writing(company.admin) as writing:
            deed(writing)


def test_a_group_that_is_called_otherwise_keeps_members_and_grants(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.admin) as writing:
        writing.add_member("hr", uuid_of("dov"))
        made = writing.group("hr")
        changed = writing.change_group("HR", name="Personal", description="Cares", mail="p@example.com")
        assert (changed.uuid, changed.name, changed.members) == (made.uuid, "Personal", made.members)
        assert (changed.created_at, changed.created_by) == (made.created_at, made.created_by)
        assert changed.modified_by == "admin"
        assert writing.change_group("Personal", mail="").description == "Cares"
    with parts.directory.reading(company.dov) as reading:
        assert reading.book("people").level is Level.DELETE
        assert reading.groups_of(reading.find(uuid_of("dov"))) == ("Personal",)
    for name, problem in (("sales", Conflict), ("SALES", Conflict), (" ", BadInput)):
        with pytest.raises(problem), parts.directory.writing(company.admin) as writing:
            writing.change_group("personal", name=name)
    with parts.directory.writing(company.admin) as writing:
        assert writing.change_group("personal", name="PERSONAL").name == "PERSONAL"
    with pytest.raises(NotFound), parts.directory.writing(company.admin) as writing:
        writing.change_group("nothing", name="something")


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_what_a_database_cannot_hold_is_bad_input(parts: CoreParts, company: Company, text: str) -> None:
    if parts.store.is_sqlite and text == "a\x00b":
        pytest.skip("SQLite holds a NUL")
    with pytest.raises(BadInput), parts.directory.writing(company.admin) as writing:
        writing.add_group("new", description=text)
    with pytest.raises(NotFound), parts.directory.reading(company.admin) as reading:
        reading.group("new")
