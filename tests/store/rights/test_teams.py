# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import Conflict
from dirserver.model.grant import SubjectKind
from dirserver.store.engine import counters
from dirserver.store.engine.opening import ReadTx
from dirserver.store.rights import permissions, teams
from dirserver.store.rights.teams import By, TeamRow, Told
from tests.cast import Company, uuid_of
from tests.parts import CoreParts


def sales(tx: ReadTx) -> TeamRow:
    found = teams.by_key(tx, "sales")
    assert found is not None
    return found


def test_groups_are_listed_by_name_with_their_members(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        assert [one.name for one in teams.listed(tx)] == ["contractors", "hr", "sales"]
        assert set(teams.members(tx, sales(tx).id)) == {uuid_of("ada"), uuid_of("bruno")}
        assert teams.names_of(tx, uuid_of("esme")) == ("contractors",)
        assert teams.by_key(tx, "nothing") is None


def test_joining_and_leaving_count_once_and_move_the_access_number(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        before = counters.access_number(tx)
        for _ in range(2):
            teams.join(tx, sales(tx).id, [uuid_of("zoe")], By("admin", 5))
        assert counters.access_number(tx) == before + 1
        assert (sales(tx).modified_us, sales(tx).modified_by) == (5, "admin")
        assert uuid_of("zoe") in teams.members(tx, sales(tx).id)
        for _ in range(2):
            teams.leave(tx, sales(tx).id, [uuid_of("zoe")], By("admin", 6))
        assert uuid_of("zoe") not in teams.members(tx, sales(tx).id)
        assert counters.access_number(tx) > before + 1


def test_a_name_stands_once(parts: CoreParts, company: Company) -> None:
    with pytest.raises(Conflict), parts.store.writing() as tx:
        teams.add(tx, Told("Sales", "sales", "", ""), By("admin", 1), uuid_of("nobody"))
    with pytest.raises(Conflict), parts.store.writing() as tx:
        teams.change(tx, sales(tx).id, Told("HR", "hr", "", ""), By("admin", 1))


def test_a_change_of_name_keeps_members_and_moves_the_access_number(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        row, before = sales(tx), counters.access_number(tx)
        teams.change(tx, row.id, Told("Vertrieb", "vertrieb", "Sells", "v@example.com"), By("chika", 7))
        found = teams.by_key(tx, "vertrieb")
        assert found is not None
        assert (found.uuid, found.description, found.mail, found.created_us) == (row.uuid, "Sells", "v@example.com", row.created_us)
        assert (found.modified_us, found.modified_by) == (7, "chika")
        assert set(teams.members(tx, row.id)) == {uuid_of("ada"), uuid_of("bruno")}
        assert teams.by_key(tx, "sales") is None
        assert counters.access_number(tx) == before + 1


def test_what_was_granted_to_a_group_goes_with_it(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        assert any(one.subject.name == "sales" for one in permissions.listed(tx))
        teams.drop(tx, sales(tx).id)
        assert not any(one.subject.name == "sales" for one in permissions.listed(tx))
        assert any(one.subject.kind is SubjectKind.GROUP for one in permissions.listed(tx))
        assert teams.names_of(tx, uuid_of("ada")) == ()
