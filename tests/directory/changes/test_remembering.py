# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.views.entry import Revision
from dirserver.errors import NotAllowed
from dirserver.model.book import Level
from dirserver.model.change import What
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from tests.cast import ADA_HOME, ADA_MOBILE, PEOPLE, Company, uuid_of
from tests.parts import CoreParts


def history(parts: CoreParts, who: Principal, login: str = "ada") -> tuple[Revision, ...]:
    with parts.directory.reading(who) as reading:
        return reading.history(reading.find(uuid_of(login)))


def edit(parts: CoreParts, who: Principal, **values: str) -> None:
    parts.clock.pass_s(60)
    with parts.directory.writing(who) as writing:
        writing.modify(uuid_of("ada"), [Modification(name, Operation.REPLACE, (value,)) for name, value in values.items()])


def test_every_state_is_remembered_with_who_when_and_what(parts: CoreParts, company: Company) -> None:
    edit(parts, company.ada, mobile="+49 151 1")
    edit(parts, company.chika, title="Boss", employeeNumber="7")
    with parts.directory.writing(company.chika) as writing:
        writing.archive(uuid_of("ada"))
        writing.restore(uuid_of("ada"))
    found = history(parts, company.chika)
    assert [(one.number, one.by, one.what) for one in found] == [
        (5, "chika", What.RESTORED),
        (4, "chika", What.ARCHIVED),
        (3, "chika", What.CHANGED),
        (2, "ada", What.CHANGED),
        (1, "system", What.CREATED),
    ]
    assert [one.is_current for one in found] == [True, False, False, False, False]
    assert [set(one.changed) for one in found] == [set(), set(), {"title", "employeeNumber"}, {"mobile"}, set()]
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert ADA_MOBILE in {one.text() for one in found[-1].card.all("TEL")}


def test_history_shows_what_the_view_shows_also_of_what_is_gone(parts: CoreParts, company: Company) -> None:
    edit(parts, company.system, description="a secret", mobile="+49 151 1")
    edit(parts, company.system, description="")
    with parts.directory.writing(company.system) as writing:
        writing.add_member("hr", uuid_of("dov"))
    everything = history(parts, company.dov)
    assert any("a secret" in repr(one.card) for one in everything)
    with parts.directory.writing(company.system) as writing:
        writing.remove_member("hr", uuid_of("dov"))
        writing.add_group("editors")
        writing.add_member("editors", uuid_of("dov"))
        writing.grant(_editors())
    limited = history(parts, company.dov)
    assert len(limited) == len(everything)
    assert not any("a secret" in repr(one) or ADA_HOME in repr(one) for one in limited)
    assert [one.changed for one in limited] == [(), ("mobile",), ()]


def _editors() -> Grant:
    return Grant(PEOPLE, Subject.parse("group:editors"), Level.EDIT, ("public", "mobile"), ("title",))


@pytest.mark.parametrize("who", ["bruno", "dov", "esme", "printer"])
def test_who_may_not_edit_sees_no_history(parts: CoreParts, company: Company, who: str) -> None:
    with pytest.raises(NotAllowed):
        history(parts, getattr(company, who), "zoe")


def test_one_sees_the_history_of_ones_own_entry(parts: CoreParts, company: Company) -> None:
    edit(parts, company.ada, homePhone="+49 30 1")
    assert history(parts, company.ada)[0].changed == ("homePhone",)
    assert len(history(parts, company.esme, "esme")) == 1


def test_an_entry_handed_in_from_elsewhere_opens_no_history(parts: CoreParts, company: Company) -> None:
    """The View that counts is the one of now, not the one in the caller's hand."""
    with parts.directory.reading(company.chika) as reading:
        entry = reading.find(uuid_of("ada"))
    with pytest.raises(NotAllowed), parts.directory.reading(company.esme) as reading:
        reading.history(entry)
