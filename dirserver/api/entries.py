# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and contacts have in common: finding, showing, adding, changing and deleting entries of some books."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import Response, request
from pydantic import BaseModel, Field

from dirserver.api.answers import check_match, json_answer, with_next
from dirserver.api.bearer import reading, writing
from dirserver.api.changing import modifications, values_of
from dirserver.api.cursor import Cursor
from dirserver.api.problems import Candidate, NearDuplicate, WrongValue
from dirserver.api.proposal_shapes import AcceptedShape, proposal_shape
from dirserver.api.shapes import EntryPatch, NewEntry, PageShape, Sent, entry_shape
from dirserver.card.fields import from_attributes
from dirserver.care.candidates import candidates
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Draft, Entry, Search
from dirserver.directory.writing import Writing
from dirserver.errors import NotFound
from dirserver.model.attribute import find
from dirserver.model.book import BookKind
from dirserver.model.entry import State
from dirserver.model.filter import ANY_ENTRY, And, AtLeast, Equality, Filter, Or
from dirserver.model.names import Slug

_NUMBERS = ("telephoneNumber", "mobile", "ipPhone", "homePhone", "pager", "facsimileTelephoneNumber")


class ListQuery(Sent):
    """Which entries of a list."""

    q: str = Field("", max_length=200, description="A search box: words in any order and any part, numbers in any spelling.")
    mail: str = Field("", max_length=200, description="Exactly this address.")
    phone: str = Field("", max_length=60, description="Exactly this number, in any spelling.")
    label: str = Field("", max_length=200, description="Labelled so.")
    modified_since: str = Field(
        "", pattern=r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$", description="Changed at or after this time, as 2027-01-31T08:00:00Z."
    )
    state: State = Field(State.ACTIVE, description="For those who may delete: what lies in the archive or in the trash.")
    fields: str = Field("", max_length=2000, description="Only these attributes, parted by commas.")
    limit: int = Field(50, ge=1, le=500)
    cursor: str = Field("", max_length=80, description="Where the page before ended.")


class OneQuery(Sent):
    """What of one entry."""

    fields: str = Field("", max_length=2000, description="Only these attributes, parted by commas.")


class NewQuery(Sent):
    """How to add."""

    force: bool = Field(default=False, description="Add it though there may be one already.")


class IdPath(BaseModel):
    """Which entry."""

    id: str = Field(max_length=200, description="The entry's id; for people their login will do.")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some books: the people's, or all the others."""

    is_people: bool

    def holds(self, view: BookView) -> bool:
        """Tell whether a book belongs here."""
        return (view.book.kind is BookKind.PEOPLE) == self.is_people

    def slugs(self, opened: Reading) -> tuple[Slug, ...]:
        """Return its books that show."""
        return tuple(view.slug for view in opened.books() if self.holds(view))

    def entry(self, opened: Reading, id_: str) -> Entry:
        """Return one entry by id, a person by name too. NotFound."""
        try:
            found = opened.find(str(uuids.UUID(id_)))
        except ValueError:
            if not self.is_people:
                raise NotFound("there is no such entry") from None
            for slug in self.slugs(opened):
                return opened.named(opened.book(slug), id_)
            raise NotFound("there is no such entry") from None
        if not self.holds(opened.book(found.book)):
            raise NotFound("there is no such entry")
        return found


PEOPLE = Shelf(is_people=True)
CONTACTS = Shelf(is_people=False)


def listed(slugs: Iterable[Slug], opened: Reading, query: ListQuery) -> Response:
    """Answer one page of a list."""
    only, cursor = wanted_fields(query.fields), Cursor.parse(query.cursor)
    books = tuple(slugs)
    if query.q.strip():
        found = _typed(opened, books, query, cursor)
    else:
        search = Search(_filter(query), books, query.limit + 1, with_state=query.state, after=cursor.after)
        found = opened.search(search).entries if books else ()
    more = len(found) > query.limit
    told = found[: query.limit]
    following = None
    if more:
        following = str(Cursor(offset=cursor.offset + query.limit) if query.q.strip() else Cursor(after=told[-1].uuid))
    return with_next(json_answer(PageShape(items=[entry_shape(one, only) for one in told], next=following)), following)


def listed_in(view: BookView, opened: Reading, query: ListQuery) -> Response:
    """Answer one page of a book; one that shows a label holds what of its book is labelled so."""
    if view.label is None or view.stands_alone:
        return listed((view.slug,), opened, query)
    if query.label:
        raise WrongValue("label", f"'{view.slug}' shows a label itself; ask '{view.book.slug}' for another one")
    return listed((view.book.slug,), opened, query.model_copy(update={"label": view.label.name}))


def _typed(opened: Reading, books: tuple[Slug, ...], query: ListQuery, cursor: Cursor) -> tuple[Entry, ...]:
    if query.mail or query.phone or query.label or query.modified_since or query.state is not State.ACTIVE:
        raise WrongValue("q", "a search box stands alone: leave the other conditions away, or q")
    return opened.suggest(query.q, books=books, limit=query.limit + 1, offset=cursor.offset).entries


def _filter(query: ListQuery) -> Filter:
    parts: list[Filter] = []
    if query.mail:
        parts.append(Or((Equality("mail", query.mail), Equality("mozillaSecondEmail", query.mail))))
    if query.phone:
        parts.append(Or(tuple(Equality(name, query.phone) for name in _NUMBERS)))
    if query.label:
        parts.append(Equality("categories", query.label))
    if query.modified_since:
        parts.append(AtLeast("modifyTimestamp", "".join(each for each in query.modified_since if each not in "-:T")))
    return And(tuple(parts)) if parts else ANY_ENTRY


def wanted_fields(text: str) -> frozenset[str] | None:
    """Return the canonical names that a ``fields`` parameter lists, None for all. WrongValue for one that nobody knows."""
    names = [each.strip() for each in text.split(",") if each.strip()]
    if not names:
        return None
    found = []
    for name in names:
        attribute = find(name)
        if attribute is None:
            raise WrongValue("fields", f"there is no attribute '{name[:80]}'")
        found.append(attribute.name)
    return frozenset(found)


def one(entry: Entry, only: Collection[str] | None = None) -> Response:
    """Answer one entry."""
    return json_answer(entry_shape(entry, only))


def shown(shelf: Shelf, path: IdPath, query: OneQuery) -> Response:
    """Answer the entry of a path."""
    only = wanted_fields(query.fields)
    with reading() as opened:
        return one(shelf.entry(opened, path.id), only)


def add(opened: Writing, view: BookView, new: NewEntry, *, is_forced: bool) -> Response:
    """Add an entry and answer it, with its address. NearDuplicate unless it is forced."""
    uuid = str(uuids.uuid4())
    card = from_attributes(values_of(opened, new.attributes), uid=uuid)
    if not is_forced and (alike := candidates(opened, view, card)):
        raise NearDuplicate([_told(each.entry, each.agrees_in) for each in alike])
    made = opened.add(view, Draft(card, new.name, uuid))
    answer = json_answer(entry_shape(made), 201)
    answer.headers["Location"] = f"{request.script_root}{request.path}/{made.uuid}"
    return answer


def _told(entry: Entry, agrees_in: tuple[str, ...]) -> Candidate:
    return Candidate(id=entry.uuid, book=entry.book, name=entry.name, display=entry.display, why=list(agrees_in))


def change(opened: Writing, entry: Entry, patch: EntryPatch) -> Response:
    """Change an entry and answer it as it is now; 202 where some of it waits for somebody's consent."""
    check_match(entry_shape(entry))
    asked = modifications(opened, patch.attributes, entry)
    if asked:
        entry = opened.modify(entry.uuid, asked, if_revision=entry.revision)
    if patch.name is not None and patch.name != entry.name:
        entry = opened.rename(entry.uuid, patch.name)
    return changed(opened, entry)


def changed(opened: Writing, entry: Entry) -> Response:
    """Answer an entry that was changed (RFC 9110 section 15.3.3: 202 where not all of it is done yet, with what waits)."""
    held = opened.held
    if not held:
        return one(entry)
    return json_answer(AcceptedShape(entry=entry_shape(entry), waiting=[proposal_shape(each) for each in held]), 202)


def drop(shelf: Shelf, path: IdPath) -> Response:
    """Put an entry into the trash."""
    with writing() as opened:
        entry = shelf.entry(opened, path.id)
        check_match(entry_shape(entry))
        opened.trash(entry.uuid)
    return Response(status=204)
