# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes as clients send them to be written, in the directory's terms; each refusal with the code that RFC 4511 has for it."""

from __future__ import annotations

from collections.abc import Iterable

from dirserver.directory.reading import Reading
from dirserver.errors import BadInput
from dirserver.ldap.tree.classes import ENTRY_CLASSES, class_key
from dirserver.ldap.tree.dit import EntryPlace, Tree
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.tree.places import find_entry
from dirserver.ldap.wire.message import Code
from dirserver.model.attribute import ATTRIBUTES, Attribute, Syntax, find
from dirserver.model.dn import DN

_CLASSES = frozenset(name.lower() for name in ENTRY_CLASSES)
# Kept by the server, and without a line in the registry (RFC 4512 section 3.4).
_KEPT = frozenset(
    {"entrycsn", "structuralobjectclass", "subschemasubentry", "hassubordinates", "numsubordinates", "governingstructurerule"}
)
_PASSWORDS = frozenset({"userpassword", "unicodepwd"})
_SHOWN = 60

MEMBER = ATTRIBUTES["member"]
"""Who belongs to a group."""


def attribute_of(description: str) -> Attribute:
    """Return the attribute that may be written under this description. Raises Refused."""
    bare, _, option = description.partition(";")
    attribute = find(bare)
    if bare.lower() in _PASSWORDS:
        raise Refused(Code.UNWILLING_TO_PERFORM, "a password is changed by the Password Modify operation (ldappasswd) or on the pages")
    if bare.lower() in _KEPT or (attribute is not None and attribute.is_operational):
        raise Refused(Code.CONSTRAINT_VIOLATION, f"{bare[:_SHOWN]} is kept by the server: no user modification allowed")
    if attribute is None:
        raise Refused(Code.UNDEFINED_ATTRIBUTE_TYPE, f"this server knows no attribute '{bare[:_SHOWN]}'")
    if option and (option.lower() != "binary" or attribute.syntax is not Syntax.BINARY):
        raise Refused(Code.UNDEFINED_ATTRIBUTE_TYPE, f"{attribute.name} has no option '{option[:_SHOWN]}' here")
    return attribute


def values_of(reading: Reading, tree: Tree, attribute: Attribute, values: Iterable[bytes]) -> tuple[str | bytes, ...]:
    """Return the values as the directory takes them: DNs of visible entries become ``urn:uuid:``, octets stay. Raises Refused."""
    if attribute.syntax is Syntax.BINARY:
        return tuple(values)
    texts = tuple(_text(attribute, value) for value in values)
    return texts if attribute.syntax is not Syntax.DN else tuple(f"urn:uuid:{entry_at(reading, tree, attribute, text)}" for text in texts)


def entry_at(reading: Reading, tree: Tree, attribute: Attribute, text: str) -> str:
    """Return the UUID of the entry that a value of ``attribute`` names; hidden and missing are refused alike."""
    try:
        place = tree.locate(DN.parse(text))
    except BadInput as error:
        raise Refused(Code.INVALID_ATTRIBUTE_SYNTAX, f"a value of {attribute.name} is no DN: {error.public_message}") from None
    entry = find_entry(reading, place) if isinstance(place, EntryPlace) else None
    if entry is None:
        raise Refused(Code.CONSTRAINT_VIOLATION, f"{attribute.name}: there is no entry '{text[:200]}'")
    return entry.uuid


def require_known_classes(values: Iterable[bytes]) -> None:
    """Raise Refused unless an entry has these classes anyway: all have the same, whatever is asked for."""
    for value in values:
        name = value.decode("utf-8", "replace").strip()
        if class_key(name) == "groupofnames":
            raise Refused(Code.OBJECT_CLASS_VIOLATION, "groups have their place below ou=groups")
        if class_key(name) not in _CLASSES:
            raise Refused(Code.INVALID_ATTRIBUTE_SYNTAX, f"this server knows no class '{name[:_SHOWN]}'")


def _text(attribute: Attribute, value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise Refused(Code.INVALID_ATTRIBUTE_SYNTAX, f"a value of {attribute.name} is not UTF-8") from None
    if not text.strip():
        raise Refused(Code.INVALID_ATTRIBUTE_SYNTAX, f"a value of {attribute.name} is empty; to remove a value, delete it")
    return text
