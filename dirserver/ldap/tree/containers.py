# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries that hold others: the suffix, ou=people, ou=books with a unit for each book, ou=groups."""

from __future__ import annotations

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, moment
from dirserver.ldap.tree.dit import PEOPLE, BookPlace, EntryPlace, Fixed, GroupPlace, Place, Tree
from dirserver.ldap.tree.held import HeldAttribute, HeldEntry, make_entry
from dirserver.ldap.tree.places import find_book, find_entry, find_group, listed_books
from dirserver.ldap.wire.message import Scope
from dirserver.model.dn import DN


def containers_of(reading: Reading, tree: Tree, place: Place, scope: Scope, *, is_counting: bool = False) -> tuple[HeldEntry, ...]:
    """Return the containers that the scope covers from a place: the place itself, its children, or everything below.

    ``is_counting``: with how many entries are right below each, as far as the asker sees them; else nothing is said of that.
    """
    make = _Containers(reading, tree, is_counting=is_counting)
    if isinstance(place, BookPlace):
        book = find_book(reading, place.slug)
        return () if book is None or scope is Scope.ONE else (make.book(book),)
    if place is Fixed.GROUPS:
        return _within(scope, make.groups(), (), ())
    shared = [view for view in listed_books(reading) if view.slug != PEOPLE]
    books = [] if scope is Scope.BASE or (place is Fixed.SUFFIX and scope is Scope.ONE) else [make.book(view) for view in shared]
    if place is Fixed.BOOKS:
        return _within(scope, make.books(len(shared)), books, ())
    people = find_book(reading, PEOPLE)
    top = [] if people is None or scope is Scope.BASE else [make.book(people)]
    units = [*top, make.books(len(shared)), make.groups()]
    return _within(scope, make.suffix(2 if people is None else 3), units, books)


def nearest_existing(reading: Reading, tree: Tree, dn: DN) -> str:
    """Return the nearest name above ``dn`` that exists and shows, for matchedDN; "" if there is none."""
    above = dn.parent
    while above.rdns:
        place = tree.locate(above)
        if place is not None and exists(reading, place):
            return str(above)
        above = above.parent
    return ""


def exists(reading: Reading, place: Place) -> bool:
    """Tell whether something that shows is at a place."""
    match place:
        case EntryPlace():
            return find_entry(reading, place) is not None
        case GroupPlace():
            return find_group(reading, place) is not None
        case BookPlace(slug):
            return find_book(reading, slug) is not None
        case _:
            return True


def _within(
    scope: Scope, itself: HeldEntry, children: list[HeldEntry] | tuple[()], deeper: list[HeldEntry] | tuple[()]
) -> tuple[HeldEntry, ...]:
    match scope:
        case Scope.BASE:
            return (itself,)
        case Scope.ONE:
            return tuple(children)
        case Scope.SUBTREE:
            return (itself, *children, *deeper)


class _Containers:
    """Makes containers for one reading."""

    def __init__(self, reading: Reading, tree: Tree, *, is_counting: bool) -> None:
        self._reading = reading
        self._tree = tree
        self._is_counting = is_counting

    def suffix(self, children: int) -> HeldEntry:
        """Return the entry at the top."""
        tree = self._tree
        dn = str(tree.suffix)
        counted = children if self._is_counting else None
        first = tree.suffix.rdns[0][0] if tree.suffix.rdns else None
        if first is None or first.attribute not in {"dc", "domaincomponent"}:
            kind = "organization" if first is not None and first.attribute == "o" else "organizationalUnit"
            naming = (HeldAttribute(first.attribute, (first.value,)),) if first is not None else ()
            return make_entry(dn, ("top", kind), naming, children=counted)
        organization = ".".join(ava.value for rdn in tree.suffix.rdns for ava in rdn)
        attributes = (HeldAttribute("dc", (first.value,)), HeldAttribute("o", (organization,)))
        return make_entry(dn, ("top", "dcObject", "organization"), attributes, children=counted)

    def books(self, children: int) -> HeldEntry:
        """Return the unit of shared books."""
        return self._unit(str(self._tree.books), "books", "Shared books", children)

    def groups(self) -> HeldEntry:
        """Return the unit of groups."""
        return self._unit(str(self._tree.groups), "groups", "Groups", len(self._reading.groups()) if self._is_counting else 0)

    def book(self, view: BookView) -> HeldEntry:
        """Return the unit of a book's entries, known to be made when the book was."""
        children = self._reading.count(view, with_groups=True) if self._is_counting else 0
        made = HeldAttribute("createTimestamp", (f"{moment(view.book.created_us):%Y%m%d%H%M%SZ}",), is_operational=True)
        return self._unit(self._tree.book_dn(view.slug), view.slug, view.description or view.name, children, made)

    def _unit(self, dn: str, name: str, description: str, children: int, *more: HeldAttribute) -> HeldEntry:
        attributes = (HeldAttribute("ou", (name,)), HeldAttribute("description", (description,) if description else ()), *more)
        return make_entry(dn, ("top", "organizationalUnit"), attributes, children=children if self._is_counting else None)
