# SPDX-License-Identifier: GPL-3.0-or-later
"""PROPFIND (RFC 4918 section 9.1) on everything this door has. Depth infinity is answered as 1."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.directory.entry import BookView
from dirserver.directory.reading import Reading
from dirserver.model.book import BookKind
from radicale_dirserver.asked import Asked
from radicale_dirserver.books import asked_book, home_books, require_own_home
from radicale_dirserver.entries import Entries
from radicale_dirserver.markup import element
from radicale_dirserver.multistatus import missing_elements, multistatus, response_row
from radicale_dirserver.names import calendarserver, carddav, dav
from radicale_dirserver.places import GATEWAY, PEOPLE, BookPlace, Home, ItemPlace, Root
from radicale_dirserver.properties import Asker, Facts, in_allprop, table_of
from radicale_dirserver.queries import PropertyRequest, Wanted, read_propfind
from radicale_dirserver.response import Response
from radicale_dirserver.xml_body import MAX_XML_BYTES, read_xml

_OF_ACCOUNT = frozenset({calendarserver("email-address-set"), dav("displayname")})
_OF_OWN_CARD = frozenset({carddav("principal-address"), calendarserver("me-card")})
_OF_GATEWAY = frozenset({carddav("directory-gateway")})


def propfind(asked: Asked) -> Response:
    """Answer a PROPFIND. The first row raises NotFound for what isn't there or isn't the asker's to see."""
    require_own_home(asked.place, asked.principal)
    wanted = read_propfind(read_xml(asked.request.read_body(MAX_XML_BYTES)))
    return multistatus(_rows_in_snapshot(asked, wanted), is_minimal=asked.request.is_minimal)


def _rows_in_snapshot(asked: Asked, wanted: PropertyRequest) -> Iterator[str]:
    with asked.directory.reading(asked.principal) as reading:
        yield from _rows(asked, reading, wanted)


def _rows(asked: Asked, reading: Reading, wanted: PropertyRequest) -> Iterator[str]:
    place = asked.place
    is_deep = asked.request.depth == "1"
    if isinstance(place, ItemPlace):
        entries = Entries(asked, reading, asked_book(place.book, reading), place.book)
        yield from entries.row_of(place.href, wanted)
        return
    asker = _asker(asked, reading, wanted)
    if isinstance(place, BookPlace):
        view = asked_book(place, reading)
        yield _row(asked, wanted, _book_facts(asked, reading, asker, place, view))
        if is_deep and place.name != GATEWAY:
            yield from Entries(asked, reading, view, place).rows(wanted)
        return
    # At RFC 6764's address the root answers in place: some iPhones give up on a redirect that ends in a 401.
    yield _row(asked, wanted, Facts(asked.request.mount, place, asker), asked.request.path if asked.request.is_well_known else "")
    if is_deep and isinstance(place, Root):
        yield _row(asked, wanted, Facts(asked.request.mount, Home(asked.principal.login), asker))
    elif is_deep and isinstance(place, Home):
        for book_place, view in home_books(place, reading):
            yield _row(asked, wanted, _book_facts(asked, reading, asker, book_place, view))


def _row(asked: Asked, wanted: PropertyRequest, facts: Facts, path: str = "") -> str:
    table = table_of(facts.place)
    path = path or asked.url(facts.place.path)
    if wanted.wanted is Wanted.NAMES:
        return response_row(path, missing_elements(tuple(table)))
    names = wanted.names
    if wanted.wanted is Wanted.ALL:
        names = tuple(dict.fromkeys((*in_allprop(table), *names)))
    found, missing = [], []
    for name in names:
        write = table.get(name)
        inner = write(facts) if write is not None else None
        if inner is None:
            missing.append(name)
        else:
            found.append(element(name, inner))
    return response_row(path, "".join(found), "" if asked.request.is_minimal else missing_elements(missing))


def _book_facts(asked: Asked, reading: Reading, asker: Asker, place: BookPlace, view: BookView) -> Facts:
    return Facts(asked.request.mount, place, asker, view, reading.token(view), asked.push)


def _asker(asked: Asked, reading: Reading, wanted: PropertyRequest) -> Asker:
    """Look up only what the request asks about: a poll must not cost what a discovery costs."""
    names = set(wanted.names)
    login = asked.principal.login
    if not isinstance(asked.place, Root | Home):
        return Asker(login)
    is_all = wanted.wanted is not Wanted.SOME
    account = asked.identity.account(login) if is_all or names & _OF_ACCOUNT else None
    own = reading.me() if names & _OF_OWN_CARD else None
    has_gateway = bool(names & _OF_GATEWAY) and any(view.book.kind is BookKind.PEOPLE for view in reading.books())
    return Asker(
        login,
        mail=account.mail if account is not None else "",
        name=account.name if account is not None else "",
        own_href=own.href if own is not None and own.book == PEOPLE else None,
        has_gateway=has_gateway,
    )
