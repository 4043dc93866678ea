# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports about principals (RFC 3744 section 9, RFC 3253 section 3.8), read from XML into frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import ClassVar
from xml.etree.ElementTree import Element

from radicale_dirserver.wire.card_filter import Join
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.names import DAV, calendarserver, dav
from radicale_dirserver.wire.queries import MAX_PROPERTIES, PropertyRequest, Wanted, read_properties

SEARCHABLE: Mapping[str, str] = MappingProxyType(
    {dav("displayname"): "Full name", calendarserver("email-address-set"): "Mail address"},
)
"""The properties that principals can be found by, with what people call them."""

MAX_TERMS = 20


@dataclass(frozen=True, slots=True)
class Term:
    """A text that each of these properties has to hold, in any case."""

    properties: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PrincipalSearch:
    """principal-property-search (RFC 3744 section 9.4), with Apple's ``test``.

    ``is_everywhere``: among all principals, not only those below the address that was asked.
    """

    name: ClassVar[str] = dav("principal-property-search")
    properties: PropertyRequest
    terms: tuple[Term, ...]
    join: Join
    is_everywhere: bool


@dataclass(frozen=True, slots=True)
class SearchableProperties:
    """principal-search-property-set (RFC 3744 section 9.5)."""

    name: ClassVar[str] = dav("principal-search-property-set")


@dataclass(frozen=True, slots=True)
class PrincipalMatch:
    """principal-match (RFC 3744 section 9.3). ``property`` names the asker where it matches; None: the resource is the asker."""

    name: ClassVar[str] = dav("principal-match")
    properties: PropertyRequest
    property: str | None


@dataclass(frozen=True, slots=True)
class AclPrincipals:
    """acl-principal-prop-set (RFC 3744 section 9.2)."""

    name: ClassVar[str] = dav("acl-principal-prop-set")
    properties: PropertyRequest


@dataclass(frozen=True, slots=True)
class Expansion:
    """Properties by name; those with an expansion of their own show the resources that they point at in place of hrefs."""

    properties: tuple[tuple[str, Expansion | None], ...]


@dataclass(frozen=True, slots=True)
class ExpandProperty:
    """expand-property (RFC 3253 section 3.8)."""

    name: ClassVar[str] = dav("expand-property")
    expansion: Expansion


PrincipalReport = PrincipalSearch | SearchableProperties | PrincipalMatch | AclPrincipals | ExpandProperty


def read_principal_report(root: Element) -> PrincipalReport | None:
    """Read a report about principals; None for another one. Raises Refused (400) for what can't be read."""
    match root.tag:
        case PrincipalSearch.name:
            return _search(root)
        case SearchableProperties.name:
            return SearchableProperties()
        case PrincipalMatch.name:
            return _match(root)
        case AclPrincipals.name:
            return AclPrincipals(_properties(root))
        case ExpandProperty.name:
            if sum(1 for _ in root.iter()) > MAX_PROPERTIES:
                raise Refused(HTTPStatus.BAD_REQUEST, f"A request may name {MAX_PROPERTIES} properties at most.")
            return ExpandProperty(_expansion(root))
    return None


def _search(root: Element) -> PrincipalSearch:
    terms = []
    for each in root.findall(dav("property-search")):
        properties, match = each.find(dav("prop")), each.find(dav("match"))
        if properties is None or len(properties) == 0 or match is None:
            raise Refused(HTTPStatus.BAD_REQUEST, "A DAV:property-search must hold DAV:prop, which names properties, and DAV:match.")
        terms.append(Term(tuple(child.tag for child in properties), "".join(match.itertext()).strip()))
    if not terms or len(terms) > MAX_TERMS:
        raise Refused(HTTPStatus.BAD_REQUEST, f"A search for principals holds from one to {MAX_TERMS} DAV:property-search.")
    join = Join.ANY if root.get("test", "").strip().lower() == Join.ANY.value else Join.ALL
    return PrincipalSearch(_properties(root), tuple(terms), join, root.find(dav("apply-to-principal-collection-set")) is not None)


def _match(root: Element) -> PrincipalMatch:
    named = root.find(dav("principal-property"))
    if named is None and root.find(dav("self")) is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "DAV:principal-match must hold DAV:self or DAV:principal-property.")
    if named is not None and len(named) != 1:
        raise Refused(HTTPStatus.BAD_REQUEST, "DAV:principal-property must hold one property.")
    return PrincipalMatch(_properties(root), named[0].tag if named is not None else None)


def _properties(root: Element) -> PropertyRequest:
    # Cards and lists of everything have no place in a report about people.
    found = read_properties(root)
    return found if found.wanted is Wanted.SOME else PropertyRequest(Wanted.SOME)


def _expansion(root: Element) -> Expansion:
    found: dict[str, Expansion | None] = {}
    for child in root.findall(dav("property")):
        local = child.get("name", "").strip()
        if not local:
            raise Refused(HTTPStatus.BAD_REQUEST, "A DAV:property must have a name.")
        inside = _expansion(child)
        found[f"{{{child.get('namespace', DAV).strip()}}}{local}"] = inside if inside.properties else None
    return Expansion(tuple(found.items()))
