# SPDX-License-Identifier: GPL-3.0-or-later
"""What the directory answers with: frozen values that hold only what the asker may see."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar

from dirserver.access.view import View
from dirserver.card.card import Card, Version
from dirserver.card.photo import octets_for
from dirserver.errors import BadInput
from dirserver.model.book import Book, Level
from dirserver.model.change import What
from dirserver.model.entry import Kind, State
from dirserver.model.filter import ANY_ENTRY, Filter
from dirserver.model.names import BatchId, ETag, Href, Slug
from dirserver.model.principal import Door
from dirserver.model.profile import CardVersion, GroupDialect, PhotoSize, Profile
from dirserver.store.entries.batches import BatchRow
from dirserver.store.finding.search import Stop

__all__ = ["Batch", "BookView", "Draft", "Entry", "Form", "Group", "ManagerRef", "Member", "Photo", "Put", "Revision"]
__all__ += ["Search", "SearchResult", "Stop", "Undone", "moment"]


_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Form:
    """In which form cards are served. ``version`` None: as each was given (3.0 where it came from elsewhere).

    ``key`` names it in table ``rendering`` and in ETags. Every setting has few values, so there are few forms.
    """

    version: Version | None = None
    photo: PhotoSize = PhotoSize.STORED
    groups: GroupDialect = GroupDialect.STORED
    key: str = field(init=False, compare=False)

    NATIVE: ClassVar[Form]
    VCARD3: ClassVar[Form]
    VCARD4: ClassVar[Form]

    def __post_init__(self) -> None:
        parts = [self.version.value if self.version is not None else "native"]
        if self.photo is not PhotoSize.STORED:
            # How it is made belongs to it: the same key means the same octets.
            side_px = self.photo.side_px
            parts.append(f"photo={self.photo.value}" if side_px is None else f"photo={side_px}/{octets_for(side_px)}")
        if self.groups is not GroupDialect.STORED:
            parts.append(f"groups={self.groups.value}")
        object.__setattr__(self, "key", " ".join(parts))

    @classmethod
    def of(cls, profile: Profile) -> Form:
        """Return the form that a profile asks for."""
        version = Version(profile.vcard.value) if profile.vcard is not CardVersion.STORED else None
        return cls(version, profile.photo, profile.groups)

    def in_version(self, version: Version | None) -> Form:
        """Return the same form in another version of vCard; in the own one for None."""
        return self if version is None or version is self.version else _in_version(self, version)


@functools.lru_cache(maxsize=256)
def _in_version(form: Form, version: Version) -> Form:
    return Form(version, form.photo, form.groups)


Form.NATIVE = Form()
Form.VCARD3 = Form(Version.V3)
Form.VCARD4 = Form(Version.V4)


@dataclass(frozen=True, slots=True)
class Label:
    """A label that is shown as a book of its own: the id of its group, what it is called in URLs and by people."""

    id: int
    slug: Slug
    name: str


@dataclass(frozen=True, slots=True)
class BookView:
    """A book as the asker may use it: ``view`` with any entry, ``own_view`` with its own, ``managed_view`` with its reports'.

    ``fingerprint`` is equal for two askers exactly when both are shown the same. With a ``label`` it shows, under a name of its own,
    what of the book is labelled so; ``whole_view`` is then what holds on any entry of the book, which may be nothing.
    """

    book: Book
    view: View
    own_view: View
    managed_view: View
    fingerprint: str
    label: Label | None = None
    whole_view: View | None = None

    def labelled(self, label: Label) -> BookView:
        """Return the view on what is labelled so."""
        fingerprint = hashlib.sha256(f"{self.fingerprint} {label.id}".encode()).hexdigest()[:16]
        return replace(self, label=label, fingerprint=fingerprint)

    @property
    def slug(self) -> Slug:
        """The book's name in URLs, DNs and commands."""
        return self.book.slug if self.label is None else self.label.slug

    @property
    def name(self) -> str:
        """The book's name for people."""
        return self.book.name if self.label is None else self.label.name

    @property
    def description(self) -> str:
        """What is said of the book; who looks through a label isn't told."""
        return self.book.description if self.label is None else ""

    @property
    def stands_alone(self) -> bool:
        """True for a label that shows what the book itself doesn't show to the asker."""
        return self.label is not None and self.view.level >= Level.VIEW and self.in_general.level < Level.VIEW

    @property
    def in_general(self) -> View:
        """What holds on any entry of the whole book."""
        return self.view if self.whole_view is None else self.whole_view

    @property
    def level(self) -> Level:
        """The level that holds on every entry."""
        return self.view.level

    @property
    def may_add(self) -> bool:
        """True if new entries may be made: not through a label."""
        return self.in_general.level >= Level.EDIT

    @property
    def may_delete(self) -> bool:
        """True if entries may be deleted."""
        return self.view.level >= Level.DELETE

    @property
    def may_export(self) -> bool:
        """True if whole lists may be taken along, at whatever door: not who only looks, as it is with sharing on."""
        return self.view.level >= Level.EDIT


@dataclass(frozen=True, slots=True)
class ManagerRef:
    """The entry that leads another."""

    uuid: str
    name: str
    display: str


class ShownCard:
    """A card as the asker may see it, read when somebody first looks: most entries of a long answer are sent without that."""

    __slots__ = ("_card", "_make")

    def __init__(self, make: Callable[[], Card]) -> None:
        self._make = make
        self._card: Card | None = None

    def __call__(self) -> Card:
        """Return the card."""
        if self._card is None:
            self._card = self._make()
        return self._card

    def __eq__(self, other: object) -> bool:
        """Tell whether both show the same."""
        return isinstance(other, ShownCard) and self() == other()

    def __hash__(self) -> int:
        """Return a hash of the card."""
        return hash(self())


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact as the asker may see it: ``card`` is redacted, photos in it are ``blob:`` references.

    ``etag`` is that of its rendering in the form that the asker's profile serves; ``view`` says what may be read and written on
    this very entry. ``confirmed_at``: when somebody last said that it is right as it is.
    """

    uuid: str
    book: Slug
    href: Href
    name: str
    kind: Kind
    state: State
    revision: int
    etag: ETag
    shown: ShownCard = field(repr=False)
    view: View
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str
    modified_door: Door
    is_self: bool
    manager: ManagerRef | None
    confirmed_at: datetime | None = None

    @property
    def card(self) -> Card:
        """What is said of it."""
        return self.shown()

    @property
    def display(self) -> str:
        """What to call it."""
        return self.card.formatted_name


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo's octets; ``digest`` changes with them."""

    digest: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Search:
    """A question. ``books`` None means every listed book that shows (people and shared ones, not personal ones).

    ``limit`` counts entries after ``offset``, None for all. ``after`` is the UUID of an entry: what stands behind it, by name, is meant,
    whatever came and went since it was found. ``among``, where it is given, are the UUIDs of the only entries that are looked at.
    whatever came and went since it was found. Without ``with_managers`` the entries' ``manager`` isn't looked up.
    """

    filter: Filter = ANY_ENTRY
    books: tuple[Slug, ...] | None = None
    limit: int | None = None
    offset: int = 0
    time_limit_s: float | None = None
    with_state: State = State.ACTIVE
    after: str = ""
    among: tuple[str, ...] | None = None
    with_managers: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no number of entries."""
        if self.offset < 0 or self.offset > _MOST or (self.limit is not None and not 0 <= self.limit <= _MOST):
            raise BadInput(f"a limit and an offset are numbers from 0 to {_MOST}")


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found, by sorting name; ``stopped_by`` says which limit cut it, None if it is everything."""

    entries: tuple[Entry, ...]
    stopped_by: Stop | None


@dataclass(frozen=True, slots=True)
class Member:
    """An entry in a group."""

    uuid: str
    book: Slug
    name: str
    display: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group with those members that the asker may see; ``created_by`` and ``modified_by`` are logins, "" where nobody knows."""

    uuid: str
    name: str
    description: str
    mail: str
    members: tuple[Member, ...]
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str
    needs_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """One state that an entry had; ``changed`` names the readable attributes that differ from the revision before.

    ``proposed_by`` is the login of who proposed what ``by`` approved, "" where nobody did.
    """

    number: int
    at: datetime
    by: str
    door: Door
    what: What
    batch: BatchId | None
    state: State
    card: Card
    is_current: bool
    changed: tuple[str, ...]
    proposed_by: str = ""


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What is stored about who asks: their entry in whatever state, and every state that it had, newest first."""

    entry: Entry
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A new entry: its card (photos inline), and its name, UUID and href where they are given."""

    card: Card
    name: str | None = None
    uuid: str | None = None
    href: Href | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """What a whole-card write did. ``is_as_given``: what is stored and shown to the writer is the card as it was sent."""

    etag: ETag
    was_created: bool
    is_as_given: bool
    _present: Callable[[], Entry]

    @property
    def entry(self) -> Entry:
        """The entry as the writer may see it, made when it is asked for; in the transaction."""
        return self._present()


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes made together; ``undone_at`` when they were taken back. What one order made in several batches is a series."""

    id: BatchId
    kind: str
    note: str
    actor: str
    door: Door
    at: datetime
    undone_at: datetime | None
    series: BatchId | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a batch or a series did; ``skipped`` holds (uuid, reason) of entries that were changed again since."""

    restored: int
    trashed: int
    skipped: tuple[tuple[str, str], ...]


def moment(microseconds: int) -> datetime:
    """Return the store's microseconds since 1970 as an aware time in UTC."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


def batch_of(row: BatchRow) -> Batch:
    """Return a batch as it is told of."""
    undone = moment(row.undone_us) if row.undone_us is not None else None
    series = BatchId(row.series) if row.series is not None else None
    return Batch(BatchId(row.id), row.kind, row.note, row.actor, Door(row.door), moment(row.at_us), undone, series)
