# SPDX-License-Identifier: GPL-3.0-or-later
"""Modify DN (RFC 4511 section 4.9): another name for an entry, or another book.

An entry that moves is a new one of its new book, with an entryUUID of its own; the old one lies in the trash of the book that it
left (``directory.changes.moving``).
"""

from __future__ import annotations

from dirserver.card.projection import attributes
from dirserver.directory.views.entry import Entry, Group
from dirserver.directory.writing import Writing
from dirserver.errors import BadInput, Stale
from dirserver.ldap.tree.dit import EntryPlace, GroupPlace, Tree, read_dn
from dirserver.ldap.tree.errors import InvalidName, Refused
from dirserver.ldap.tree.places import find_book, find_entry
from dirserver.ldap.wire.message import Code, ModifyDNRequest
from dirserver.model.dn import DN
from dirserver.model.fold import fold
from dirserver.model.modification import Modification, Operation


def rename_entry(writing: Writing, tree: Tree, entry: Entry, request: ModifyDNRequest) -> None:
    """Rename an entry that the asker sees. Raises errors of our tree."""
    new = new_name(request)
    place = tree.locate(new)
    if not isinstance(place, EntryPlace):
        raise Refused(Code.NAMING_VIOLATION, "entries are named by one uid, in a book")
    if place.slug != entry.book:
        _move(writing, entry, place)
        return
    if place.is_by_cn:
        _call(writing, entry, place.name, deletes_old=request.deletes_old_rdn, old=read_dn(request.name))
        return
    if not request.deletes_old_rdn and fold(place.name) != fold(entry.name):
        raise Refused(Code.UNWILLING_TO_PERFORM, "an entry has one uid, so the old one can't stay: set deleteoldrdn (ldapmodrdn -r)")
    writing.rename(entry.uuid, place.name)


def rename_group(writing: Writing, tree: Tree, group: Group, request: ModifyDNRequest) -> None:
    """Rename a group that the asker sees; its members and what was granted to it stay. Raises errors of our tree."""
    place = tree.locate(new_name(request))
    if not isinstance(place, GroupPlace):
        raise Refused(Code.NAMING_VIOLATION, "groups are named by one cn, below ou=groups")
    if not request.deletes_old_rdn and fold(place.name) != fold(group.name):
        raise Refused(Code.UNWILLING_TO_PERFORM, "a group has one cn, so the old one can't stay: set deleteoldrdn (ldapmodrdn -r)")
    writing.change_group(group.name, name=place.name)


def _move(writing: Writing, entry: Entry, place: EntryPlace) -> None:
    source, target = find_book(writing, entry.book), find_book(writing, place.slug)
    if source is None or target is None:
        raise Refused(Code.NO_SUCH_OBJECT, "there is nothing of this name to move below")
    if find_entry(writing, place) is not None:
        raise Refused(Code.ENTRY_ALREADY_EXISTS, "there is an entry of this name already")
    if place.is_by_cn and fold(place.name) not in [fold(one) for one in attributes(entry.card).get("cn", ())]:
        raise Refused(Code.UNWILLING_TO_PERFORM, "move an entry first, then give it another cn")
    taken = writing.take(source, entry.href, target, is_move=True)
    try:
        writing.place(taken, target, entry.href, name=entry.name if place.is_by_cn else place.name, may_replace=False)
    except Stale:
        raise Refused(Code.ENTRY_ALREADY_EXISTS, "the other book has an entry in its place already") from None


def new_name(request: ModifyDNRequest) -> DN:
    """Return the name that an entry is to have. Raises InvalidName."""
    try:
        rdn = DN.parse(request.new_rdn)
    except BadInput as error:
        raise InvalidName(error.public_message) from None
    if len(rdn.rdns) != 1:
        raise InvalidName("newrdn must be one part of a name, such as uid=ada")
    parent = read_dn(request.new_superior) if request.new_superior is not None else read_dn(request.name).parent
    return DN((*rdn.rdns, *parent.rdns))


def _call(writing: Writing, entry: Entry, name: str, *, deletes_old: bool, old: DN) -> None:
    """Give an entry another cn, first of all; its uid stays."""
    names = attributes(entry.card).get("cn", ())
    first = old.rdns[0][0]
    dropped = fold(first.value) if deletes_old and first.attribute in {"cn", "commonname"} else None
    kept = [one for one in names if fold(one) not in {dropped, fold(name)}]
    writing.modify(entry.uuid, [Modification("cn", Operation.REPLACE, (name, *kept))])
