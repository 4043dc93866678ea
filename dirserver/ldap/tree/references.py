# SPDX-License-Identifier: GPL-3.0-or-later
"""From what LDAP clients say to what the directory knows: DNs become UUIDs and names, classes become truth values.

The directory binds everything else itself: attribute names and aliases, normal forms, access.
"""

from __future__ import annotations

from collections.abc import Callable

from dirserver.directory.reading import Reading
from dirserver.errors import BadInput, NotAllowed, NotFound
from dirserver.ldap.tree.classes import ENTRY_CLASSES, STRUCTURAL_CLASS, class_key
from dirserver.ldap.tree.dit import PEOPLE, SUBSCHEMA, EntryPlace, GroupPlace, Tree
from dirserver.ldap.tree.places import find_entry
from dirserver.model import filter as tree
from dirserver.model.attribute import find
from dirserver.model.dn import DN
from dirserver.model.filter import Filter
from dirserver.model.fold import fold

_CLASSES = frozenset(name.lower() for name in ENTRY_CLASSES)
_ACCOUNT_NAMES = frozenset({"creatorsname", "modifiersname"})
_TO_ENTRIES = frozenset({"manager", "secretary", "member"})

# What every person and contact has without its being stored: the truth of an equality, by attribute.
_CONSTANTS: dict[str, frozenset[str]] = {
    "objectclass": _CLASSES,
    "structuralobjectclass": frozenset({STRUCTURAL_CLASS.lower()}),
    "subschemasubentry": frozenset({fold(str(SUBSCHEMA))}),
    "hassubordinates": frozenset({"false"}),
    "numsubordinates": frozenset({"0"}),
}
_BOOLEANS = frozenset({"true", "false"})
_ALWAYS_THERE = frozenset({*_CONSTANTS, "entrydn", "entrycsn", *_ACCOUNT_NAMES})


class References:
    """Turns filters into the directory's terms, for one reading."""

    def __init__(self, reading: Reading, names: Tree) -> None:
        self._reading = reading
        self._names = names

    def translate(self, wanted: Filter) -> Filter:
        """Return the filter as the directory understands it; it must be free of extensible choices (``extensible.simplify``)."""
        match wanted:
            case tree.And(parts):
                return _join(tree.And, parts, self.translate, neutral=tree.TRUE, decisive=tree.FALSE)
            case tree.Or(parts):
                return _join(tree.Or, parts, self.translate, neutral=tree.FALSE, decisive=tree.TRUE)
            case tree.Not(part):
                return _negated(self.translate(part))
            case tree.Present(attribute):
                return self._present(attribute)
            case tree.Equality(attribute, value) | tree.Approximate(attribute, value):
                translated = self._equal(attribute, value)
                return wanted if translated is None else translated
            case tree.Substrings() | tree.AtLeast() | tree.AtMost():
                key = _key(wanted.attribute)
                # These have no substrings and no order (RFC 4517); entryUUID by parts is what some clients try, to the same end.
                return tree.Undefined() if key is None or key in _ALWAYS_THERE or _is_dn(key) else wanted
            case _:
                return wanted

    def _present(self, attribute: str) -> Filter:
        key = _key(attribute)
        if key is None:
            return tree.Undefined()
        return tree.TRUE if key in _ALWAYS_THERE else tree.Present(attribute)

    def _equal(self, attribute: str, value: str) -> Filter | None:
        key = _key(attribute)
        if key is None:
            return tree.Undefined()
        constants = _CONSTANTS.get(key)
        if key == "hassubordinates" and value.strip().lower() not in _BOOLEANS:
            return tree.Undefined()
        if constants is not None:
            return tree.TRUE if self._constant(key, value) in constants else tree.FALSE
        if key == "entrydn":
            return self._identity("entryUUID", value)
        if key in _TO_ENTRIES:
            return self._identity(key, value)
        if key == "memberof":
            return self._membership(value)
        return self._account(key, value) if key in _ACCOUNT_NAMES else None

    @staticmethod
    def _constant(key: str, value: str) -> str:
        if key in {"objectclass", "structuralobjectclass"}:
            return class_key(value)
        if key != "subschemasubentry":
            return value.strip().lower()
        try:
            return fold(str(DN.parse(value)))
        except BadInput:
            return ""

    def _identity(self, attribute: str, value: str) -> Filter:
        """Equality of a DN: the entry it names, else what no entry has. A value that is no DN is Undefined."""
        try:
            place = self._names.locate(DN.parse(value))
        except BadInput:
            return tree.Undefined()
        if isinstance(place, EntryPlace):
            entry = find_entry(self._reading, place)
            if entry is not None:
                return tree.Equality(attribute, entry.uuid)
        return tree.FALSE if attribute == "entryUUID" else _absent(attribute)

    def _account(self, attribute: str, value: str) -> Filter:
        """Who made or changed an entry is an account: the directory knows its login."""
        try:
            place = self._names.locate(DN.parse(value))
        except BadInput:
            return tree.Undefined()
        return tree.Equality(attribute, place.name) if isinstance(place, EntryPlace) and place.slug == PEOPLE else tree.FALSE

    def _membership(self, value: str) -> Filter:
        try:
            place = self._names.locate(DN.parse(value))
        except BadInput:
            return tree.Undefined()
        if not isinstance(place, GroupPlace):
            return tree.FALSE
        try:
            return tree.Equality("memberOf", self._reading.group(place.name).name)
        except (NotFound, NotAllowed):
            return tree.FALSE


def essence(wanted: Filter) -> Filter | None:
    """Return a filter that asks about nothing but what is stored, as it is, without the classes that everybody has.

    None for one with anything that has to be translated for the directory.
    """
    match wanted:
        case tree.And(parts):
            left = [part for part in parts if not is_everybody(part)]
            return essence(left[0]) if len(left) == 1 else None
        case tree.Or(parts):
            return wanted if all(map(_is_stored, parts)) else None
        case _:
            return wanted if _is_stored(wanted) else None


def is_everybody(part: Filter) -> bool:
    """Tell whether a condition is true of every person and contact: a class of theirs, or that they have one."""
    match part:
        case tree.Present(attribute):
            return _key(attribute) == "objectclass"
        case tree.Equality(attribute, value):
            return _key(attribute) == "objectclass" and class_key(value) in _CLASSES
        case _:
            return False


def _is_stored(part: Filter) -> bool:
    if type(part) is not tree.Substrings and type(part) is not tree.Equality:
        return False
    known = _STORED.get(part.attribute)
    if known is None:
        key = _key(part.attribute)
        known = key is not None and find(part.attribute) is not None and key not in _ALWAYS_THERE and not _is_dn(key)
        if len(_STORED) < _MOST_STORED:
            _STORED[part.attribute] = known
    return known


_STORED: dict[str, bool] = {}
_MOST_STORED = 1_000


def _absent(attribute: str) -> Filter:
    """Return what is false on every entry, but Undefined where the attribute may not be read: no entry has the nil UUID."""
    return tree.Equality(attribute, "00000000-0000-0000-0000-000000000000")


def _key(description: str) -> str | None:
    """Return the lower-case canonical name; None for an option that we don't know. Unknown attributes keep their own name."""
    bare, _, option = description.partition(";")
    if option and option.lower() != "binary":
        return None
    attribute = find(bare)
    return attribute.key if attribute is not None else bare.lower()


def _is_dn(key: str) -> bool:
    return key in _TO_ENTRIES or key == "memberof"


def _negated(part: Filter) -> Filter:
    if part == tree.TRUE:
        return tree.FALSE
    return tree.TRUE if part == tree.FALSE else part if isinstance(part, tree.Undefined) else tree.Not(part)


def _join(
    kind: type[tree.And | tree.Or],
    parts: tuple[Filter, ...],
    translate: Callable[[Filter], Filter],
    *,
    neutral: Filter,
    decisive: Filter,
) -> Filter:
    """Join translated parts; those that can't change the outcome are left out, so that the directory sees what it can index."""
    kept: list[Filter] = []
    for part in parts:
        translated = translate(part)
        if translated == decisive:
            return decisive
        if translated != neutral:
            kept.append(translated)
    return kept[0] if len(kept) == 1 else kind(tuple(kept))
