# SPDX-License-Identifier: GPL-3.0-or-later
"""What a place in the tree holds, for one reading: hidden and missing look the same, as None."""

from __future__ import annotations

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry, Group, Search
from dirserver.errors import NotAllowed, NotFound
from dirserver.ldap.tree.dit import PEOPLE, EntryPlace, GroupPlace
from dirserver.model.book import BookKind
from dirserver.model.filter import Equality
from dirserver.model.names import Slug


def find_book(reading: Reading, slug: Slug) -> BookView | None:
    """Return the book that has a container in the tree."""
    try:
        found = reading.book(slug)
    except NotFound:
        return None
    return None if found.book.kind is BookKind.PERSONAL else found


def listed_books(reading: Reading) -> tuple[BookView, ...]:
    """Return all books that have containers: people first, then by slug."""
    books = [view for view in reading.books() if view.book.kind is not BookKind.PERSONAL]
    return tuple(sorted(books, key=lambda view: (view.slug != PEOPLE, view.slug)))


def find_entry(reading: Reading, place: EntryPlace) -> Entry | None:
    """Return the entry at a place; by ``cn`` only if exactly one of the book has it."""
    book = find_book(reading, place.slug)
    if book is None:
        return None
    if place.is_by_cn:
        found = reading.search(Search(Equality("cn", place.name), (place.slug,), limit=2)).entries
        return found[0] if len(found) == 1 else None
    try:
        return reading.named(book, place.name)
    except NotFound:
        return None


def find_group(reading: Reading, place: GroupPlace) -> Group | None:
    """Return the group at a place."""
    try:
        return reading.group(place.name)
    except (NotFound, NotAllowed):
        return None
