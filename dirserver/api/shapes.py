# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes out and comes in, as JSON: the source of the OpenAPI description."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from dirserver.card.media import photo_digest
from dirserver.card.projection import attributes
from dirserver.directory.views.entry import BookView, Entry, Group, Revision


def example(told: JsonDict) -> ConfigDict:
    """Return settings of a model that show an example in the description; a test sends or reads each."""
    return ConfigDict(json_schema_extra={"examples": [told]})


Text = Annotated[str, Field(max_length=20_000)]
Values = Annotated[list[Text], Field(max_length=100)]


class Sent(BaseModel):
    """What comes in: a member that nobody knows is a mistake, not ignored."""

    model_config = ConfigDict(extra="forbid")


class EntryShape(BaseModel):
    """A person or contact, with what the token's account may read of it."""

    model_config = example(
        {
            "id": "5b0e7f5c-6c1d-5d0e-9b57-0a6a1f3f7c11",
            "book": "people",
            "name": "ada",
            "href": "5b0e7f5c-6c1d-5d0e-9b57-0a6a1f3f7c11.vcf",
            "kind": "individual",
            "state": "active",
            "revision": 3,
            "display": "Ada Marlowe",
            "attributes": {"cn": ["Ada Marlowe"], "mail": ["ada.marlowe@example.com"], "telephoneNumber": ["+442079460107"]},
            "has_photo": True,
            "created_at": "2026-11-27T08:30:00Z",
            "modified_at": "2026-11-28T12:43:13.337083Z",
            "confirmed_at": None,
        }
    )

    id: str = Field(description="Its UUID; never changes, and is the same at every door.")
    book: str
    name: str = Field(description="Its name in the book (uid): for people their login.")
    href: str = Field(description="Its name in the book's CardDAV collection.")
    kind: str = Field(description="individual, group, org or location.")
    state: str = Field(description="active, archived or trashed.")
    revision: int
    display: str = Field(description="What to call it.")
    attributes: dict[str, list[str]] = Field(
        description="Values by LDAP attribute name. References (manager, secretary, member) are urn:uuid: and an id."
    )
    has_photo: bool
    created_at: datetime
    modified_at: datetime
    confirmed_at: datetime | None = Field(description="When somebody last said that it is right; null: not since it was made.")


class PageShape(BaseModel):
    """One page of a list."""

    items: list[EntryShape]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class EntryPatch(Sent):
    """A change: attributes that aren't named stay, null takes one away (RFC 7396)."""

    model_config = example({"attributes": {"title": "Team Lead", "mobile": ["+34 600 111 222"], "pager": None}})

    attributes: dict[str, Values | Text | None] = Field(
        default_factory=dict, description="Values by attribute name (or an alias); one text is one value.", max_length=100
    )
    name: str | None = Field(None, max_length=200, description="Another name (uid).")


class NewEntry(Sent):
    """A new entry."""

    model_config = example(
        {"attributes": {"givenName": "Gil", "sn": "Ortega", "mail": ["gil.ortega@example.com"], "telephoneNumber": ["+34 912 345 678"]}}
    )

    attributes: dict[str, Values | Text] = Field(min_length=1, max_length=100)
    name: str | None = Field(None, max_length=200, description="Its name (uid); made from the display name when it isn't given.")


class NewContact(NewEntry):
    """A new contact, and the book that it goes into."""

    model_config = example({"book": "clients", "attributes": {"cn": "Rosa Prado", "o": "Prado e Filhos", "mail": ["rosa@prado.example"]}})

    book: str = Field(max_length=200)


class BookShape(BaseModel):
    """A book that the token's account may see."""

    slug: str
    name: str
    description: str
    kind: str = Field(description="people, shared or personal.")
    level: str = Field(description="What one may do: view, edit, delete, manage or own.")
    needs_label: bool = Field(description="Whether a contact without categories is refused.")
    entries: int = Field(description="How many entries show: what a phone shows too.")
    token: str = Field(description="Where the book stands: begin following it from here.")


class BooksShape(BaseModel):
    """All books that show."""

    items: list[BookShape]


class ChangesShape(BaseModel):
    """What happened in a book since a token."""

    token: str = Field(description="Ask with this next time.")
    changed: list[EntryShape] = Field(description="New or changed, as they are now.")
    gone: list[str] = Field(description="The hrefs of those that don't show any more.")
    more: bool = Field(description="True when a limit cut the answer: ask again at once.")


class MemberShape(BaseModel):
    """An entry in a group."""

    id: str
    book: str
    name: str
    display: str


class GroupShape(BaseModel):
    """A group of people."""

    name: str
    description: str
    mail: str
    members: list[MemberShape]
    modified_at: datetime


class GroupsShape(BaseModel):
    """All groups that show."""

    items: list[GroupShape]


class LabelShape(BaseModel):
    """A label of a book: a group entry, and a category of its members."""

    id: str
    book: str
    name: str
    members: int = Field(description="How many of them show.")


class LabelsShape(BaseModel):
    """All labels that show."""

    items: list[LabelShape]


class MeShape(BaseModel):
    """The token's account."""

    login: str
    name: str
    mail: str
    is_admin: bool
    language: str
    entry: EntryShape | None = Field(description="Its own person in the directory.")


class RevisionShape(BaseModel):
    """One state that an entry had."""

    number: int
    at: datetime
    by: str
    proposed_by: str = Field(description="Who proposed what `by` approved; empty where nobody did.")
    door: str
    what: str
    changed: list[str] = Field(description="The attributes that differ from the revision before.")
    is_current: bool
    attributes: dict[str, list[str]]


class HistoryShape(BaseModel):
    """Every state of an entry, newest first."""

    items: list[RevisionShape]


def entry_shape(entry: Entry, only: Collection[str] | None = None) -> EntryShape:
    """Return an entry as JSON has it; ``only`` are canonical names, None for all."""
    return EntryShape(
        id=entry.uuid,
        book=entry.book,
        name=entry.name,
        href=entry.href,
        kind=entry.kind.value,
        state=entry.state.value,
        revision=entry.revision,
        display=entry.display,
        attributes=_values(attributes(entry.card), only),
        has_photo=photo_digest(entry.card) is not None,
        created_at=entry.created_at,
        modified_at=entry.modified_at,
        confirmed_at=entry.confirmed_at,
    )


def book_shape(view: BookView, entries: int, token: str) -> BookShape:
    """Return a book as JSON has it."""
    return BookShape(
        slug=view.slug,
        name=view.name,
        description=view.description,
        kind=view.book.kind.value,
        level=view.level.name.lower(),
        needs_label=view.book.needs_label,
        entries=entries,
        token=token,
    )


def group_shape(group: Group) -> GroupShape:
    """Return a group as JSON has it."""
    members = [MemberShape(id=each.uuid, book=each.book, name=each.name, display=each.display) for each in group.members]
    return GroupShape(name=group.name, description=group.description, mail=group.mail, members=members, modified_at=group.modified_at)


def revision_shape(revision: Revision) -> RevisionShape:
    """Return a revision as JSON has it."""
    return RevisionShape(
        number=revision.number,
        at=revision.at,
        by=revision.by,
        proposed_by=revision.proposed_by,
        door=revision.door.value,
        what=revision.what.value,
        changed=list(revision.changed),
        is_current=revision.is_current,
        attributes=_values(attributes(revision.card), None),
    )


def _values(found: Mapping[str, tuple[str, ...]], only: Collection[str] | None) -> dict[str, list[str]]:
    return {name: list(values) for name, values in found.items() if only is None or name in only}
