# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries that the door itself holds, such as containers and groups: their attributes, and filters on them.

People and contacts are not here: the directory searches those, under the access policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from uuid import NAMESPACE_X500, uuid5

from dirserver.card.projection import uuid_of
from dirserver.directory.views.binding import parse_time
from dirserver.errors import BadInput
from dirserver.ldap.tree.classes import class_key
from dirserver.ldap.tree.dit import SUBSCHEMA
from dirserver.ldap.tree.selection import Selection
from dirserver.ldap.wire import encode
from dirserver.model import filter as tree
from dirserver.model.attribute import Syntax, find
from dirserver.model.dn import DN
from dirserver.model.filter import Filter, Values
from dirserver.model.fold import fold

# Attributes that only held entries have, or that the registry doesn't need to know.
_LOCAL = frozenset(
    {
        "dc", "structuralobjectclass", "subschemasubentry", "hassubordinates", "numsubordinates", "namingcontexts",
        "defaultnamingcontext", "supportedldapversion", "supportedextension", "supportedfeatures", "supportedcontrol",
        "supportedsaslmechanisms", "vendorname", "vendorversion", "attributetypes", "objectclasses", "ldapsyntaxes", "matchingrules",
        "matchingruleuse", "entrycsn",
    }
)  # fmt: skip
_DIGITS = 12
_CLASSES = frozenset({"objectclass", "structuralobjectclass"})
_WHOLE = _CLASSES | {"hassubordinates", "numsubordinates", "subschemasubentry", "namingcontexts", "defaultnamingcontext", "entrycsn"}
_LOCAL_DN = frozenset({"subschemasubentry", "namingcontexts", "defaultnamingcontext"})


@dataclass(frozen=True, slots=True)
class HeldAttribute:
    """One attribute with its values, under the name it is published by; ``is_for_star``: operational, and yet part of "*"."""

    name: str
    values: tuple[str, ...]
    is_operational: bool = False
    is_for_star: bool = False

    def shown_as(self, selection: Selection) -> str | None:
        """Return the name under which a selection wants it; None if it doesn't."""
        name = selection.name_for(self.name, is_operational=self.is_operational)
        return selection.name_for(self.name) if name is None and self.is_for_star else name


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """An entry made by the door. ``normal``: its values as filters see them, made once."""

    dn: str
    attributes: tuple[HeldAttribute, ...]
    normal: Values = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Bring the values into normal form."""
        normal = {held.name.lower(): tuple(_normal(held.name, value) or "" for value in held.values) for held in self.attributes}
        object.__setattr__(self, "normal", normal)

    def encode(self, selection: Selection, *, types_only: bool) -> bytes:
        """Return the SearchResultEntry, without message number."""
        return encode.entry(self.dn, self._selected(selection, types_only=types_only))

    def _selected(self, selection: Selection, *, types_only: bool) -> Iterator[bytes]:
        for held in self.attributes:
            name = held.shown_as(selection)
            if name is not None and held.values:
                yield encode.attribute(name, () if types_only else (value.encode() for value in held.values))

    def satisfies(self, wanted: Filter) -> bool:
        """Tell whether a filter is true of this entry."""
        return self.matches(bind(wanted))

    def matches(self, bound: Filter) -> bool:
        """Tell whether a filter that ``bind`` made is true of this entry."""
        return tree.matches(bound, self.normal) is True


def make_entry(
    dn: str, classes: Iterable[str], attributes: Iterable[HeldAttribute], *, children: int | None, uuid: str | None = None
) -> HeldEntry:
    """Return an entry with its operational attributes; ``classes`` from the most general to the structural one.

    ``children`` counts the entries right below it, None if nobody asks.
    """
    names = tuple(classes)
    counted = () if children is None else (str(children),)
    has_children = () if children is None else ("TRUE" if children else "FALSE",)
    own = (
        HeldAttribute("entryDN", (dn,), is_operational=True),
        # Made from the name, a UUID is the same on every node and after every restart.
        HeldAttribute("entryUUID", (uuid or str(uuid5(NAMESPACE_X500, dn.lower())),), is_operational=True),
        HeldAttribute("structuralObjectClass", names[-1:], is_operational=True),
        HeldAttribute("hasSubordinates", has_children, is_operational=True),
        HeldAttribute("numSubordinates", counted, is_operational=True),
        HeldAttribute("subschemaSubentry", (str(SUBSCHEMA),), is_operational=True),
    )
    return HeldEntry(dn, tuple(held for held in (HeldAttribute("objectClass", names), *attributes, *own) if held.values))


def _normal(attribute: str, value: str) -> str | None:
    """Return a value or assertion in normal form; None if it can't be one of this attribute."""
    known = find(attribute)
    if (known is not None and known.syntax is Syntax.DN) or attribute.lower() in _LOCAL_DN:
        try:
            return fold(str(DN.parse(value)))
        except BadInput:
            return None
    if known is not None and known.syntax is Syntax.TIME:
        moment = parse_time(value)
        return None if moment is None else f"{moment:%Y%m%d%H%M%S}z"
    if known is not None and known.syntax is Syntax.UUID:
        return uuid_of(value)
    if attribute.lower() == "hassubordinates":
        return fold(value) if fold(value) in {"true", "false"} else None
    if attribute.lower() == "numsubordinates":
        return value.zfill(_DIGITS) if value.isdecimal() and value.isascii() else None
    if attribute.lower() in _CLASSES:
        return class_key(value)
    return fold(value) or None


def _has_substrings(attribute: str) -> bool:
    """Tell whether values of an attribute have parts: names of entries, classes and what the server counts have none (RFC 4517)."""
    known = find(attribute)
    key = attribute.lower() if known is None else known.key
    return key not in _WHOLE and (known is None or known.syntax not in {Syntax.DN, Syntax.TIME})


def bind(wanted: Filter) -> Filter:
    """Return the filter with canonical names and normal forms; what isn't known or normalises to nothing is Undefined."""
    match wanted:
        case tree.And(parts):
            return tree.And(tuple(bind(part) for part in parts))
        case tree.Or(parts):
            return tree.Or(tuple(bind(part) for part in parts))
        case tree.Not(part):
            return tree.Not(bind(part))
        case tree.Present(attribute):
            name = canonical(attribute)
            return tree.Undefined() if name is None else tree.Present(name)
        case tree.Equality() | tree.AtLeast() | tree.AtMost() | tree.Approximate():
            name = canonical(wanted.attribute)
            value = _normal(wanted.attribute, wanted.value)
            return tree.Undefined() if name is None or value is None else replace(wanted, attribute=name, value=value)
        case tree.Substrings(attribute, initial, any_, final):
            name = canonical(attribute) if _has_substrings(attribute) else None
            bound = tree.Substrings(name or "", fold(initial), tuple(fold(part) for part in any_), fold(final))
            return bound if name is not None and (bound.initial or bound.final or any(bound.any_)) else tree.Undefined()
        case _:
            return tree.Undefined()


def canonical(description: str) -> str | None:
    """Return the lower-case canonical name that an attribute description names; None if nothing is known by it."""
    bare, _, option = description.partition(";")
    if option and option.lower() != "binary":
        return None
    attribute = find(bare)
    if attribute is not None:
        return attribute.key
    return bare.lower() if bare.lower() in _LOCAL else None
