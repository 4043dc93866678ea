# SPDX-License-Identifier: GPL-3.0-or-later
"""Modify (RFC 4511 section 4.6): single attributes of one entry, all of the changes or none.

The changes are applied in the order given, first to what the asker sees: that tells the code of what can't be done. Then the
directory makes them on the whole card, so that what the asker doesn't see and LDAP has no attribute for stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.card.card import Card
from dirserver.card.normal import normalise
from dirserver.card.patch import patch
from dirserver.card.projection import attributes
from dirserver.directory.entry import Entry, Group
from dirserver.directory.writing import Writing
from dirserver.errors import NotAllowed
from dirserver.ldap.classes import class_key
from dirserver.ldap.dit import Tree
from dirserver.ldap.errors import Refused
from dirserver.ldap.given import MEMBER, attribute_of, entry_at, require_known_classes, values_of
from dirserver.ldap.wire.message import AttributeChange, Code, ModifyKind
from dirserver.model.attribute import Attribute, Syntax
from dirserver.model.fold import fold
from dirserver.model.modification import Modification, Operation

_OPERATIONS = {ModifyKind.ADD: Operation.ADD, ModifyKind.DELETE: Operation.DELETE, ModifyKind.REPLACE: Operation.REPLACE}


def modify_entry(writing: Writing, tree: Tree, entry: Entry, changes: Sequence[AttributeChange]) -> None:
    """Change an entry that the asker sees. Raises errors of our tree."""
    shown = entry.card
    modifications: list[Modification] = []
    for change in changes:
        attribute = _attribute(change)
        if attribute.name == "objectClass":
            _change_classes(change)
        elif attribute.name == "uid":
            _keep_name(change, entry.name)
        else:
            wanted = Modification(attribute.name, _OPERATIONS[change.kind], values_of(writing, tree, attribute, change.values))
            if not entry.view.may_write(attribute.field):
                raise NotAllowed(f"you may not change '{attribute.name}' of this entry")
            if attribute.syntax is Syntax.BINARY:
                wanted = _of_octets(writing, entry, wanted)
            elif entry.view.may_read(attribute.field):
                shown = _tried(shown, attribute, wanted)
            modifications.append(wanted)
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


def _keep_name(change: AttributeChange, name: str, naming: str = "uid") -> None:
    """One value names the entry: only what leaves it as it is may be said of it (RFC 4511 section 4.6)."""
    same = [fold(value.decode("utf-8", "replace")) == fold(name) for value in change.values]
    if change.kind is ModifyKind.REPLACE and same and all(same):
        return
    if change.kind is ModifyKind.ADD and any(same):
        raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, f"the entry has this {naming} already")
    if change.kind is ModifyKind.ADD:
        raise Refused(Code.CONSTRAINT_VIOLATION, f"an entry has one {naming} here")
    raise Refused(Code.NOT_ALLOWED_ON_RDN, f"the {naming} names the entry; rename it (ModifyDN) instead")


def _tried(card: Card, attribute: Attribute, wanted: Modification) -> Card:
    """Return the card after a change; Refused with the code for values that are there already, or aren't there."""
    held = [_norm(attribute, value) for value in attributes(card).get(attribute.name, ())]
    given = [_norm(attribute, str(value)) for value in wanted.values]
    if wanted.operation is not Operation.DELETE and len(set(given)) < len(given):
        raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, f"a value of {attribute.name} is given twice")
    if wanted.operation is Operation.ADD and not set(given).isdisjoint(held):
        raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, f"{attribute.name} has this value already")
    if wanted.operation is Operation.DELETE and (not held or not set(given) <= set(held)):
        raise Refused(Code.NO_SUCH_ATTRIBUTE, f"{attribute.name} has no such value")
    if attribute.name == "cn" and wanted.operation is not Operation.ADD and not given and len(held) >= len(wanted.values):
        raise Refused(Code.OBJECT_CLASS_VIOLATION, "an entry must keep a cn: it must be called something")
    return patch(card, [wanted])


def _norm(attribute: Attribute, value: str) -> str:
    """Return what equal values share. What normalises to nothing, such as a number without digits, is compared as it is."""
    return normalise(attribute.name, value) or value


def _of_octets(writing: Writing, entry: Entry, wanted: Modification) -> Modification:
    """A photo is kept in our own encoding: who deletes the one that was shown means all there is."""
    if wanted.attribute != "jpegPhoto" or wanted.operation is not Operation.DELETE:
        return wanted
    photo = writing.photo(entry)
    if photo is None or any(value != photo.data for value in wanted.values):
        raise Refused(Code.NO_SUCH_ATTRIBUTE, "jpegPhoto has no such value")
    return Modification(wanted.attribute, Operation.DELETE)


def modify_group(writing: Writing, tree: Tree, group: Group, changes: Sequence[AttributeChange]) -> None:
    """Change who belongs to a group and what is said of it; members that the asker doesn't see stay. Raises errors of our tree."""
    members = {member.uuid for member in group.members}
    told = {"description": group.description, "mail": group.mail}
    for change in changes:
        attribute = _attribute(change)
        if attribute.name == "member":
            members = _change_members(writing, tree, group.name, members, change)
        elif attribute.name in told:
            told[attribute.name] = _text_after(attribute, told[attribute.name], change, values_of(writing, tree, attribute, change.values))
        elif attribute.name == "cn":
            _keep_name(change, group.name, "cn")
        elif attribute.name == "objectClass":
            _keep_group_classes(change)
        else:
            raise Refused(Code.UNWILLING_TO_PERFORM, "of a group only member, description and mail are kept here")
    writing.change_group(group.name, description=told["description"], mail=told["mail"])


def _change_members(writing: Writing, tree: Tree, name: str, members: set[str], change: AttributeChange) -> set[str]:
    """Make one change of members and return those that there are then."""
    given = [entry_at(writing, tree, MEMBER, value.decode("utf-8", "replace")) for value in change.values]
    if len(set(given)) < len(given) or (change.kind is ModifyKind.ADD and not members.isdisjoint(given)):
        raise Refused(Code.ATTRIBUTE_OR_VALUE_EXISTS, "the group has this member already")
    if change.kind is ModifyKind.DELETE and (not members or not members.issuperset(given)):
        raise Refused(Code.NO_SUCH_ATTRIBUTE, "the group has no such member")
    if change.kind is ModifyKind.DELETE:
        leaving, joining = set(given) or set(members), set[str]()
    else:
        leaving = members - set(given) if change.kind is ModifyKind.REPLACE else set()
        joining = set(given) - members
    for uuid in sorted(leaving):
        writing.remove_member(name, uuid)
    for uuid in sorted(joining):
        writing.add_member(name, uuid)
    return (members - leaving) | joining


def _text_after(attribute: Attribute, held: str, change: AttributeChange, given: tuple[str | bytes, ...]) -> str:
    """Return what a group's description or mail is after a change: one value, or none."""
    texts = [str(value) for value in given]
    if change.kind is ModifyKind.DELETE:
        if not held or any(_norm(attribute, text) != _norm(attribute, held) for text in texts):
            raise Refused(Code.NO_SUCH_ATTRIBUTE, f"{attribute.name} has no such value")
        return ""
    if change.kind is ModifyKind.ADD and held:
        if any(_norm(attribute, text) == _norm(attribute, held) for text in texts):
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
