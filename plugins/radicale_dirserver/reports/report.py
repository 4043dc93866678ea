# SPDX-License-Identifier: GPL-3.0-or-later
"""REPORT (RFC 3253 section 3.6): which report was asked, and whether this place answers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from http import HTTPStatus

from dirserver.directory.glancing import MOST, Glance
from dirserver.directory.recent import Recent
from radicale_dirserver.reports.addressbook_query import addressbook_query
from radicale_dirserver.reports.multiget import multiget, multiget_of_few
from radicale_dirserver.reports.principal_queries import PrincipalReport, SearchableProperties, read_principal_report
from radicale_dirserver.reports.principal_reports import principal_rows, searchable_properties
from radicale_dirserver.reports.sync_collection import sync_at_hand, sync_collection
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, require_own_home
from radicale_dirserver.tree.entries import Entries
from radicale_dirserver.tree.held import Question
from radicale_dirserver.tree.places import BookPlace
from radicale_dirserver.tree.properties import reports_of
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.multiget_body import SAMPLE_PATH, Frame, part
from radicale_dirserver.wire.multistatus import Rows, multistatus
from radicale_dirserver.wire.names import dav
from radicale_dirserver.wire.queries import AddressbookQuery, BookReport, MultigetQuery, PropertyRequest, SyncQuery, read_book_report
from radicale_dirserver.wire.response import Response
from radicale_dirserver.wire.sending import begin
from radicale_dirserver.wire.xml_body import MAX_XML_BYTES, USUAL_BYTES, read_xml

MULTIGET, SYNC = b"addressbook-multiget", b"sync-collection"
"""Stand in each body that asks for such a report, in an encoding that holds ASCII."""


def report(asked: Asked) -> Response:
    """Answer a REPORT. For those about a book Depth is not looked at: clients differ in it, and each has one sensible reading."""
    place = asked.place
    require_own_home(place, asked.principal)
    body = asked.request.read_body(MAX_XML_BYTES)
    question = Question.of(asked.request, asked.principal, body)
    known = asked.held.recall(question)
    if known is not None:
        return known
    query = _read_report(body, reports_of(place))
    if isinstance(query, SearchableProperties):
        return searchable_properties()
    if isinstance(query, SyncQuery | MultigetQuery | AddressbookQuery):
        if not isinstance(place, BookPlace):
            raise _unsupported()
        known_rows = _known_rows(asked, place, query) if isinstance(query, MultigetQuery) and len(query.paths) <= MOST else None
        rows = known_rows if known_rows is not None else _book_rows(asked, place, query, question)
        return asked.held.keep(question, begin(multistatus(rows, is_minimal=asked.request.is_minimal)))
    return multistatus(principal_rows(asked, query), is_minimal=asked.request.is_minimal)


def multiget_at_once(asked: Asked, body: bytes, recent: Recent) -> Response | None:
    """Answer an addressbook-multiget for a few cards from memory or with one statement; None for another report, and where it takes more.

    Raises Refused for what can't be read.
    """
    place = asked.place
    if not isinstance(place, BookPlace):
        return None
    query = _read_report(body, reports_of(place))
    if not isinstance(query, MultigetQuery) or len(query.paths) > MOST:
        return None
    rows = _known_rows(asked, place, query, recent)
    return None if rows is None else begin(multistatus(rows, is_minimal=asked.request.is_minimal))


def sync_at_once(asked: Asked, body: bytes, question: Question) -> Response | None:
    """Answer a sync-collection after few changes without cards, in a few statements; None for another report, and where it takes more.

    Raises NotFound, and Refused for what can't be read.
    """
    place = asked.place
    if not isinstance(place, BookPlace) or SYNC not in body:
        return None
    query = _read_report(body, reports_of(place))
    if not isinstance(query, SyncQuery):
        return None
    with asked.directory.reading_at_hand(asked.principal) as reading:
        if reading is None:
            return None
        rows = sync_at_hand(Entries(asked, reading, asked_book(place, reading), place), query, question)
        return None if rows is None else asked.held.keep(question, begin(multistatus(rows, is_minimal=asked.request.is_minimal)))


def _read_report(body: bytes, answered: tuple[str, ...]) -> BookReport | PrincipalReport:
    """Read which report is asked. Raises Refused: 400 for what can't be read, 403 supported-report for what isn't answered."""
    parted = part(body)
    if parted is not None and (wanted := _framed(parted.frame, answered)) is not None:
        return MultigetQuery(wanted, parted.paths)
    # Every phone that polls a book sends the same octets: what they mean is read once.
    return _usual(body, answered) if len(body) <= USUAL_BYTES else _read(body, answered)


def _read(body: bytes, answered: tuple[str, ...]) -> BookReport | PrincipalReport:
    root = read_xml(body)
    if root is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "A REPORT needs a body that says which report.")
    found = (read_book_report(root) or read_principal_report(root)) if root.tag in answered else None
    if found is None:
        raise _unsupported()
    return found


_usual = lru_cache(maxsize=1024)(_read)


@lru_cache(maxsize=256)
def _framed(frame: Frame, answered: tuple[str, ...]) -> PropertyRequest | None:
    """Return what a multiget in this frame wants of the entries that it names, None if it isn't one or names them in another way."""
    try:
        found = _read(frame.sample, answered)
    except Refused:
        return None
    return found.properties if isinstance(found, MultigetQuery) and found.paths == (SAMPLE_PATH,) else None


def _unsupported() -> Refused:
    return Refused(HTTPStatus.FORBIDDEN, "That report is not answered here.", dav("supported-report"))


def _known_rows(asked: Asked, place: BookPlace, query: MultigetQuery, recent: Recent | None = None) -> Sequence[Rows] | None:
    def rows(glance: Glance) -> Sequence[Rows]:
        return multiget_of_few(Entries(asked, glance, asked_book(place, glance), place), query, glance)

    return asked.directory.at_a_glance(asked.principal, rows, recent)


def _book_rows(asked: Asked, place: BookPlace, query: BookReport, question: Question) -> Iterator[Rows]:
    with asked.directory.reading(asked.principal) as reading:
        entries = Entries(asked, reading, asked_book(place, reading), place)
        match query:
            case SyncQuery():
                yield from sync_collection(entries, query, question)
            case MultigetQuery():
                yield from multiget(entries, query)
            case AddressbookQuery():
                yield from addressbook_query(entries, query)
