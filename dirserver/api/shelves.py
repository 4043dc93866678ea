# SPDX-License-Identifier: GPL-3.0-or-later
"""/people and /contacts: the same questions and changes for the company's people and for every other book."""

from __future__ import annotations

from io import BytesIO

from flask import Response, request, send_file
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from dirserver.api import entries
from dirserver.api.answers import check_match, json_answer
from dirserver.api.bearer import needs, reading, writing
from dirserver.api.comments import add_comments
from dirserver.api.entries import CONTACTS, PEOPLE, IdPath, ListQuery, NewQuery, OneQuery, Shelf
from dirserver.api.proposal_shapes import CHANGED
from dirserver.api.shapes import (
    EntryPatch,
    EntryShape,
    HistoryShape,
    NewContact,
    NewEntry,
    PageShape,
    Sent,
    entry_shape,
    example,
    revision_shape,
)
from dirserver.directory.views.entry import Form
from dirserver.errors import NotAllowed, NotFound, TooLarge
from dirserver.identity.tokens import TokenScope
from dirserver.model.modification import Modification, Operation

_MOST_PHOTO_BYTES = 10 * 1024 * 1024
_PHOTO_BODY = {
    "requestBody": {
        "required": True,
        "description": "A JPEG, PNG or WebP picture.",
        "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in ("image/jpeg", "image/png", "image/webp")},
    }
}
_PICTURE = {"description": "The picture", "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
_CARD = {"description": "The card", "content": {"text/vcard": {"schema": {"type": "string"}}}}
_NOTHING = {"description": "Done"}


class BookQuery(ListQuery):
    """Which contacts."""

    book: str = Field("", max_length=200, description="Only this book (its slug); else every book that shows, one's own included.")


class RevisionBody(Sent):
    """Which state to go back to."""

    model_config = example({"revision": 1})

    revision: int = Field(ge=1)


class VersionQuery(BaseModel):
    """In which version."""

    version: str = Field("3.0", pattern=r"^[34]\.0$", description="3.0 (RFC 2426) or 4.0 (RFC 6350).")


def make_people() -> APIBlueprint:
    """Return the endpoints of the company's people."""
    endpoints = APIBlueprint("people", __name__, abp_tags=[Tag(name="people", description="The company's people")])

    @endpoints.get("/people", summary="Find people", responses={200: PageShape})
    @needs(TokenScope.READ)
    def listed(query: ListQuery) -> Response:
        with reading() as opened:
            return entries.listed(PEOPLE.slugs(opened), opened, query)

    @endpoints.post("/people", summary="Add a person", responses={201: EntryShape})
    @needs(TokenScope.WRITE)
    def add(query: NewQuery, body: NewEntry) -> Response:
        with writing() as opened:
            for slug in PEOPLE.slugs(opened):
                return entries.add(opened, opened.book(slug), body, is_forced=query.force)
        raise NotFound("there is no book of people")

    _share(endpoints, PEOPLE, "/people")
    return endpoints


def make_contacts() -> APIBlueprint:
    """Return the endpoints of shared and personal books."""
    endpoints = APIBlueprint("contacts", __name__, abp_tags=[Tag(name="contacts", description="Contacts of shared and personal books")])

    @endpoints.get("/contacts", summary="Find contacts", responses={200: PageShape})
    @needs(TokenScope.READ)
    def listed(query: BookQuery) -> Response:
        with reading() as opened:
            if not query.book:
                return entries.listed(CONTACTS.slugs(opened), opened, query)
            view = opened.book(query.book)
            if not CONTACTS.holds(view):
                raise NotFound(f"'{view.slug}' is a book of people: ask /people")
            return entries.listed_in(view, opened, query)

    @endpoints.post("/contacts", summary="Add a contact", responses={201: EntryShape})
    @needs(TokenScope.WRITE)
    def add(query: NewQuery, body: NewContact) -> Response:
        with writing() as opened:
            view = opened.book(body.book)
            if not CONTACTS.holds(view):
                raise NotAllowed(f"'{view.slug}' is a book of people: add to /people")
            if view.stands_alone:
                raise NotAllowed(f"'{view.slug}' shows a label: you may not add to it")
            if view.label is not None:
                raise NotAllowed(f"'{view.slug}' shows a label: add to '{view.book.slug}', with '{view.label.name}' among the categories")
            return entries.add(opened, view, body, is_forced=query.force)

    _share(endpoints, CONTACTS, "/contacts")
    return endpoints


def _share(endpoints: APIBlueprint, shelf: Shelf, root: str) -> None:
    _one(endpoints, shelf, root)
    _media(endpoints, shelf, root)
    _past(endpoints, shelf, root)
    add_comments(endpoints, shelf, root)


def _one(endpoints: APIBlueprint, shelf: Shelf, root: str) -> None:
    @endpoints.get(f"{root}/<id>", summary="Read an entry", responses={200: EntryShape})
    @needs(TokenScope.READ)
    def show(path: IdPath, query: OneQuery) -> Response:
        return entries.shown(shelf, path, query)

    @endpoints.patch(f"{root}/<id>", summary="Change an entry", responses=CHANGED)
    @needs(TokenScope.WRITE)
    def change(path: IdPath, body: EntryPatch) -> Response:
        with writing() as opened:
            return entries.change(opened, shelf.entry(opened, path.id), body)

    @endpoints.delete(f"{root}/<id>", summary="Put an entry into the trash", responses={204: _NOTHING})
    @needs(TokenScope.WRITE)
    def drop(path: IdPath) -> Response:
        return entries.drop(shelf, path)

    @endpoints.get(f"{root}/<id>/vcard", summary="Read an entry as a vCard, with its photo", responses={200: _CARD})
    @needs(TokenScope.READ)
    def vcard(path: IdPath, query: VersionQuery) -> Response:
        with reading() as opened:
            entry = shelf.entry(opened, path.id)
            form = Form.VCARD3 if query.version == "3.0" else Form.VCARD4
            rendering = next(iter(opened.renderings(opened.book(entry.book), [entry.href], form)), None)
        if rendering is None:
            raise NotFound("there is no such entry")
        answer = Response(rendering.body, mimetype="text/vcard")
        answer.set_etag(rendering.etag)
        return answer


def _media(endpoints: APIBlueprint, shelf: Shelf, root: str) -> None:
    @endpoints.get(f"{root}/<id>/photo", summary="Read the photo", responses={200: _PICTURE})
    @needs(TokenScope.READ)
    def photo(path: IdPath) -> Response:
        with reading() as opened:
            found = opened.photo(shelf.entry(opened, path.id))
        if found is None:
            raise NotFound("this entry has no photo")
        answer = send_file(BytesIO(found.data), mimetype=found.media_type)
        answer.set_etag(found.digest)
        return answer

    @endpoints.put(f"{root}/<id>/photo", summary="Set the photo", openapi_extensions=_PHOTO_BODY, responses=CHANGED)
    @needs(TokenScope.WRITE)
    def set_photo(path: IdPath) -> Response:
        data = request.get_data(cache=False)
        if len(data) > _MOST_PHOTO_BYTES:
            raise TooLarge("a photo may have 10 MB at most", _MOST_PHOTO_BYTES)
        return _replace_photo(shelf, path, (data,))

    @endpoints.delete(f"{root}/<id>/photo", summary="Remove the photo", responses=CHANGED)
    @needs(TokenScope.WRITE)
    def drop_photo(path: IdPath) -> Response:
        return _replace_photo(shelf, path, ())


def _replace_photo(shelf: Shelf, path: IdPath, values: tuple[bytes, ...]) -> Response:
    with writing() as opened:
        entry = shelf.entry(opened, path.id)
        check_match(entry_shape(entry))
        return entries.changed(opened, opened.modify(entry.uuid, (Modification("jpegPhoto", Operation.REPLACE, values),)))


def _past(endpoints: APIBlueprint, shelf: Shelf, root: str) -> None:
    @endpoints.get(f"{root}/<id>/history", summary="Every state of an entry, newest first", responses={200: HistoryShape})
    @needs(TokenScope.READ)
    def history(path: IdPath) -> Response:
        with reading() as opened:
            revisions = opened.history(shelf.entry(opened, path.id))
        return json_answer(HistoryShape(items=[revision_shape(each) for each in revisions]))

    @endpoints.post(f"{root}/<id>/revert", summary="Make an entry what it was", responses=CHANGED)
    @needs(TokenScope.WRITE)
    def revert(path: IdPath, body: RevisionBody) -> Response:
        with writing() as opened:
            entry = shelf.entry(opened, path.id)
            check_match(entry_shape(entry))
            return entries.changed(opened, opened.revert(entry.uuid, body.revision))

    @endpoints.post(f"{root}/<id>/confirm", summary="Say that an entry is still correct", responses={200: EntryShape})
    @needs(TokenScope.WRITE)
    def confirm(path: IdPath) -> Response:
        with writing() as opened:
            entry = shelf.entry(opened, path.id)
            check_match(entry_shape(entry))
            opened.confirm(entry.uuid)
            return entries.one(opened.find(entry.uuid))

    @endpoints.post(f"{root}/<id>/restore", summary="Bring an entry back from the trash or the archive", responses={200: EntryShape})
    @needs(TokenScope.WRITE)
    def restore(path: IdPath) -> Response:
        with writing() as opened:
            entry = opened.restore(path.id)
            if not shelf.holds(opened.book(entry.book)):
                raise NotFound("there is no such entry")
            return entries.one(entry)
