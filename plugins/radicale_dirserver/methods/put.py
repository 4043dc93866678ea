# SPDX-License-Identifier: GPL-3.0-or-later
"""PUT of a card (RFC 6352 section 6.3.2): made or changed whole; what the writer couldn't see stays as it was."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import NamedTuple

from dirserver.card.card import Card
from dirserver.card.groups import with_categories
from dirserver.card.reader import read
from dirserver.card.writer import write
from dirserver.directory.views.entry import BookView
from dirserver.directory.writing import Writing
from dirserver.errors import NotAllowed, NotFound, Stale
from dirserver.model.names import ETag, Href
from radicale_dirserver.methods.dont_notify import read_dont_notify
from radicale_dirserver.methods.refusing import answer_unwritten
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, is_gateway, require_own_home
from radicale_dirserver.tree.places import ItemPlace
from radicale_dirserver.tree.properties import MAX_CARD_BYTES
from radicale_dirserver.wire.conditions import read_tags, require_other, require_unchanged
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.names import carddav
from radicale_dirserver.wire.response import Headers, Response
from radicale_dirserver.wire.state_lists import require_state

_FOLD = re.compile(rb"\n[ \t]")
_CARD_TYPES = frozenset({"", "text/vcard", "text/x-vcard", "text/directory", "text/plain", "application/octet-stream"})


class Sent(NamedTuple):
    """A card and the octets that it came in."""

    card: Card
    octets: bytes


def put(asked: Asked) -> Response:
    """Answer a PUT. The body is read before the transaction begins: a slow client must not hold the book.

    The ETag is told only when what is served now says the same, line by line: else the client has to fetch it. Line ends and
    folding don't count: vdirsyncer sends what lies in a file, and takes a missing ETag for somebody else's change.
    """
    place = asked.place
    require_own_home(place, asked.principal)
    if not isinstance(place, ItemPlace):
        raise Refused(HTTPStatus.CONFLICT, "A card needs a name in a book.")
    if is_gateway(place.book):
        raise NotAllowed("The directory can be searched, not changed, at this address.")
    sent = _read_card(asked)
    try:
        return _written(asked, place, sent)
    except NotAllowed as error:
        return answer_unwritten(asked, place, error)


def put_by_known(asked: Asked, place: ItemPlace, access_number: int) -> Response:
    """Answer a PUT as ``put`` does, of who was recognized under this access number; nothing is written where it isn't the one of now.

    Raises NotAtHand then, and whatever ``put`` would answer otherwise.
    """
    return _written(asked, place, _read_card(asked), access_number)


def _written(asked: Asked, place: ItemPlace, sent: Sent, access_number: int | None = None) -> Response:
    with asked.directory.writing(asked.principal, is_brief=True, known_under=access_number) as writing:
        view = asked_book(place.book, writing)
        expected = _expected(asked, writing, view, place.href)
        must_be_new = read_tags(asked.request.if_none_match).is_any
        if view.label is not None and must_be_new and not writing.listed(view, [place.href]):
            # What isn't labelled so isn't there for who looks at the label; in its book it may be, and gets the label.
            must_be_new = False
        card = sent.card if view.label is None or view.stands_alone else with_categories(sent.card, added=(view.label.name,))
        done = writing.put(view, place.href, card, if_match=expected, must_be_new=must_be_new)
        if spared := read_dont_notify(asked.request.push_dont_notify):
            writing.spare(view, spared.ids)
    headers: Headers = ()
    if done.is_as_given and _is_as_written(sent):
        headers = (("ETag", f'"{done.etag}"'),)
    return Response(HTTPStatus.CREATED if done.was_created else HTTPStatus.NO_CONTENT, headers)


def _is_as_written(sent: Sent) -> bool:
    written = write(sent.card).encode()
    return written == sent.octets or _lines(written) == _lines(sent.octets)


def _lines(octets: bytes) -> bytes:
    """Return a card as it reads, without what RFC 6350 section 3.2 leaves to the writer."""
    return _FOLD.sub(b"", octets.replace(b"\r\n", b"\n")).strip()


def _read_card(asked: Asked) -> Sent:
    """Read the card that is sent. Raises BadCard with reason and line, TooLarge, or Refused for what says it is no card."""
    media_type, _, parameters = asked.request.content_type.partition(";")
    if media_type.strip().lower() not in _CARD_TYPES:
        raise Refused(HTTPStatus.FORBIDDEN, "Only vCards are kept here.", carddav("supported-address-data"))
    if asked.request.content_range:
        # RFC 9110 section 14.5: it would be taken for the whole card.
        raise Refused(HTTPStatus.BAD_REQUEST, "A part of a card can't be written (Content-Range): send all of it.")
    octets = asked.request.read_body(MAX_CARD_BYTES)
    return Sent(read(_as_utf8(octets, parameters)), octets)


def _expected(asked: Asked, writing: Writing, view: BookView, name: Href) -> ETag | None:
    """Return the ETag that the entry must still have; the directory compares once more, under its lock."""
    if asked.request.state_lists or (asked.request.if_unmodified_since and not asked.request.if_match):
        return _looked_at(asked, writing, view, name)
    expected = read_tags(asked.request.if_match)
    unwanted = read_tags(asked.request.if_none_match)
    if not expected and not unwanted.tags:
        return None
    if len(expected.tags) == 1 and not unwanted.tags:
        # Nearly every PUT of a phone. Whether the entry still has it is compared there alone.
        return expected.tags[0]
    current = {each.etag for each in writing.listed(view, [name])}
    if unwanted.tags and not current.isdisjoint(unwanted.tags):
        raise Stale("The entry is the one that you said it must not be.")
    if expected.is_any:
        if not current:
            raise Stale("There is no such entry any more.")
        return next(iter(current))
    return next((tag for tag in expected.tags if tag in current), expected.tags[0] if expected.tags else None)


def _looked_at(asked: Asked, writing: Writing, view: BookView, name: Href) -> ETag | None:
    request = asked.request
    try:
        there = writing.entry(view, name)
    except NotFound:
        there = None
    if request.state_lists:
        require_state(request.state_lists, asked.url(asked.place.path), there.etag if there is not None else None)
    if there is None:
        if request.if_match:
            raise Stale("There is no such entry any more.")
        return None
    require_unchanged(request.if_match, request.if_unmodified_since, (there.etag,), int(there.modified_at.timestamp()))
    require_other(request.if_none_match, there.etag)
    return there.etag


def _as_utf8(body: bytes, parameters: str) -> bytes:
    """Return the card in UTF-8, whatever charset its media type says (RFC 2426 came from before UTF-8 was everywhere)."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset in {"iso-8859-1", "latin1", "windows-1252", "iso-8859-15"}:
            return body.decode(charset, errors="replace").encode()
    return body
