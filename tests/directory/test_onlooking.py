# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.projection import attributes
from dirserver.directory.onlooking import Audience
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from tests.cast import PEOPLE, Company, entry_of
from tests.parts import CoreParts

HR, CONTRACTORS = Subject.parse("group:hr"), Subject.parse("group:contractors")


def test_i_see_my_entry_just_as_those_do_who_look_at_it(parts: CoreParts, company: Company) -> None:
    lookers = {"authenticated": company.dov, "group:contractors": company.esme, "manager": company.bruno, "group:hr": company.chika}
    with parts.directory.reading(company.ada) as reading:
        me = reading.me()
        kinds = [str(kind) for kind in reading.onlookers.kinds(me)]
        assert kinds == ["authenticated", "manager", "group:contractors", "group:hr", "anonymous"]
        seen = {kind: reading.onlookers.shown_to(me, Subject.parse(kind)) for kind in kinds}
        assert seen["anonymous"] is None
        told = reading.onlookers.audiences(me, ("mobile", "homePhone", "title"))
        assert told["mobile"] == Audience(anybody=False, everybody=True, manager=True, seeing=(HR,), blind=(CONTRACTORS,))
        assert told["homePhone"] == Audience(anybody=False, everybody=False, manager=False, seeing=(HR,), blind=(CONTRACTORS,))
        assert told["title"].blind == ()
        with pytest.raises(NotFound):
            reading.onlookers.shown_to(me, Subject.parse("group:sales"))
        with pytest.raises(NotAllowed):
            reading.onlookers.kinds(reading.named(reading.book("people"), "dov"))
    for kind, looker in lookers.items():
        assert attributes(seen[kind].card) == attributes(entry_of(parts.directory, looker, "ada").card), kind


def test_nobody_is_shown_more_of_me_than_i_may_see_myself(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("self"), Level.EDIT, ("public",), ("mobile",)))
    with parts.directory.reading(company.ada) as reading:
        me = reading.me()
        assert "employeeNumber" not in attributes(reading.onlookers.shown_to(me, Subject.parse("group:hr")).card)
