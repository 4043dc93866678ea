# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.views.explaining import because
from dirserver.errors import NotAllowed, NotAuthenticated
from dirserver.model.attribute import FIELDS
from dirserver.model.book import Level
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, PEOPLE, Company, entry_of
from tests.parts import CoreParts


def test_what_is_explained_is_what_is_shown_for_everybody_and_every_field(parts: CoreParts, company: Company) -> None:
    cast: list[Principal] = [company.ada, company.bruno, company.chika, company.dov, company.esme, company.printer, company.admin]
    for asker in cast:
        for login in ("ada", "bruno", "zoe"):
            with parts.directory.reading(company.system) as reading:
                answer = reading.may(asker.account_id, reading.book(PEOPLE)).on(reading.named(reading.book(PEOPLE), login))
            if not answer.level:
                continue
            view = entry_of(parts.directory, asker, login).view
            assert {one.field: (one.may_read, one.may_write) for one in answer.fields} == {
                field: (view.may_read(field), view.may_write(field)) for field in FIELDS
            }
            for one in answer.fields:
                # Every permission has a grant to its name, and no grant is named for what it doesn't give.
                assert answer.rule != "grants" or ((one.may_read or not one.read_by) and (one.may_write or not one.write_by))
                assert answer.rule != "grants" or one.may_read == bool(one.read_by) or one.of_class == "private"


def test_the_grant_that_decides_is_named_and_those_passed_over(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.system) as reading:
        people = reading.book(PEOPLE)
        esme = reading.may(company.esme.account_id, people).in_general()
        ada = reading.may(company.ada.account_id, people).on(reading.named(people, "ada"), ("mobile",))
        bruno = reading.may(company.bruno.account_id, people).on(reading.named(people, "ada"))
        nobody = reading.may(None, people).in_general()
    assert [str(grant.subject) for grant in esme.decided_by] == ["group:contractors"]
    assert "passed over: authenticated" in because(esme)
    assert (ada.relation, ada.fields[0].may_write, ada.fields[0].write_by) == ("self", True, ("self",))
    assert bruno.relation == "manager"
    assert (nobody.level, because(nobody)) == (Level.NONE, "no grant fits: nothing shows")


def test_administrators_and_owners_are_told_as_such(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.system) as reading:
        assert "administrator" in because(reading.may(company.admin.account_id, reading.book(CLIENTS)).in_general())
        assert "owner" in because(reading.may(company.ada.account_id, reading.book("~ada")).in_general())
        assert reading.may(company.admin.account_id, reading.book("~ada")).in_general().level == Level.NONE


def test_only_operators_ask_and_a_closed_account_may_nothing(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading, pytest.raises(NotAllowed):
        reading.may(company.ada.account_id, reading.book(PEOPLE))
    finn = parts.identity.account("finn").id
    with parts.directory.reading(company.system) as reading, pytest.raises(NotAuthenticated):
        reading.may(finn, reading.book(PEOPLE))
