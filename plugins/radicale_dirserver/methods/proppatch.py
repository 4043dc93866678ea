# SPDX-License-Identifier: GPL-3.0-or-later
"""PROPPATCH (RFC 4918 section 9.2): an owner may rename a book; everything else says politely no.

The answer is a 207 even when nothing may be set: macOS sets its me-card on every home and falls over a bare error.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from xml.etree.ElementTree import Element

from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, is_gateway, people_at, require_own_home
from radicale_dirserver.tree.places import BookPlace, Home, ItemPlace, Place
from radicale_dirserver.tree.privileges import may_rename
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.markup import element, href
from radicale_dirserver.wire.multistatus import multistatus
from radicale_dirserver.wire.names import CALENDARSERVER, CARDDAV, DAV, PUSH, calendarserver, carddav, dav, split
from radicale_dirserver.wire.queries import decoded_path
from radicale_dirserver.wire.response import Response
from radicale_dirserver.wire.xml_body import read_xml

MAX_PROPPATCH_BYTES = 65_536
MAX_TEXT_LENGTH = 500

_NAME = dav("displayname")
_DESCRIPTION = carddav("addressbook-description")
_ME_CARD = calendarserver("me-card")
_SETTABLE = frozenset({_NAME, _DESCRIPTION})
_NAMESPACES = frozenset({DAV, CARDDAV, CALENDARSERVER, PUSH})
"""All that anything here has is in one of these."""


def read_proppatch(body: bytes) -> tuple[tuple[str, str | None], ...]:
    """Read the properties that are to be set, or with None removed, in order. Raises Refused."""
    root = read_xml(body)
    if root is None or root.tag != dav("propertyupdate"):
        raise Refused(HTTPStatus.BAD_REQUEST, "The body of a PROPPATCH must be DAV:propertyupdate.")
    changes: list[tuple[str, str | None]] = []
    for step in root:
        if step.tag in {dav("set"), dav("remove")}:
            changes += [(each.tag, _text(each) if step.tag == dav("set") else None) for each in step.iterfind(f"{dav('prop')}/*")]
    if not changes:
        raise Refused(HTTPStatus.BAD_REQUEST, "A PROPPATCH must name a property to set or to remove.")
    return tuple(changes)


def proppatch(asked: Asked) -> Response:
    """Answer a PROPPATCH: all of it or nothing; what could have been set but for the others says that it depends on them."""
    place = asked.place
    require_own_home(place, asked.principal)
    wanted = dict(read_proppatch(asked.request.read_body(MAX_PROPPATCH_BYTES)))
    _require_there(asked, place)
    # RFC 4918 section 14.23: to remove what isn't there is no error.
    changes = {name: value for name, value in wanted.items() if value is not None or split(name)[0] in _NAMESPACES}
    if not changes or _is_as_it_is(asked, place, changes) or _rename(asked, place, changes):
        return multistatus([_row(asked, {HTTPStatus.OK: tuple(wanted)})])
    settable = _SETTABLE if isinstance(place, BookPlace) else frozenset[str]()
    refused = tuple(name for name in changes if name not in settable) or tuple(changes)
    depending = tuple(name for name in wanted if name not in refused)
    return multistatus([_row(asked, {HTTPStatus.FORBIDDEN: refused, HTTPStatus.FAILED_DEPENDENCY: depending})])


def _require_there(asked: Asked, place: Place) -> None:
    if not isinstance(place, BookPlace | ItemPlace):
        return
    with asked.directory.reading(asked.principal) as reading:
        view = asked_book(place if isinstance(place, BookPlace) else place.book, reading)
        if isinstance(place, ItemPlace):
            reading.entry(view, place.href)


def _is_as_it_is(asked: Asked, place: Place, changes: Mapping[str, str | None]) -> bool:
    """Tell whether all that is asked is that one's own card be one's own: so macOS does on every home."""
    if not isinstance(place, Home) or changes.keys() != {_ME_CARD}:
        return False
    with asked.directory.reading(asked.principal) as reading:
        me, home = reading.me(), people_at(reading)
    return me is not None and home is not None and decoded_path(changes[_ME_CARD] or "") == asked.url(f"{place.path}{home}/{me.href}")


def _rename(asked: Asked, place: Place, changes: Mapping[str, str | None]) -> bool:
    """Change name and description of a book if nothing else is asked and the asker may; tell whether that was done."""
    if not isinstance(place, BookPlace) or is_gateway(place):
        return False
    with asked.directory.writing(asked.principal) as writing:
        view = asked_book(place, writing)
        name = changes.get(_NAME, view.name)
        description = changes.get(_DESCRIPTION, view.book.description) or ""
        is_fit = bool(name) and max(len(name or ""), len(description)) <= MAX_TEXT_LENGTH
        if not name or not is_fit or not may_rename(view) or not changes.keys() <= _SETTABLE:
            return False
        writing.rename_book(view, name, description=description)
        return True


def _row(asked: Asked, names: Mapping[HTTPStatus, tuple[str, ...]]) -> str:
    return f"<response>{href(asked.url(asked.place.path))}{''.join(_propstat(*each) for each in names.items() if each[1])}</response>"


def _propstat(status: HTTPStatus, names: tuple[str, ...]) -> str:
    properties = "".join(element(name) for name in names)
    error = element(dav("error"), element(dav("cannot-modify-protected-property"))) if status is HTTPStatus.FORBIDDEN else ""
    return f"<propstat><prop>{properties}</prop><status>HTTP/1.1 {status.value} {status.phrase}</status>{error}</propstat>"


def _text(each: Element) -> str:
    return " ".join("".join(each.itertext()).split())
