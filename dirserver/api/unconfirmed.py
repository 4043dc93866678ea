# SPDX-License-Identifier: GPL-3.0-or-later
"""/books/SLUG/unconfirmed: for those who look after a book, what nobody confirmed for long."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field

from dirserver.api.answers import json_answer
from dirserver.api.bearer import needs, parts, shown
from dirserver.api.books import BookPath
from dirserver.api.shapes import Sent
from dirserver.identity.tokens import TokenScope
from dirserver.model.names import Slug


class UnconfirmedQuery(Sent):
    """Which of them."""

    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=1_000_000)


class UnconfirmedShape(BaseModel):
    """An entry that nobody confirmed for long, and how asking by mail stands."""

    id: str
    name: str
    display: str
    confirmed_at: datetime
    asked: str = Field(description="The login of who was asked; empty for nobody.")
    times: int = Field(description="How many letters asked.")
    asked_at: datetime | None = Field(description="When asking was last tried; with nobody asked: there was nobody to ask.")


class UnconfirmedPage(BaseModel):
    """Those that nobody confirmed for longest come first."""

    items: list[UnconfirmedShape]
    count: int = Field(description="How many there are in all.")


def add_unconfirmed(endpoints: APIBlueprint) -> APIBlueprint:
    """Add the endpoint to those of books, and return them."""

    @endpoints.get("/books/<slug>/unconfirmed", summary="What nobody confirmed for long", responses={200: UnconfirmedPage})
    @needs(TokenScope.READ)
    def unconfirmed(path: BookPath, query: UnconfirmedQuery) -> Response:
        ages, asker, slug = parts().care.ages, shown().principal, Slug(path.slug)
        items = [
            UnconfirmedShape(
                id=one.entry.uuid,
                name=one.entry.name,
                display=one.entry.display,
                confirmed_at=one.confirmed_at,
                asked=one.login,
                times=one.times,
                asked_at=one.asked_at,
            )
            for one in ages.stale(asker, slug, query.limit, query.offset)
        ]
        return json_answer(UnconfirmedPage(items=items, count=ages.count(asker, slug)))

    return endpoints
