# SPDX-License-Identifier: GPL-3.0-or-later
"""MOVE and COPY of an entry (RFC 4918 sections 9.8 and 9.9), between the books of one home. Books themselves stay where they are."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from dirserver.directory.views.entry import BookView
from dirserver.directory.writing import Writing
from dirserver.errors import NotAllowed, NotFound, UidTaken
from dirserver.model.names import ETag, Href
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, is_gateway, require_own_home
from radicale_dirserver.tree.places import ItemPlace, find_place
from radicale_dirserver.wire.conditions import read_tags, require_other, require_unchanged
from radicale_dirserver.wire.errors import Refused, Subject, error_response
from radicale_dirserver.wire.names import dav
from radicale_dirserver.wire.response import Response
from radicale_dirserver.wire.state_lists import require_state

_USUAL_PORT = re.compile(r":(?:80|443)?$")


def move(asked: Asked) -> Response:
    """Answer a MOVE."""
    return _taken(asked, is_move=True)


def copy(asked: Asked) -> Response:
    """Answer a COPY: of what the asker sees."""
    return _taken(asked, is_move=False)


def _taken(asked: Asked, *, is_move: bool) -> Response:
    place = asked.place
    require_own_home(place, asked.principal)
    if not isinstance(place, ItemPlace):
        raise NotAllowed("Books are not moved or copied from a device.")
    to = _destination(asked)
    if to.path == place.path:
        raise Refused(HTTPStatus.FORBIDDEN, "It is there already.")
    if is_gateway(place.book) or is_gateway(to.book):
        raise NotAllowed("The directory can be searched, not changed, at this address.")
    may_replace = asked.request.overwrite.strip().upper() != "F"
    # What is refused on the way is refused there: the privilege that is missing is that of the place where it is.
    subject = Subject(asked.url(place.path), asked.url(place.book.path), (dav("unbind"),))
    try:
        with asked.directory.writing(asked.principal, is_brief=True) as writing:
            source, target = asked_book(place.book, writing), asked_book(to.book, writing)
            _require_no_label(source, target)
            expected = _expected(asked, writing, source, place.href)
            taken = writing.take(source, place.href, target, if_match=expected, is_move=is_move)
            subject = Subject(asked.url(to.path), asked.url(to.book.path), (dav("bind"),))
            is_new = writing.place(taken, target, to.href, may_replace=may_replace)
    except (NotAllowed, UidTaken) as error:
        return error_response(error, subject)
    return Response(HTTPStatus.CREATED if is_new else HTTPStatus.NO_CONTENT)


def _require_no_label(*views: BookView) -> None:
    if any(view.label is not None for view in views):
        raise NotAllowed("What is labelled moves by changing its label.")


def _destination(asked: Asked) -> ItemPlace:
    """Return the place that Destination names (RFC 4918 section 10.3). Raises Refused, NotFound for another's home."""
    text = asked.request.destination.strip()
    try:
        parts = urlsplit(text)
        path = unquote(parts.path, errors="strict")
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "The Destination is no address.") from None
    if not text or not path.startswith("/"):
        raise Refused(HTTPStatus.BAD_REQUEST, "Destination must say where to.")
    if parts.netloc and _server_of(parts.netloc) != _server_of(asked.request.host):
        raise Refused(HTTPStatus.BAD_GATEWAY, "Nothing is moved to another server.")
    mount = f"{asked.request.mount}/"
    place = find_place(path[len(mount) - 1 :]) if path.startswith(mount) else None
    if not isinstance(place, ItemPlace):
        raise Refused(HTTPStatus.CONFLICT, "The Destination is no place for a card: it needs a name in a book.")
    try:
        require_own_home(place, asked.principal)
    except NotFound:
        raise Refused(HTTPStatus.CONFLICT, "There is no such book.") from None
    return place


def _expected(asked: Asked, writing: Writing, source: BookView, name: Href) -> ETag | None:
    """Return the ETag that the entry must have: of several the one that it has now, if it has any of them."""
    request = asked.request
    tags = read_tags(request.if_match).tags
    if request.state_lists or request.if_none_match or (request.if_unmodified_since and not request.if_match):
        there = writing.entry(source, name)
        if request.state_lists:
            require_state(request.state_lists, asked.url(asked.place.path), there.etag)
        if not request.if_match:
            require_unchanged("", request.if_unmodified_since, (), int(there.modified_at.timestamp()))
            tags = (there.etag,)
        require_other(request.if_none_match, there.etag)
    if len(tags) < 2:
        return next(iter(tags), None)
    current = {each.etag for each in writing.listed(source, [name])}
    return next((tag for tag in tags if tag in current), tags[0])


def _server_of(authority: str) -> str:
    """Return host and port of an authority; a port that a scheme has of its own goes without saying (RFC 9110 section 4.2.3)."""
    return _USUAL_PORT.sub("", authority.rpartition("@")[2].strip().lower())
