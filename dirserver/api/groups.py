# SPDX-License-Identifier: GPL-3.0-or-later
"""/groups: the company's groups and who is in them."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from dirserver.api.answers import json_answer
from dirserver.api.bearer import needs, reading, writing
from dirserver.api.shapes import GroupShape, GroupsShape, Sent, example, group_shape
from dirserver.identity.tokens import TokenScope

_NOTHING = {"description": "Done"}


class NewGroup(Sent):
    """A new group."""

    model_config = example({"name": "choir", "description": "Who sings", "mail": "choir@example.com"})

    name: str = Field(max_length=200)
    description: str = Field("", max_length=2000)
    mail: str = Field("", max_length=320)


class GroupPath(BaseModel):
    """Which group."""

    group: str = Field(max_length=200)


class MemberPath(GroupPath):
    """Which member of which group."""

    id: str = Field(max_length=200, description="The entry's id.")


def make_groups() -> APIBlueprint:
    """Return the endpoints of groups."""
    endpoints = APIBlueprint("groups", __name__, abp_tags=[Tag(name="groups", description="Groups of people")])

    @endpoints.get("/groups", summary="The groups", responses={200: GroupsShape})
    @needs(TokenScope.READ)
    def listed() -> Response:
        with reading() as opened:
            return json_answer(GroupsShape(items=[group_shape(each) for each in opened.groups()]))

    @endpoints.post("/groups", summary="Make a group", responses={201: GroupShape})
    @needs(TokenScope.WRITE)
    def add(body: NewGroup) -> Response:
        with writing() as opened:
            return json_answer(group_shape(opened.add_group(body.name, description=body.description, mail=body.mail)), 201)

    @endpoints.get("/groups/<group>", summary="One group", responses={200: GroupShape})
    @needs(TokenScope.READ)
    def show(path: GroupPath) -> Response:
        with reading() as opened:
            return json_answer(group_shape(opened.group(path.group)))

    @endpoints.delete("/groups/<group>", summary="Remove a group", responses={204: _NOTHING})
    @needs(TokenScope.WRITE)
    def drop(path: GroupPath) -> Response:
        with writing() as opened:
            opened.drop_group(path.group)
        return Response(status=204)

    @endpoints.put("/groups/<group>/members/<id>", summary="Put an entry into a group", responses={204: _NOTHING})
    @needs(TokenScope.WRITE)
    def join(path: MemberPath) -> Response:
        with writing() as opened:
            opened.add_member(path.group, path.id)
        return Response(status=204)

    @endpoints.delete("/groups/<group>/members/<id>", summary="Take an entry out of a group", responses={204: _NOTHING})
    @needs(TokenScope.WRITE)
    def leave(path: MemberPath) -> Response:
        with writing() as opened:
            opened.remove_member(path.group, path.id)
        return Response(status=204)

    return endpoints
