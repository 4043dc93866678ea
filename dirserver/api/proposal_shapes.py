# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that wait for somebody's consent, as JSON."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from dirserver.api.shapes import EntryShape, Sent, example
from dirserver.directory.changes.deciding import MOST_REASON
from dirserver.directory.changes.proposal import Proposal


class ProposalShape(BaseModel):
    """A change of one field that waits, or what became of it."""

    number: int
    entry: str = Field(description="The id of the person.")
    display: str
    field: str
    state: str = Field(description="waiting, approved, refused, withdrawn or replaced (by a newer one).")
    approver: str = Field(description="Who may approve: manager, stewards, group:NAME or account:LOGIN; stewards always may.")
    now: dict[str, list[str]] = Field(description="Values by attribute as they are; when it was decided, as they were. Photos as digests.")
    wanted: dict[str, list[str]] = Field(description="Values by attribute as they shall be.")
    is_stale: bool = Field(description="The field has changed since; approving it takes `seen`.")
    seen: str = Field(description="Names what the field is now.")
    by: str
    at: datetime
    door: str
    decided_at: datetime | None
    decided_by: str
    reason: str
    may_decide: bool


class ProposalsShape(BaseModel):
    """Changes that wait for me, and those that I proposed."""

    to_decide: list[ProposalShape]
    mine: list[ProposalShape]


class AcceptedShape(BaseModel):
    """A change of which some waits for somebody's consent: the entry as it is now, and what waits."""

    entry: EntryShape
    waiting: list[ProposalShape]


class ApprovalBody(Sent):
    """What was looked at."""

    seen: str | None = Field(None, max_length=64, description="`seen` of the proposal: needed where `is_stale`.")


class RefusalBody(Sent):
    """Why not."""

    model_config = example({"reason": "This is a shared number; give your own."})

    reason: str = Field("", max_length=MOST_REASON)


CHANGED: dict[str | int | HTTPStatus, type[BaseModel] | dict[Any, Any] | None] = {200: EntryShape, 202: AcceptedShape}
"""What a change answers."""


def proposal_shape(proposal: Proposal) -> ProposalShape:
    """Return a proposal as JSON has it."""
    return ProposalShape(
        number=proposal.number,
        entry=proposal.entry,
        display=proposal.display,
        field=proposal.field_name,
        state=proposal.stage.value,
        approver=str(proposal.approver),
        now={name: list(old) for name, (old, _) in proposal.changes.items()},
        wanted={name: list(new) for name, (_, new) in proposal.changes.items()},
        is_stale=proposal.is_stale,
        seen=proposal.seen,
        by=proposal.by,
        at=proposal.at,
        door=proposal.door.value,
        decided_at=proposal.decided_at,
        decided_by=proposal.decided_by,
        reason=proposal.reason,
        may_decide=proposal.may_decide,
    )
