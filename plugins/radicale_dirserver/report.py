# SPDX-License-Identifier: GPL-3.0-or-later
"""REPORT (RFC 3253 section 3.6): which report was asked, and whether this place answers it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from radicale_dirserver.addressbook_query import addressbook_query
from radicale_dirserver.asked import Asked
from radicale_dirserver.books import asked_book, is_gateway, require_own_home
from radicale_dirserver.entries import Entries
from radicale_dirserver.errors import Refused
from radicale_dirserver.multiget import multiget
from radicale_dirserver.multistatus import multistatus
from radicale_dirserver.names import dav
from radicale_dirserver.places import BookPlace
from radicale_dirserver.queries import AddressbookQuery, MultigetQuery, Report, SyncQuery, read_report
from radicale_dirserver.response import Response
from radicale_dirserver.sync_collection import sync_collection
from radicale_dirserver.xml_body import MAX_XML_BYTES, read_xml


def report(asked: Asked) -> Response:
    """Answer a REPORT. Depth is not looked at: clients differ in it, and each report has one sensible reading."""
    place = asked.place
    require_own_home(place, asked.principal)
    query = read_report(read_xml(asked.request.read_body(MAX_XML_BYTES)))
    if not isinstance(place, BookPlace) or (isinstance(query, SyncQuery) and is_gateway(place)):
        raise Refused(HTTPStatus.FORBIDDEN, "That report is not answered here.", dav("supported-report"))
    return multistatus(_rows_in_snapshot(asked, place, query), is_minimal=asked.request.is_minimal)


def _rows_in_snapshot(asked: Asked, place: BookPlace, query: Report) -> Iterator[str]:
    with asked.directory.reading(asked.principal) as reading:
        entries = Entries(asked, reading, asked_book(place, reading), place)
        match query:
            case SyncQuery():
                yield from sync_collection(entries, query)
            case MultigetQuery():
                yield from multiget(entries, query)
            case AddressbookQuery():
                yield from addressbook_query(entries, query)
