# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on people and contacts: one's own, and those that are shared with who may edit the entry."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from dirserver.api.answers import json_answer
from dirserver.api.bearer import needs, reading, writing
from dirserver.api.entries import IdPath, Shelf
from dirserver.api.shapes import Sent, example
from dirserver.directory.commenting import MOST_CHARACTERS
from dirserver.identity.tokens import TokenScope
from dirserver.model.comment import Comment

_NOTHING = {"description": "Done"}


class CommentPath(BaseModel):
    """Which comment."""

    number: int = Field(ge=1, le=2**31 - 1)


class CommentBody(Sent):
    """What it says."""

    model_config = example({"text": "Met at the fair in Łódź; likes to be called in the morning."})

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS)


class NewComment(CommentBody):
    """A new comment."""

    model_config = example({"text": "Met at the fair in Łódź; likes to be called in the morning.", "is_private": False})

    is_private: bool = Field(default=True, description="For oneself alone; else for everybody who may edit the entry.")


class CommentShape(BaseModel):
    """A comment on an entry."""

    number: int
    entry: str = Field(description="The id of the person or contact.")
    by: str = Field(description="The login of its author.")
    text: str
    is_private: bool
    is_own: bool
    at: datetime
    changed_at: datetime


class CommentsShape(BaseModel):
    """The comments on an entry that the token's account may read, oldest first."""

    items: list[CommentShape]


def make_comments() -> APIBlueprint:
    """Return the endpoints of single comments; those of an entry's comments are with the entry."""
    endpoints = APIBlueprint("comments", __name__, abp_tags=[Tag(name="comments", description="Comments on people and contacts")])

    @endpoints.patch("/comments/<int:number>", summary="Write my own comment anew", responses={200: CommentShape})
    @needs(TokenScope.WRITE)
    def change(path: CommentPath, body: CommentBody) -> Response:
        with writing() as opened:
            opened.comments.change(path.number, body.text)
            return json_answer(comment_shape(opened.comments.one(path.number)))

    @endpoints.delete("/comments/<int:number>", summary="Remove my own comment", responses={204: _NOTHING})
    @needs(TokenScope.WRITE)
    def drop(path: CommentPath) -> Response:
        with writing() as opened:
            opened.comments.drop(path.number)
        return Response(status=204)

    return endpoints


def add_comments(endpoints: APIBlueprint, shelf: Shelf, root: str) -> None:
    """Add the endpoints of an entry's comments to those of people or contacts."""

    @endpoints.get(f"{root}/<id>/comments", summary="Comments on an entry", responses={200: CommentsShape})
    @needs(TokenScope.READ)
    def comments(path: IdPath) -> Response:
        with reading() as opened:
            found = opened.comments.on(shelf.entry(opened, path.id))
        return json_answer(CommentsShape(items=[comment_shape(one) for one in found]))

    @endpoints.post(f"{root}/<id>/comments", summary="Comment on an entry", responses={201: CommentShape})
    @needs(TokenScope.WRITE)
    def add_comment(path: IdPath, body: NewComment) -> Response:
        with writing() as opened:
            made = opened.comments.add(shelf.entry(opened, path.id), body.text, is_private=body.is_private)
        return json_answer(comment_shape(made), 201)


def comment_shape(one: Comment) -> CommentShape:
    """Return a comment as JSON has it."""
    return CommentShape(
        number=one.number,
        entry=one.entry,
        by=one.by,
        text=one.text,
        is_private=one.is_private,
        is_own=one.is_own,
        at=one.at,
        changed_at=one.changed_at,
    )
