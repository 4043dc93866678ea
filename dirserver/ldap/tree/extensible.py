# SPDX-License-Identifier: GPL-3.0-or-later
"""Extensible matches and attributes that stand for several, in terms of the plain choices of a filter.

Rules (RFC 4517 section 4.2) that the directory's folding covers become equality, substrings or ordering; those that nothing
here can evaluate stay Undefined, which never makes the rest of the filter fail (RFC 4511 section 4.5.1.7.7).
"""

from __future__ import annotations

from collections.abc import Collection

from dirserver.model import filter as tree
from dirserver.model.attribute import CANONICAL, Syntax
from dirserver.model.dn import DN
from dirserver.model.filter import Filter
from dirserver.model.fold import fold

_EQUALITY = frozenset(
    """
    objectidentifiermatch 2.5.13.0 distinguishednamematch 2.5.13.1 caseignorematch 2.5.13.2 caseexactmatch 2.5.13.5
    numericstringmatch 2.5.13.8 caseignorelistmatch 2.5.13.11 booleanmatch 2.5.13.13 integermatch 2.5.13.14
    telephonenumbermatch 2.5.13.20 generalizedtimematch 2.5.13.27 caseexactia5match 1.3.6.1.4.1.1466.109.114.1
    caseignoreia5match 1.3.6.1.4.1.1466.109.114.2 uuidmatch 1.3.6.1.1.16.2 1.2.840.113556.1.4.1941
    """.split()
)
_SUBSTRINGS = frozenset(
    """
    caseignoresubstringsmatch 2.5.13.4 caseexactsubstringsmatch 2.5.13.7 numericstringsubstringsmatch 2.5.13.10
    caseignorelistsubstringsmatch 2.5.13.12 telephonenumbersubstringsmatch 2.5.13.21 caseignoreia5substringsmatch
    1.3.6.1.4.1.1466.109.114.3
    """.split()
)
_WORDS = frozenset("wordmatch 2.5.13.32 keywordmatch 2.5.13.33".split())
_BELOW = frozenset("caseignoreorderingmatch 2.5.13.3 caseexactorderingmatch 2.5.13.6 generalizedtimeorderingmatch 2.5.13.28".split())

# RFC 4519 section 2.18; what ambiguous name resolution asks in Active Directory, as far as an address book has it.
_NAMES = ("cn", "sn", "givenName", "displayName")
_ANR = (*_NAMES, "mail", "uid", "physicalDeliveryOfficeName")
_TEXTS = tuple(each.name for each in CANONICAL if each.syntax in {Syntax.TEXT, Syntax.MAIL} and not each.is_operational)

Rdns = Collection[tuple[str, str]]
"""Attribute (lower-case) and folded value of each part of a container's DN."""


def simplify(wanted: Filter, rdns: Rdns = ()) -> Filter:
    """Return the filter without extensible choices. ``rdns``: what ``:dn:`` matches by the place of the entries asked about."""
    match wanted:
        case tree.And(parts):
            return tree.And(tuple(simplify(part, rdns) for part in parts))
        case tree.Or(parts):
            return tree.Or(tuple(simplify(part, rdns) for part in parts))
        case tree.Not(part):
            return tree.Not(simplify(part, rdns))
        case tree.Extensible():
            return _simplify_extensible(wanted, rdns)
        case tree.Equality(attribute, value) | tree.Approximate(attribute, value) if attribute.lower() == "anr":
            return _resolve_name(value)
        case tree.Equality(attribute, value) if attribute.lower() == "objectcategory":
            # Active Directory's short name of a class, or the DN of its description: (&(objectCategory=person)(objectClass=user)).
            return tree.Equality("objectClass", value.partition(",")[0].rpartition("=")[2])
        case tree.Equality() | tree.Approximate() | tree.Substrings() | tree.Present() if wanted.attribute.lower() == "name":
            return tree.Or(tuple(_renamed(wanted, name) for name in _NAMES))
        case _:
            return wanted


def rdns_of(dn: DN) -> frozenset[tuple[str, str]]:
    """Return the parts of a DN as ``simplify`` takes them."""
    return frozenset((ava.attribute, fold(ava.value)) for rdn in dn.rdns for ava in rdn)


def uses_place(wanted: Filter) -> bool:
    """Tell whether the filter asks about the parts of an entry's DN, so that it means something else in each container."""
    match wanted:
        case tree.And(parts) | tree.Or(parts):
            return any(uses_place(part) for part in parts)
        case tree.Not(part):
            return uses_place(part)
        case tree.Extensible(with_dn=with_dn):
            return with_dn
        case _:
            return False


def _renamed(wanted: tree.Equality | tree.Approximate | tree.Substrings | tree.Present, name: str) -> Filter:
    match wanted:
        case tree.Equality(_, value):
            return tree.Equality(name, value)
        case tree.Approximate(_, value):
            return tree.Approximate(name, value)
        case tree.Substrings(_, initial, any_, final):
            return tree.Substrings(name, initial, any_, final)
        case tree.Present():
            return tree.Present(name)


def _resolve_name(text: str) -> Filter:
    """Ambiguous name resolution: the text begins a name, or its words begin the given and the family name in either order."""
    wanted = text.removeprefix("=").strip()
    if not wanted:
        return tree.Undefined()
    parts: list[Filter] = [tree.Substrings(name, wanted) for name in _ANR]
    first, _, last = wanted.partition(" ")
    if last.strip():
        for one, other in ((first, last.strip()), (last.strip(), first)):
            parts.append(tree.And((tree.Substrings("givenName", one), tree.Substrings("sn", other))))
    return tree.Or(tuple(parts))


def _simplify_extensible(wanted: tree.Extensible, rdns: Rdns) -> Filter:
    names = (wanted.attribute,) if wanted.attribute is not None else _TEXTS
    parts = [_match(name, wanted.rule, wanted.value) for name in names]
    if wanted.with_dn and parts != [tree.Undefined()]:
        folded = fold(wanted.value)
        name = None if wanted.attribute is None else wanted.attribute.lower()
        if any(value == folded and name in {None, attribute} for attribute, value in rdns):
            return tree.TRUE
        if name is None:
            parts.append(tree.Equality("uid", wanted.value))
    return parts[0] if len(parts) == 1 else tree.Or(tuple(parts))


def _match(attribute: str, rule: str | None, value: str) -> Filter:
    name = "" if rule is None else rule.lower()
    if rule is None or name in _EQUALITY:
        return tree.Equality(attribute, value)
    if name in _SUBSTRINGS:
        initial, *middle = value.split("*")
        final = middle.pop() if middle else ""
        return tree.Substrings(attribute, initial, tuple(part for part in middle if part), final)
    if name in _WORDS:
        return tree.Approximate(attribute, value)
    if name in _BELOW:
        return tree.And((tree.AtMost(attribute, value), tree.Not(tree.Equality(attribute, value))))
    return tree.Undefined()
