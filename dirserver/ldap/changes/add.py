# SPDX-License-Identifier: GPL-3.0-or-later
"""Add (RFC 4511 section 4.7): a contact in a book, or a group.

Entries are named by ``uid``. A new one may also come as ``cn=NAME``, as mail programs make them: it then gets a uid of its own
and is found by that cn as long as nobody else in the book is called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from dirserver.card.card import Version
from dirserver.card.patch import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.directory.writing import Writing
from dirserver.ldap.changes.given import attribute_of, entry_at, require_known_classes, values_of
from dirserver.ldap.tree.dit import EntryPlace, GroupPlace, Tree
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.tree.places import find_book, find_entry
from dirserver.ldap.wire.message import AttributeValues, Code
from dirserver.model.attribute import Attribute
from dirserver.model.fold import fold

_GROUP_CLASSES = frozenset({b"top", b"groupofnames"})


def add_entry(writing: Writing, tree: Tree, place: EntryPlace, given: Sequence[AttributeValues]) -> None:
    """Make an entry in a book that the asker sees. Raises errors of our tree."""
    book = find_book(writing, place.slug)
    if book is None or (place.is_by_cn and find_entry(writing, place) is not None):
        raise Refused(Code.ENTRY_ALREADY_EXISTS, "there is an entry of this name already")
    name = None if place.is_by_cn else place.name
    values: dict[str, tuple[str | bytes, ...]] = {}
    for attribute, octets in _distinct(given):
        if attribute.name == "objectClass":
            require_known_classes(octets)
        elif attribute.name == "uid":
            name = _only_name(name, octets)
        else:
            values[attribute.name] = values_of(writing, tree, attribute, octets)
    if place.is_by_cn:
        names = values.get("cn", ())
        values["cn"] = names if any(fold(str(one)) == fold(place.name) for one in names) else (place.name, *names)
    if not {"cn", "sn", "givenName"} & set(values):
        raise Refused(Code.OBJECT_CLASS_VIOLATION, "an entry needs a cn: it must be called something")
    uuid = str(uuid4())
    writing.add(book, Draft(from_attributes(values, uid=uuid, version=Version.V4), name=name, uuid=uuid))


def add_group(writing: Writing, tree: Tree, place: GroupPlace, given: Sequence[AttributeValues]) -> None:
    """Make a group with its members. Raises errors of our tree."""
    texts = {"description": "", "mail": ""}
    members: list[str] = []
    for attribute, octets in _distinct(given):
        if attribute.name == "objectClass":
            if not {value.lower() for value in octets} <= _GROUP_CLASSES:
                raise Refused(Code.OBJECT_CLASS_VIOLATION, "below ou=groups are groups alone: groupOfNames")
        elif attribute.name == "member":
            members += [entry_at(writing, tree, attribute, value.decode("utf-8", "replace")) for value in octets]
        elif attribute.name == "cn":
            if len(octets) != 1 or fold(octets[0].decode("utf-8", "replace")) != fold(place.name):
                raise Refused(Code.NAMING_VIOLATION, "the cn of a group is the one in its DN")
        elif attribute.name in texts and len(octets) == 1:
            (text,) = values_of(writing, tree, attribute, octets)
            texts[attribute.name] = str(text)
        else:
            raise Refused(Code.OBJECT_CLASS_VIOLATION, "a group has member, and one description and mail at most")
    writing.add_group(place.name, description=texts["description"], mail=texts["mail"])
    for uuid in dict.fromkeys(members):
        writing.add_member(place.name, uuid)


def _distinct(given: Sequence[AttributeValues]) -> list[tuple[Attribute, tuple[bytes, ...]]]:
    """Return the attributes with their values; two names of one attribute, or a value twice, are refused."""
    found: dict[str, tuple[Attribute, tuple[bytes, ...]]] = {}
    for one in given:
        attribute = attribute_of(one.attribute)
        if attribute.name in found or len(set(one.values)) < len(one.values):
            raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, f"{attribute.name} or one of its values is given twice")
        found[attribute.name] = (attribute, one.values)
    return list(found.values())


def _only_name(name: str | None, octets: tuple[bytes, ...]) -> str:
    texts = [value.decode("utf-8", "replace") for value in octets]
    if len(texts) != 1 or (name is not None and fold(texts[0]) != fold(name)):
        raise Refused(Code.NAMING_VIOLATION, "an entry has one uid, the one in its DN")
    return texts[0] if name is None else name
