# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.api.proposal_shapes import proposal_shape
from dirserver.model.approval import Approver
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from dirserver.wiring import Parts
from tests.cast import principal, uuid_of


def test_a_proposal_says_what_is_and_what_shall_be_and_nothing_else(parts: Parts) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.proposals.let_wait(writing.book("people"), "title", Approver.parse("manager"))
    with parts.directory.writing(principal(parts.identity, "ada", Door.WEB)) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ())])
        shape = proposal_shape(writing.held[0])
    assert (shape.field, shape.now, shape.wanted) == ("title", {"title": ["Account Manager"]}, {"title": []})
    assert (shape.state, shape.by, shape.door, shape.may_decide, shape.is_stale) == ("waiting", "ada", "web", False, False)
    assert "5550102" not in shape.model_dump_json()
