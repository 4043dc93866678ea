# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import Conflict
from dirserver.model.approval import Stage
from dirserver.store.entries import books, proposals
from dirserver.store.entries.proposals import ProposalRow
from tests.cast import Company, uuid_of
from tests.parts import CoreParts


def row(tx, company: Company, field: str) -> ProposalRow:
    return ProposalRow(
        0, uuid_of("ada"), books.by_slug(tx, "people").id, field, Stage.WAITING, "[]", "[]", company.ada.account_id, 5, "web"
    )


def test_one_proposal_of_a_field_waits_and_is_decided_once(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        first = proposals.add(tx, row(tx, company, "title"))
        other = proposals.add(tx, row(tx, company, "mobile"))
        assert [one.id for one in proposals.waiting(tx)] == [one.id for one in proposals.waiting_on(tx, uuid_of("ada"))] == [first, other]
        assert proposals.decide(tx, first, Stage.APPROVED, by="bruno", at_us=6, revision=2)
        assert not proposals.decide(tx, first, Stage.REFUSED, by="chika", at_us=7)
        assert proposals.approved(tx, uuid_of("ada")) == [(2, company.ada.account_id)]
        assert [(one.id, one.state, one.decided_by) for one in proposals.of_entry(tx, uuid_of("ada"))] == [
            (other, Stage.WAITING, ""),
            (first, Stage.APPROVED, "bruno"),
        ]
        assert proposals.by_id(tx, 99) is None
        proposals.add(tx, row(tx, company, "title"))
    with pytest.raises(Conflict), parts.store.writing() as tx:
        proposals.add(tx, row(tx, company, "mobile"))
