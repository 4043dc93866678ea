# SPDX-License-Identifier: GPL-3.0-or-later
"""Add, modify, delete, rename: one transaction each, asked as whoever is signed in.

What is hidden is answered as what is missing: noSuchObject. The result is told after the commit. What of a modification waits for
somebody's consent is told in the message of a success (RFC 4511 section 4.1.9): it was taken, and there is no code for "later".
"""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.directory.writing import Writing
from dirserver.ldap.changes.add import add_entry, add_group
from dirserver.ldap.changes.modify import modify_entry, modify_group
from dirserver.ldap.changes.rename import new_name, rename_entry, rename_group
from dirserver.ldap.controls.assertion import require
from dirserver.ldap.controls.controls import NONE, Controls, attached
from dirserver.ldap.controls.reading_back import Echo
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tree.containers import exists, nearest_existing
from dirserver.ldap.tree.dit import BookPlace, EntryPlace, Fixed, GroupPlace, Tree, read_dn
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.tree.places import find_entry, find_group
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import AddRequest, Code, DeleteRequest, ModifyDNRequest, ModifyRequest, Response, Result
from dirserver.model.dn import DN

Write = AddRequest | ModifyRequest | DeleteRequest | ModifyDNRequest

_TAGS: dict[type[Write], Response] = {
    AddRequest: Response.ADD,
    ModifyRequest: Response.MODIFY,
    DeleteRequest: Response.DELETE,
    ModifyDNRequest: Response.MODIFY_DN,
}


def answer(site: Site, session: Session, request: Write, controls: Controls = NONE) -> Iterator[bytes]:
    """Make the change and yield the result. Raises errors of our tree."""
    dn = read_dn(request.name)
    if session.principal.is_anonymous:
        raise Refused(Code.INSUFFICIENT_ACCESS_RIGHTS, "sign in first: bind with a name and a password")
    place = site.tree.locate(dn)
    with site.directory.writing(session.principal) as writing:
        echo = Echo(writing, site.tree, controls.pre_read, controls.post_read)
        if isinstance(request, AddRequest):
            _add(writing, site.tree, dn, request)
            # What is asserted of a new entry is asserted of what it would be; a refusal undoes it.
            require(writing, site.tree, place, controls.assertion)
        else:
            require(writing, site.tree, place, controls.assertion)
            echo.read_before(place)
            _change(writing, site.tree, dn, request, is_permissive=controls.is_permissive)
        echo.read_after(site.tree.locate(new_name(request)) if isinstance(request, ModifyDNRequest) else place)
        waiting = [f"{each.field_name} waits for the approval of {each.approver}" for each in writing.held]
    result = Result(Code.SUCCESS, "; ".join(waiting)) if waiting else encode.SUCCESS
    yield attached(encode.result(_TAGS[type(request)], result), *echo.controls)


def _add(writing: Writing, tree: Tree, dn: DN, request: AddRequest) -> None:
    place = tree.locate(dn)
    if place is not None and not isinstance(place, EntryPlace | GroupPlace) and exists(writing, place):
        raise Refused(Code.ENTRY_ALREADY_EXISTS, "there is an entry of this name already")
    parent = tree.locate(dn.parent)
    if parent is None or not exists(writing, parent):
        raise Refused(Code.NO_SUCH_OBJECT, "there is nothing of this name to add below", nearest_existing(writing, tree, dn))
    if isinstance(place, GroupPlace):
        add_group(writing, tree, place, request.attributes)
    elif isinstance(place, EntryPlace):
        add_entry(writing, tree, place, request.attributes)
    elif isinstance(parent, BookPlace) or parent is Fixed.GROUPS:
        raise Refused(Code.NAMING_VIOLATION, "entries are named by one uid, groups by one cn")
    else:
        raise Refused(Code.UNWILLING_TO_PERFORM, "here nothing can be added: contacts lie in books, below ou=people or ou=books")


def _change(writing: Writing, tree: Tree, dn: DN, request: ModifyRequest | DeleteRequest | ModifyDNRequest, *, is_permissive: bool) -> None:
    place = tree.locate(dn)
    if isinstance(place, EntryPlace) and (entry := find_entry(writing, place)) is not None:
        match request:
            case ModifyRequest():
                modify_entry(writing, tree, entry, request.changes, is_permissive=is_permissive)
            case DeleteRequest():
                writing.trash(entry.uuid)
            case ModifyDNRequest():
                rename_entry(writing, tree, entry, request)
    elif isinstance(place, GroupPlace) and (group := find_group(writing, place)) is not None:
        match request:
            case ModifyRequest():
                modify_group(writing, tree, group, request.changes, is_permissive=is_permissive)
            case DeleteRequest():
                writing.drop_group(group.name)
            case ModifyDNRequest():
                rename_group(writing, tree, group, request)
    elif place is None or isinstance(place, EntryPlace | GroupPlace) or not exists(writing, place):
        raise Refused(Code.NO_SUCH_OBJECT, "there is no entry of this name", nearest_existing(writing, tree, dn))
    elif isinstance(request, ModifyRequest):
        raise Refused(Code.UNWILLING_TO_PERFORM, "this entry is made by the server; books are changed on the pages")
    else:
        raise Refused(Code.NOT_ALLOWED_ON_NON_LEAF, "what holds other entries can't be deleted or renamed here")
