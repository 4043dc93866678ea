# SPDX-License-Identifier: GPL-3.0-or-later
"""/books, /labels and the feed of changes: what there is, and how to follow it."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from dirserver.api.answers import json_answer
from dirserver.api.bearer import needs, reading
from dirserver.api.entries import wanted_fields
from dirserver.api.shapes import BookShape, BooksShape, ChangesShape, LabelShape, LabelsShape, Sent, book_shape, entry_shape
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.identity.tokens import TokenScope
from dirserver.model.change import SyncToken


class BookPath(BaseModel):
    """Which book."""

    slug: str = Field(max_length=200)


class ChangesQuery(Sent):
    """Since when."""

    since: str = Field(
        "", max_length=4000, description="The token of the answer before. Without one, or with one that nobody knows, everything is told."
    )
    fields: str = Field("", max_length=2000, description="Only these attributes, parted by commas.")
    limit: int = Field(200, ge=1, le=500)


def make_books() -> APIBlueprint:
    """Return the endpoints of books, their labels and their changes."""
    endpoints = APIBlueprint("books", __name__, abp_tags=[Tag(name="books", description="Address books, labels and changes")])

    @endpoints.get("/books", summary="The books that show", responses={200: BooksShape})
    @needs(TokenScope.READ)
    def listed() -> Response:
        with reading() as opened:
            return json_answer(BooksShape(items=[_shape(opened, view) for view in opened.books()]))

    @endpoints.get("/books/<slug>", summary="One book", responses={200: BookShape})
    @needs(TokenScope.READ)
    def show(path: BookPath) -> Response:
        with reading() as opened:
            return json_answer(_shape(opened, opened.book(path.slug)))

    @endpoints.get("/books/<slug>/changes", summary="What happened in a book since a token", responses={200: ChangesShape})
    @needs(TokenScope.READ)
    def changes(path: BookPath, query: ChangesQuery) -> Response:
        only = wanted_fields(query.fields)
        with reading() as opened:
            view = opened.book(path.slug)
            told = opened.changes(view, SyncToken.parse(query.since) if query.since else None, query.limit)
            changed = opened.at(view, [each.href for each in told.changed])
        items = [entry_shape(one, only) for one in changed]
        return json_answer(ChangesShape(token=str(told.token), changed=items, gone=list(told.gone), more=told.is_truncated))

    @endpoints.get("/labels", summary="The labels that show", responses={200: LabelsShape})
    @needs(TokenScope.READ)
    def labels() -> Response:
        with reading() as opened:
            found = [
                LabelShape(id=entry.uuid, book=entry.book, name=entry.display, members=count)
                for view in opened.books()
                for entry, count in opened.labels(view)
            ]
        return json_answer(LabelsShape(items=found))

    return endpoints


def _shape(opened: Reading, view: BookView) -> BookShape:
    return book_shape(view, opened.count(view), str(opened.token(view)))
