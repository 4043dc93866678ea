# SPDX-License-Identifier: GPL-3.0-or-later
"""/proposals: changes that wait for somebody's consent, and deciding on them."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from dirserver.api.answers import json_answer
from dirserver.api.bearer import needs, reading, writing
from dirserver.api.proposal_shapes import ApprovalBody, ProposalShape, ProposalsShape, RefusalBody, proposal_shape
from dirserver.identity.tokens import TokenScope


class NumberPath(BaseModel):
    """Which proposal."""

    number: int = Field(ge=1, le=2**31 - 1)


def make_proposals() -> APIBlueprint:
    """Return the endpoints of proposals."""
    endpoints = APIBlueprint("proposals", __name__, abp_tags=[Tag(name="proposals", description="Changes that wait for approval")])

    @endpoints.get("/proposals", summary="What waits for me, and what I proposed", responses={200: ProposalsShape})
    @needs(TokenScope.READ)
    def listed() -> Response:
        with reading() as opened:
            waiting, mine = opened.proposals.to_decide(), opened.proposals.mine()
        return json_answer(ProposalsShape(to_decide=[proposal_shape(one) for one in waiting], mine=[proposal_shape(one) for one in mine]))

    @endpoints.post("/proposals/<int:number>/approve", summary="Make the change", responses={200: ProposalShape})
    @needs(TokenScope.WRITE)
    def approve(path: NumberPath, body: ApprovalBody) -> Response:
        with writing() as opened:
            return _decided(proposal_shape(opened.proposals.approve(path.number, seen=body.seen)), "approved")

    @endpoints.post("/proposals/<int:number>/refuse", summary="Leave it as it is, and say why", responses={200: ProposalShape})
    @needs(TokenScope.WRITE)
    def refuse(path: NumberPath, body: RefusalBody) -> Response:
        with writing() as opened:
            return _decided(proposal_shape(opened.proposals.refuse(path.number, body.reason)), "refused")

    @endpoints.post("/proposals/<int:number>/withdraw", summary="Take my own proposal back", responses={200: ProposalShape})
    @needs(TokenScope.WRITE)
    def withdraw(path: NumberPath) -> Response:
        with writing() as opened:
            opened.proposals.withdraw(path.number)
            return json_answer(proposal_shape(opened.proposals.one(path.number)))

    return endpoints


def _decided(shape: ProposalShape, state: str) -> Response:
    # Who approved is no party to it any more, so it is told as it was looked at.
    return json_answer(shape.model_copy(update={"state": state, "may_decide": False, "is_stale": False}))
