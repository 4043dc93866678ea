# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.ldap.mirror.watch import Watch
from dirserver.ldap.steps import Then
from dirserver.model.filter import Equality
from dirserver.model.modification import Modification, Operation
from tests.cast import uuid_of
from tests.ldap.dialogue import search_of
from tests.ldap.mirror.conftest import Office
from tests.ldap.mirror.copies import CHANGED, run

DEVELOPERS = search_of("ou=people,dc=example,dc=com", Equality("title", "Developer"), attributes=("1.1",))


def kinds(watch: Watch) -> list[tuple[int, str]]:
    answers, then = run(watch)
    assert then is Then.WAIT
    assert {one.control for one in answers} <= {CHANGED}
    return [(one.value[4], one.dn.partition(",")[0]) for one in answers]


def test_each_change_comes_with_its_kind(office: Office) -> None:
    watch = office.watch("ada", DEVELOPERS)
    assert kinds(watch) == []
    new = from_attributes({"cn": ("New One",), "title": ("Developer",)}, uid=uuid_of("new"))
    office.change(lambda writing: writing.add(writing.book("people"), Draft(new, name="new")))
    office.change(lambda writing: writing.modify(uuid_of("zoe"), [Modification("mail", Operation.REPLACE, ("z@example.com",))]))
    office.change(lambda writing: writing.modify(uuid_of("ludo"), [Modification("mail", Operation.REPLACE, ("l@example.com",))]))
    assert sorted(kinds(watch)) == [(1, "uid=new"), (4, "uid=zoe")]
    office.change(lambda writing: writing.trash(uuid_of("zoe")))
    office.change(lambda writing: writing.trash(uuid_of("ludo")))
    assert kinds(watch) == [(2, "uid=zoe")]


def test_what_is_found_comes_first_where_it_is_wanted_and_only_the_kinds_asked_for(office: Office) -> None:
    watch = office.watch("ada", DEVELOPERS, types=2, changes_only=False)
    answers, _ = run(watch)
    assert [(one.dn.partition(",")[0], one.control) for one in answers] == [("uid=finn", ""), ("uid=zoe", "")]
    office.change(lambda writing: writing.modify(uuid_of("zoe"), [Modification("mail", Operation.REPLACE, ("z@example.com",))]))
    assert kinds(watch) == []


def test_it_ends_when_what_shows_changes(office: Office) -> None:
    watch = office.watch("dov", DEVELOPERS)
    run(watch)
    office.change(lambda writing: writing.add_member("hr", uuid_of("dov")))
    answers, then = run(watch)
    assert (then, [one.code for one in answers]) == (Then.END, [53])
