# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries that hold others: the suffix, ou=people, ou=books with a unit for each book, ou=groups."""

from __future__ import annotations

from dirserver.directory.entry import BookView
from dirserver.directory.reading import Reading
from dirserver.ldap.dit import PEOPLE, BookPlace, EntryPlace, Fixed, GroupPlace, Place, Tree
from dirserver.ldap.held import HeldAttribute, HeldEntry, make_entry
from dirserver.ldap.places import find_book, find_entry, find_group, listed_books
from dirserver.ldap.wire.message import Scope
from dirserver.model.dn import DN


def containers_of(reading: Reading, tree: Tree, place: Place, scope: Scope) -> tuple[HeldEntry, ...]:
    """Return the containers that the scope covers from a place: the place itself, its children, or everything below."""
    if isinstance(place, BookPlace):
        book = find_book(reading, place.slug)
        return () if book is None or scope is Scope.ONE else (_of_book(tree, book),)
    books = [_of_book(tree, view) for view in listed_books(reading) if view.slug != PEOPLE]
    if place is Fixed.BOOKS:
        return _within(scope, _unit(str(tree.books), "books", "Shared books", has_children=bool(books)), books, ())
    if place is Fixed.GROUPS:
        return _within(scope, _groups(tree), (), ())
    people = find_book(reading, PEOPLE)
    top = [_of_book(tree, people)] if people is not None else []
    top.append(_unit(str(tree.books), "books", "Shared books", has_children=bool(books)))
    return _within(scope, _suffix(tree), [*top, _groups(tree)], books)


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


def _suffix(tree: Tree) -> HeldEntry:
    dn = str(tree.suffix)
    first = tree.suffix.rdns[0][0] if tree.suffix.rdns else None
    if first is None or first.attribute not in {"dc", "domaincomponent"}:
        kind = "organization" if first is not None and first.attribute == "o" else "organizationalUnit"
        naming = (HeldAttribute(first.attribute, (first.value,)),) if first is not None else ()
        return make_entry(dn, ("top", kind), naming, has_children=True)
    organization = ".".join(ava.value for rdn in tree.suffix.rdns for ava in rdn)
    attributes = (HeldAttribute("dc", (first.value,)), HeldAttribute("o", (organization,)))
    return make_entry(dn, ("top", "dcObject", "organization"), attributes, has_children=True)


def _groups(tree: Tree) -> HeldEntry:
    return _unit(str(tree.groups), "groups", "Groups", has_children=True)


def _of_book(tree: Tree, view: BookView) -> HeldEntry:
    return _unit(tree.book_dn(view.slug), view.slug, view.book.description or view.name, has_children=True)


def _unit(dn: str, name: str, description: str, *, has_children: bool) -> HeldEntry:
    attributes = (HeldAttribute("ou", (name,)), HeldAttribute("description", (description,) if description else ()))
    return make_entry(dn, ("top", "organizationalUnit"), attributes, has_children=has_children)
