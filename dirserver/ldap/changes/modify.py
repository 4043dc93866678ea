# SPDX-License-Identifier: GPL-3.0-or-later
"""Modify (RFC 4511 section 4.6): single attributes of one entry, all of the changes or none.

The changes are applied in the order given, first to what the asker sees: that tells the code of what can't be done. Then the
directory makes them on the whole card, so that what the asker doesn't see and LDAP has no attribute for stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.card.card import Card
from dirserver.card.patch import patch
from dirserver.card.projection import attributes
from dirserver.directory.views.entry import Entry, Group
from dirserver.directory.writing import Writing
from dirserver.errors import NotAllowed
from dirserver.ldap.changes.given import MEMBER, attribute_of, entry_at, require_known_classes, values_of
from dirserver.ldap.controls.permissive import lenient, norm_of
from dirserver.ldap.tree.classes import class_key
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.wire.message import AttributeChange, Code, ModifyKind
from dirserver.model.attribute import Attribute, Syntax
from dirserver.model.fold import fold
from dirserver.model.modification import Modification, Operation

_OPERATIONS = {ModifyKind.ADD: Operation.ADD, ModifyKind.DELETE: Operation.DELETE, ModifyKind.REPLACE: Operation.REPLACE}


def modify_entry(writing: Writing, tree: Tree, entry: Entry, changes: Sequence[AttributeChange], *, is_permissive: bool = False) -> None:
    """Change an entry that the asker sees. Raises errors of our tree. ``is_permissive``: see ``ldap.controls.permissive``."""
    shown = entry.card
    modifications: list[Modification] = []
    for change in changes:
        attribute = _attribute(change)
        if attribute.name == "objectClass":
            _change_classes(change)
        elif attribute.name == "uid":
            _keep_name(change, entry.name, is_permissive=is_permissive)
        else:
            wanted = Modification(attribute.name, _OPERATIONS[change.kind], values_of(writing, tree, attribute, change.values))
            if not entry.view.may_write(attribute.field):
                raise NotAllowed(f"you may not change '{attribute.name}' of this entry")
            if attribute.syntax is Syntax.BINARY:
                left = _of_octets(writing, entry, wanted, is_permissive=is_permissive)
            elif entry.view.may_read(attribute.field):
                left = lenient(attribute, _held(shown, attribute), wanted) if is_permissive else wanted
                shown = _tried(shown, attribute, left) if left is not None else shown
            else:
                left = wanted
            modifications += [left] if left is not None else []
    if modifications:
        writing.modify(entry.uuid, modifications)


def _attribute(change: AttributeChange) -> Attribute:
    attribute = attribute_of(change.attribute)
    if change.kind is ModifyKind.INCREMENT:
        # RFC 4525 section 2: nothing here is a number to count with.
        raise Refused(Code.CONSTRAINT_VIOLATION, f"{attribute.name} can't be incremented: it is no number to count with")
    if change.kind is ModifyKind.ADD and not change.values:
        raise Refused(Code.PROTOCOL_ERROR, f"no value of {attribute.name} to add")
    return attribute


def _change_classes(change: AttributeChange) -> None:
    if change.kind is ModifyKind.DELETE or not change.values:
        raise Refused(Code.OBJECT_CLASS_MODS_PROHIBITED, "entries keep their classes")
    require_known_classes(change.values)


def _keep_name(change: AttributeChange, name: str, naming: str = "uid", *, is_permissive: bool = False) -> None:
    """One value names the entry: only what leaves it as it is may be said of it (RFC 4511 section 4.6)."""
    same = [fold(value.decode("utf-8", "replace")) == fold(name) for value in change.values]
    if same and all(same) and (change.kind is ModifyKind.REPLACE or (change.kind is ModifyKind.ADD and is_permissive)):
        return
    if change.kind is ModifyKind.ADD and any(same):
        raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, f"the entry has this {naming} already")
    if change.kind is ModifyKind.ADD:
        raise Refused(Code.CONSTRAINT_VIOLATION, f"an entry has one {naming} here")
    raise Refused(Code.NOT_ALLOWED_ON_RDN, f"the {naming} names the entry; rename it (ModifyDN) instead")


def _tried(card: Card, attribute: Attribute, wanted: Modification) -> Card:
    """Return the card after a change; Refused with the code for values that are there already, or aren't there."""
    held = _held(card, attribute)
    given = [norm_of(attribute, str(value)) for value in wanted.values]
    if wanted.operation is not Operation.DELETE and len(set(given)) < len(given):
        raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, f"a value of {attribute.name} is given twice")
    if wanted.operation is Operation.ADD and not set(given).isdisjoint(held):
        raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, f"{attribute.name} has this value already")
    if wanted.operation is Operation.DELETE and (not held or not set(given) <= set(held)):
        raise Refused(Code.NO_SUCH_ATTRIBUTE, f"{attribute.name} has no such value")
    if attribute.name == "cn" and wanted.operation is not Operation.ADD and not given and len(held) >= len(wanted.values):
        raise Refused(Code.OBJECT_CLASS_VIOLATION, "an entry must keep a cn: it must be called something")
    return patch(card, [wanted])


def _held(card: Card, attribute: Attribute) -> list[str]:
    return [norm_of(attribute, value) for value in attributes(card).get(attribute.name, ())]


def _of_octets(writing: Writing, entry: Entry, wanted: Modification, *, is_permissive: bool) -> Modification | None:
    """A photo is kept in our own encoding: who deletes the one that was shown means all there is."""
    if wanted.attribute != "jpegPhoto" or wanted.operation is not Operation.DELETE:
        return wanted
    photo = writing.photo(entry)
    if photo is None or any(value != photo.data for value in wanted.values):
        if is_permissive:
            return None
        raise Refused(Code.NO_SUCH_ATTRIBUTE, "jpegPhoto has no such value")
    return Modification(wanted.attribute, Operation.DELETE)


def modify_group(writing: Writing, tree: Tree, group: Group, changes: Sequence[AttributeChange], *, is_permissive: bool = False) -> None:
    """Change who belongs to a group and what is said of it; members that the asker doesn't see stay. Raises errors of our tree."""
    members = {member.uuid for member in group.members}
    told = {"description": group.description, "mail": group.mail}
    for change in changes:
        attribute = _attribute(change)
        if attribute.name == "member":
            given = [entry_at(writing, tree, MEMBER, value.decode("utf-8", "replace")) for value in change.values]
            if is_permissive:
                given = _lenient_members(given, members, change.kind)
            if given or change.kind is ModifyKind.REPLACE or not (change.values or is_permissive):
                members = _change_members(writing, group.name, members, change.kind, given)
        elif attribute.name in told:
            held, values = told[attribute.name], values_of(writing, tree, attribute, change.values)
            wanted = Modification(attribute.name, _OPERATIONS[change.kind], values)
            left = lenient(attribute, [norm_of(attribute, held)] if held else [], wanted) if is_permissive else wanted
            if left is not None:
                told[attribute.name] = _text_after(attribute, held, change.kind, left.values)
        elif attribute.name == "cn":
            _keep_name(change, group.name, "cn", is_permissive=is_permissive)
        elif attribute.name == "objectClass":
            _keep_group_classes(change)
        else:
            raise Refused(Code.UNWILLING_TO_PERFORM, "of a group only member, description and mail are kept here")
    writing.change_group(group.name, description=told["description"], mail=told["mail"])


def _lenient_members(given: list[str], members: set[str], kind: ModifyKind) -> list[str]:
    """Return what is left to do where adding who is a member, or deleting who is none, is no error."""
    distinct = list(dict.fromkeys(given))
    if kind is ModifyKind.DELETE:
        return [uuid for uuid in distinct if uuid in members] if given else sorted(members)
    return distinct if kind is ModifyKind.REPLACE else [uuid for uuid in distinct if uuid not in members]


def _change_members(writing: Writing, name: str, members: set[str], kind: ModifyKind, given: list[str]) -> set[str]:
    """Make one change of members and return those that there are then."""
    if len(set(given)) < len(given) or (kind is ModifyKind.ADD and not members.isdisjoint(given)):
        raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, "the group has this member already")
    if kind is ModifyKind.DELETE and (not members or not members.issuperset(given)):
        raise Refused(Code.NO_SUCH_ATTRIBUTE, "the group has no such member")
    if kind is ModifyKind.DELETE:
        leaving, joining = set(given) or set(members), set[str]()
    else:
        leaving = members - set(given) if kind is ModifyKind.REPLACE else set()
        joining = set(given) - members
    for uuid in sorted(leaving):
        writing.remove_member(name, uuid)
    for uuid in sorted(joining):
        writing.add_member(name, uuid)
    return (members - leaving) | joining


def _text_after(attribute: Attribute, held: str, kind: ModifyKind, given: tuple[str | bytes, ...]) -> str:
    """Return what a group's description or mail is after a change: one value, or none."""
    texts = [str(value) for value in given]
    if kind is ModifyKind.DELETE:
        if not held or any(norm_of(attribute, text) != norm_of(attribute, held) for text in texts):
            raise Refused(Code.NO_SUCH_ATTRIBUTE, f"{attribute.name} has no such value")
        return ""
    if kind is ModifyKind.ADD and held:
        if any(norm_of(attribute, text) == norm_of(attribute, held) for text in texts):
            raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, f"{attribute.name} has this value already")
        raise Refused(Code.CONSTRAINT_VIOLATION, f"a group has one {attribute.name}: replace it")
    if len(texts) > 1:
        raise Refused(Code.CONSTRAINT_VIOLATION, f"a group has one {attribute.name}")
    return texts[0] if texts else ""


def _keep_group_classes(change: AttributeChange) -> None:
    if change.kind is ModifyKind.DELETE or not change.values:
        raise Refused(Code.OBJECT_CLASS_MODS_PROHIBITED, "entries keep their classes")
    if not {class_key(value.decode("utf-8", "replace")) for value in change.values} <= {"top", "groupofnames"}:
        raise Refused(Code.OBJECT_CLASS_VIOLATION, "below ou=groups are groups alone: groupOfNames")
