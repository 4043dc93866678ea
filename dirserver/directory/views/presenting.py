# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is stored to what the asker may see."""

from __future__ import annotations

import functools
import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, cast

from dirserver.access.rights import Rights
from dirserver.access.view import View
from dirserver.card.card import Card
from dirserver.card.convert import convert
from dirserver.card.groups import GROUP
from dirserver.card.media import join_media
from dirserver.card.merge import redact
from dirserver.card.packed import unpack
from dirserver.card.smaller import with_small_photos
from dirserver.card.writer import write
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView, Entry, Form, ManagerRef, ShownCard, moment
from dirserver.directory.views.spelling import APART, SHOWING_GROUPS, SHOWING_TEAMS, digest_in, in_dialect, spelled_out
from dirserver.errors import NotFound
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.entry import Kind, State
from dirserver.model.names import ETag, Href, Slug
from dirserver.model.principal import Door
from dirserver.model.profile import PhotoSize
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import blobs, books, entries
from dirserver.store.entries.entries import EntryRow, Reach, Stored

RENDERER = "1"
"""Grows when the same card is rendered to other bytes than before: then every ETag is new."""

_OF_GROUPS = frozenset({"categories", "cn"})
"""Fields of MEMBER and of what a group is called."""
_DOORS_OF_CARDS = frozenset({Door.DAV, Door.CLI})
# A look into one of these takes a quarter of the time of calling the enumeration, and lists have many entries.
_KINDS = {each.value: each for each in Kind}
_STATES = {each.value: each for each in State}
_DOORS = {each.value: each for each in Door}
_SHOWING = {kind: SHOWING_TEAMS if kind is BookKind.PEOPLE else SHOWING_GROUPS for kind in BookKind}


def reach_of(rights: Rights, *, with_groups: bool = True, label: int | None = None) -> Reach:
    """Return which entries of a book the rights show."""
    return Reach(
        rights.view.level >= Level.VIEW,
        rights.person,
        with_own=rights.own.level >= Level.VIEW,
        with_managed=rights.managed.level >= Level.VIEW,
        with_groups=with_groups,
        label=label,
    )


def listed_reach(asking: Asking, view: BookView, form: Form | None = None) -> Reach:
    """Return which entries of a book the rights show to the asker's program, or in a form: groups only where they are cards.

    Pages, LDAP and tables tell of labels by the categories of contacts: a label is nobody whom one could call.
    """
    rights = asking.rights_in(view)
    if view.label is not None:
        return reach_of(rights, with_groups=False, label=view.label.id)
    dialect = (form or asking.served.form).groups
    return reach_of(rights, with_groups=_is_told_of_groups(asking, view.book) and dialect in _SHOWING[view.book.kind])


def _is_told_of_groups(asking: Asking, book: Book) -> bool:
    """Tell whether the asker may learn of the groups of a book, at a door where they are cards."""
    if asking.principal.door not in _DOORS_OF_CARDS or asking.principal.is_anonymous:
        return False
    # What a label is called is a category. The people's groups are the company's, which every account knows of.
    return book.kind is BookKind.PEOPLE or asking.rights_on(book).view.may_read("categories")


def shows(view: View, row: EntryRow) -> bool:
    """Tell whether who has this View on an entry may see it at all; outside the active state only those who may delete do."""
    return view.level >= (Level.VIEW if row.state == State.ACTIVE else Level.DELETE)


def is_told_of(asking: Asking, entry: Entry) -> bool:
    """Tell whether an entry that is asked for by name may be one: a group is nobody, but where it is a card."""
    if entry.kind is not Kind.GROUP:
        return True
    book = books.by_slug(asking.tx, entry.book)
    return book is not None and _is_told_of_groups(asking, book)


def display_of(view: View, row: EntryRow) -> str:
    """Return what who has this View calls an entry: its name in the directory where its own name is hidden."""
    return row.display if view.may_read("cn") else row.name


def etag_of(digest: str, view: str, form: str) -> ETag:
    """Return the validator of a rendering, without rendering: it depends on nothing but the card, the View and the form (its key).

    The digest is drawn by lot with each change, so it may be seen; a listing makes a hundred thousand of these.
    """
    return ETag((digest_in(digest, form) if APART in digest else digest) + _mark_of(view, form))


def etags_of(digests: Sequence[str], view: str, form: str) -> list[ETag]:
    """Return the validators of many renderings for one View in one form, as ``etag_of`` does of one."""
    if APART in "".join(digests):
        return [etag_of(digest, view, form) for digest in digests]
    mark = _mark_of(view, form)
    return cast("list[ETag]", [digest + mark for digest in digests])


@functools.lru_cache(maxsize=4096)
def _mark_of(view: str, form: str) -> str:
    return hashlib.sha256(f"{view} {form} {RENDERER}".encode()).hexdigest()[:12]


def shown_card(view: View, packed: str) -> Card:
    """Return the stored card without what the View hides."""
    card = unpack(packed)
    if view.reads_everything:
        return card
    # Who is shown a group at all (``listed_reach``) is told its name and who is in it, as at the other doors.
    return redact(card, (lambda name: name in _OF_GROUPS or view.may_read(name)) if card.kind == GROUP else view.may_read)


def with_media(tx: ReadTx, card: Card) -> Card:
    """Return the card with its photos in place of the references."""

    def fetch(digest: str) -> bytes:
        found = blobs.fetch(tx, digest)
        if found is None:
            raise NotFound("a photo of this entry is missing from the database; run 'dirserver check database'")
        return found.data

    return join_media(card, fetch)


def rendered(tx: ReadTx, view: View, packed: str, form: Form) -> bytes:
    """Return the bytes of a stored card for a View in a form."""
    return write(formed(tx, shown_card(view, packed), form)).encode()


def formed(tx: ReadTx, card: Card, form: Form) -> Card:
    """Return a card (that the asker may see as it is) in a form, with its photos in it."""
    if form.photo is PhotoSize.NONE:
        card = card.without("PHOTO")
    whole = with_media(tx, card)
    if form.photo.side_px is not None:
        whole = with_small_photos(whole, form.photo.side_px)
    return in_dialect(whole if form.version is None else convert(whole, form.version), form.groups)


def present(asking: Asking, found: Sequence[Stored], *, with_managers: bool = True, within: Sequence[BookView] = ()) -> tuple[Entry, ...]:
    """Return the entries as the asker may see them; those that don't show are left out. One question for all their managers.

    Who sees one through labels alone finds it in the book of one of them: one of those ``within`` which it was looked for.
    """
    visible = _visible(asking, spelled_out(asking.tx, found), within)
    wanted = sorted({stored.row.manager for stored, _ in visible if stored.row.manager is not None}) if with_managers else ()
    managers = {
        stored.row.uuid: ManagerRef(stored.row.uuid, stored.row.name, display_of(seen.view, stored.row))
        for stored, seen in _visible(asking, entries.names(asking.tx, wanted) if wanted else ())
    }
    return tuple(_entry(asking, seen, stored.row, managers) for stored, seen in visible)


def present_one(asking: Asking, book: Book, row: EntryRow, shown: Card) -> Entry:
    """Return one entry whose card, as the asker may see it, is at hand; its manager isn't looked up."""
    carried = asking.carried(asking.rights_on(book), (row.uuid,))
    return _entry(asking, _seen(asking, book, row, carried.get(row.uuid, ())), row, {}, shown)


def present_own(asking: Asking, stored: Stored, book: Book) -> Entry | None:
    """Return the asker's own entry in whatever state it is, None where they see nothing of it: what is stored about somebody is theirs."""
    (seen,) = seen_on(asking, book, (stored.row,))
    return _entry(asking, seen, stored.row, {}) if seen.view.level >= Level.VIEW else None


class Seen(NamedTuple):
    """How the asker sees an entry: the View on it, and the book (or the label that is one) in which they find it."""

    view: View
    slug: Slug


def seen_on(asking: Asking, book: Book, found: Sequence[EntryRow], within: Sequence[BookView] = ()) -> list[Seen]:
    """Return how the asker sees entries of one book, in their order."""
    carried = asking.carried(asking.rights_on(book), [row.uuid for row in found])
    return [_seen(asking, book, row, carried.get(row.uuid, ()), within) for row in found]


def _seen(asking: Asking, book: Book, row: EntryRow, carried: Collection[int], within: Sequence[BookView] = ()) -> Seen:
    rights = asking.rights_on(book)
    view = rights.on(row.uuid, row.manager, carried)
    if not carried or shows(rights.on_unlabelled(row.uuid, row.manager), row):
        return Seen(view, book.slug)
    through = {asking.shared.slugs[label]: rights.labelled[label].level for label in carried}
    looked_in = [each.slug for each in within if each.slug in through]
    # In the trash it shows through those labels alone that let it be deleted.
    return Seen(view, min(looked_in or through, key=lambda slug: (through[slug] < view.level and row.state != State.ACTIVE, slug)))


def _visible(asking: Asking, found: Sequence[Stored], within: Sequence[BookView] = ()) -> list[tuple[Stored, Seen]]:
    of_book: defaultdict[int, list[EntryRow]] = defaultdict(list)
    for stored in found:
        of_book[stored.row.book_id].append(stored.row)
    seen = {
        row.uuid: one
        for book_id, rows in of_book.items()
        if (book := books.by_id(asking.tx, book_id)) is not None
        for row, one in zip(rows, seen_on(asking, book, rows, within), strict=True)
    }
    return [(stored, one) for stored in found if (one := seen.get(stored.row.uuid)) is not None and shows(one.view, stored.row)]


def _entry(asking: Asking, seen: Seen, row: EntryRow, managers: Mapping[str, ManagerRef], shown: Card | None = None) -> Entry:
    view = seen.view
    return Entry(
        uuid=row.uuid,
        book=seen.slug,
        href=Href(row.href),
        name=row.name,
        kind=_KINDS[row.kind],
        state=_STATES[row.state],
        revision=row.revision,
        etag=etag_of(row.digest, view.fingerprint, asking.served.form.key),
        shown=ShownCard(lambda: shown if shown is not None else shown_card(view, row.card)),
        view=view,
        created_at=moment(row.created_us),
        created_by=row.created_by,
        modified_at=moment(row.modified_us),
        modified_by=row.modified_by,
        modified_door=_DOORS[row.modified_door],
        is_self=asking.standing.person == row.uuid,
        manager=managers.get(row.manager) if row.manager and view.may_read("manager") else None,
        confirmed_at=moment(row.confirmed_us) if row.confirmed_us is not None else None,
    )
