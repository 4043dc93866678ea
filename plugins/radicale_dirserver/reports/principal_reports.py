# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports about principals (RFC 3744 section 9, RFC 3253 section 3.8): each is defined for Depth 0 only."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring

from dirserver.directory.reading import Reading
from dirserver.errors import NotFound
from radicale_dirserver.reports.principal_queries import (
    SEARCHABLE,
    AclPrincipals,
    ExpandProperty,
    Expansion,
    PrincipalMatch,
    PrincipalReport,
    PrincipalSearch,
)
from radicale_dirserver.reports.principal_search import found_principals
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, home_books, require_own_home
from radicale_dirserver.tree.places import BookPlace, GroupPlace, Home, ItemPlace, Place, Root, find_place
from radicale_dirserver.tree.properties import table_of
from radicale_dirserver.tree.resources import Resources
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.markup import DECLARATION, element, href
from radicale_dirserver.wire.multistatus import Rows
from radicale_dirserver.wire.names import DECLARATIONS, dav
from radicale_dirserver.wire.queries import PropertyRequest, Wanted
from radicale_dirserver.wire.response import Response

_OWNER = dav("owner")


def searchable_properties() -> Response:
    """Answer principal-search-property-set (RFC 3744 section 9.5)."""
    rows = "".join(
        element(
            dav("principal-search-property"),
            element(dav("prop"), element(name)) + f'<description xml:lang="en">{description}</description>',
        )
        for name, description in SEARCHABLE.items()
    )
    document = f"<principal-search-property-set {DECLARATIONS}>{rows}</principal-search-property-set>"
    return Response.of_xml(HTTPStatus.OK, DECLARATION + document)


def principal_rows(asked: Asked, query: PrincipalReport) -> Iterator[Rows]:
    """Return the rows of one report. Raises Refused (400) for any depth but 0, as the RFC wants it."""
    if asked.request.depth != "0":
        raise Refused(HTTPStatus.BAD_REQUEST, "Reports about principals are defined for Depth 0 only.")
    with asked.directory.reading(asked.principal) as reading:
        _require_there(asked.place, reading)
        match query:
            case PrincipalSearch():
                yield from found_principals(asked, reading, query)
            case PrincipalMatch(property=None):
                if isinstance(asked.place, Root):
                    yield _own_row(asked, reading, query.properties)
                if isinstance(asked.place, Root | Home):
                    # Who is a member of a principal matches it as well (section 5.5.1).
                    groups = [GroupPlace(asked.principal.login, uuid) for uuid in reading.own_groups()]
                    yield from (Resources.of(asked, reading, query.properties, group).row(group) for group in groups)
            case PrincipalMatch():
                yield from _naming_the_asker(asked, reading, query)
            case AclPrincipals():
                # Everything below the root grants to its own person alone; the root to whoever has signed in, which is no resource.
                if not isinstance(asked.place, Root):
                    yield _own_row(asked, reading, query.properties)
            case ExpandProperty():
                yield tostring(_expanded(asked, reading, asked.place, query.expansion), encoding="unicode")


def _require_there(place: Place, reading: Reading) -> None:
    """Raise NotFound for a book or an entry that doesn't show, and for a group that one isn't in."""
    if isinstance(place, ItemPlace):
        reading.entry(asked_book(place.book, reading), place.href)
    elif isinstance(place, BookPlace):
        asked_book(place, reading)
    elif isinstance(place, GroupPlace):
        reading.own_group(place.uuid)


def _own_row(asked: Asked, reading: Reading, wanted: PropertyRequest) -> str:
    place = Home(asked.principal.login)
    return Resources.of(asked, reading, wanted, place).row(place)


def _naming_the_asker(asked: Asked, reading: Reading, query: PrincipalMatch) -> Iterator[Rows]:
    """Return the members, at any depth, whose property is the asker's principal; of entries only the owner can be."""
    place, name = asked.place, query.property or ""
    home = place if isinstance(place, Home) else Home(asked.principal.login)
    books = [place] if isinstance(place, BookPlace) else [book_place for book_place, _ in home_books(home, reading)]
    members: list[Home | BookPlace] = [home, *books] if isinstance(place, Root) else [*books]
    for member in members:
        resources = Resources.of(asked, reading, query.properties, member)
        if _names_the_asker(resources, member, name):
            if member != place:
                yield resources.row(member)
            if name == _OWNER and isinstance(member, BookPlace):
                yield from resources.member_rows(member)


def _names_the_asker(resources: Resources, place: Home | BookPlace, name: str) -> bool:
    write = table_of(place).get(name)
    inner = write(resources.facts(place)) if write is not None else None
    mount, login = resources.asked.request.mount, resources.asked.principal.login
    return inner is not None and inner.casefold() == href(f"{mount}/{login}/").casefold()


def _expanded(asked: Asked, reading: Reading, place: Place, expansion: Expansion) -> Element:
    """Return DAV:response of a place, with the resources that its properties point at in place of their hrefs."""
    wanted = PropertyRequest(Wanted.SOME, tuple(name for name, _ in expansion.properties))
    row = Resources.of(asked, reading, wanted, place).row(place)
    response: Element = fromstring(f"<multistatus {DECLARATIONS}>{row}</multistatus>")[0]
    inside = {name: inner for name, inner in expansion.properties if inner is not None}
    for found in response.iterfind(f"{dav('propstat')}/{dav('prop')}/*"):
        if found.tag in inside:
            for number, child in enumerate(found):
                if child.tag == dav("href"):
                    found[number] = _target(asked, reading, child, inside[found.tag])
    return response


def _target(asked: Asked, reading: Reading, reference: Element, expansion: Expansion) -> Element:
    """Return what an href points at; the href itself where that is no resource of this server, such as a mail address."""
    mount, path = asked.request.mount, unquote(reference.text or "")
    place = find_place(path[len(mount) :]) if path.startswith(f"{mount}/") else None
    if place is None:
        return reference
    try:
        require_own_home(place, asked.principal)
        return _expanded(asked, reading, place, expansion)
    except NotFound:
        gone = Element(dav("response"))
        gone.append(reference)
        SubElement(gone, dav("status")).text = "HTTP/1.1 404 Not Found"
        return gone
