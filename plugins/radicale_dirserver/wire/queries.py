# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients ask in XML, read into frozen values: PROPFIND and the three reports of an address book.

``principal_queries`` reads the reports about principals.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from radicale_dirserver.wire.card_filter import CardFilter, read_filter
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.names import carddav, dav

MAX_PROPERTIES = 200
VERSIONS = ("3.0", "4.0")
_VCARD_TYPES = frozenset({"text/vcard", "text/x-vcard", "text/directory", "*/*", "text/*"})


class Wanted(Enum):
    """Which properties a request is about (RFC 4918 section 14.20)."""

    SOME = "prop"
    ALL = "allprop"
    NAMES = "propname"


@dataclass(frozen=True, slots=True)
class AddressData:
    """How cards are wanted (RFC 6352 section 10.4). ``version`` empty: as stored; ``properties`` None: whole cards.

    ``without_value`` holds those of ``properties`` whose value may be left out. All names are upper-case, and may begin with a group.
    """

    version: str = ""
    properties: frozenset[str] | None = None
    without_value: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PropertyRequest:
    """The properties that a request asks for: Clark names in the client's order, each once."""

    wanted: Wanted
    names: tuple[str, ...] = ()
    address_data: AddressData | None = None


@dataclass(frozen=True, slots=True)
class SyncQuery:
    """sync-collection (RFC 6578 section 3.2). ``token`` as sent, empty for an initial one; ``limit`` None: everything."""

    name: ClassVar[str] = dav("sync-collection")
    properties: PropertyRequest
    token: str
    limit: int | None


@dataclass(frozen=True, slots=True)
class MultigetQuery:
    """addressbook-multiget (RFC 6352 section 8.7). ``paths`` are decoded paths, as the client named them."""

    name: ClassVar[str] = carddav("addressbook-multiget")
    properties: PropertyRequest
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressbookQuery:
    """addressbook-query (RFC 6352 section 8.6)."""

    name: ClassVar[str] = carddav("addressbook-query")
    properties: PropertyRequest
    filter: CardFilter
    limit: int | None


BookReport = SyncQuery | MultigetQuery | AddressbookQuery


def read_propfind(root: Element | None) -> PropertyRequest:
    """Read the body of a PROPFIND; no body means allprop (RFC 4918 section 9.1)."""
    if root is None:
        return PropertyRequest(Wanted.ALL)
    if root.tag != dav("propfind"):
        raise Refused(HTTPStatus.BAD_REQUEST, "The body of a PROPFIND must be DAV:propfind.")
    return read_properties(root)


def read_book_report(root: Element) -> BookReport | None:
    """Read a report about the entries of a book; None for another one. Raises Refused for what can't be read."""
    match root.tag:
        case SyncQuery.name:
            return _sync_query(root)
        case MultigetQuery.name:
            return MultigetQuery(read_properties(root), tuple(decoded_path(each.text or "") for each in root.findall(dav("href"))))
        case AddressbookQuery.name:
            limit = _limit_in(root.find(carddav("limit")), carddav("nresults"))
            return AddressbookQuery(read_properties(root), read_filter(root.find(carddav("filter"))), limit)
    return None


def decoded_path(reference: str) -> str:
    """Return the decoded path of an href, which may be a whole URL.

    What can't be a path of ours stays what it is, so that its row names it as the client did: octets that are no UTF-8 become lone
    surrogates, which stand in no name, and what is relative (RFC 4918 section 8.3 has no such thing) doesn't begin with a slash.
    """
    reference = reference.strip()
    try:
        path = urlsplit(reference).path
    except ValueError:
        path = ""
    return unquote(path if path.startswith("/") else reference, errors="surrogateescape")


def _sync_query(root: Element) -> SyncQuery:
    level = (root.findtext(dav("sync-level")) or "1").strip()
    if level not in {"1", "infinite"}:
        raise Refused(HTTPStatus.BAD_REQUEST, "DAV:sync-level must be 1 or infinite.")
    limit = _limit_in(root.find(dav("limit")), dav("nresults"))
    return SyncQuery(read_properties(root), (root.findtext(dav("sync-token")) or "").strip(), limit)


def _limit_in(limit: Element | None, name: str) -> int | None:
    text = (limit.findtext(name) or "").strip() if limit is not None else ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise Refused(HTTPStatus.BAD_REQUEST, "A limit must be a number from 1 to 999999999.")
    return int(text)


def read_properties(root: Element) -> PropertyRequest:
    """Read which properties a DAV:propfind or a report asks for."""
    if root.find(dav("propname")) is not None:
        return PropertyRequest(Wanted.NAMES)
    asked = root.find(dav("prop"))
    if root.find(dav("allprop")) is not None:
        return PropertyRequest(Wanted.ALL, _names(root.find(dav("include"))))
    if asked is None:
        # A report without properties asks for hrefs alone; DAV:propfind has to say something.
        if root.tag == dav("propfind"):
            raise Refused(HTTPStatus.BAD_REQUEST, "DAV:propfind must hold prop, allprop or propname.")
        return PropertyRequest(Wanted.SOME)
    data = asked.find(carddav("address-data"))
    return PropertyRequest(Wanted.SOME, _names(asked), _address_data(data) if data is not None else None)


def _names(parent: Element | None) -> tuple[str, ...]:
    if parent is None:
        return ()
    names = tuple(dict.fromkeys(child.tag for child in parent))
    if len(names) > MAX_PROPERTIES:
        raise Refused(HTTPStatus.BAD_REQUEST, f"A request may name {MAX_PROPERTIES} properties at most.")
    return names


def _address_data(data: Element) -> AddressData:
    media_type = data.get("content-type", "text/vcard").partition(";")[0].strip().lower()
    version = data.get("version", "").strip()
    if media_type not in _VCARD_TYPES or (version and version not in VERSIONS):
        raise Refused(HTTPStatus.FORBIDDEN, "Cards are served as vCard 3.0 and 4.0.", carddav("supported-address-data"))
    children = data.findall(carddav("prop"))
    if not children or data.find(carddav("allprop")) is not None:
        return AddressData(version)
    named = {child.get("name", "").upper(): child.get("novalue", "no").lower() == "yes" for child in children}
    return AddressData(version, frozenset(named), frozenset(name for name, is_empty in named.items() if is_empty))
