# SPDX-License-Identifier: GPL-3.0-or-later
"""GET and HEAD (RFC 9110 section 9.3): one card, a whole book as one file, or a hint for who comes with a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from dirserver.card.card import Version
from dirserver.directory.reading import Reading
from dirserver.directory.recent import Recent
from dirserver.directory.views.entry import BookView
from dirserver.errors import NotFound
from dirserver.model.names import ETag, Href
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, is_gateway, require_own_home
from radicale_dirserver.tree.places import BookPlace, ItemPlace
from radicale_dirserver.wire.conditions import read_tags, require_unchanged
from radicale_dirserver.wire.markup import quote_path
from radicale_dirserver.wire.response import VCARD, Headers, Response

# Cards are personal: a shared cache must not keep them, and the client's own has to ask first.
_CACHING: Headers = (("Vary", "Accept, User-Agent"),)
_VERSIONS = {version.value: version for version in Version}
_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")
_NO_TAG = ETag("-")
"""None of ours: they are longer."""


def get(asked: Asked) -> Response:
    """Answer a GET or a HEAD. Raises NotFound."""
    place = asked.place
    require_own_home(place, asked.principal)
    if isinstance(place, ItemPlace):
        return _card_at(asked, place)
    if isinstance(place, BookPlace):
        return _book(asked, place)
    return _untagged(
        asked, Response.of_text(HTTPStatus.OK, "This is the address of a CardDAV account: give it to a phone or an address book.")
    )


def _card_at(asked: Asked, place: ItemPlace) -> Response:
    def card(reading: Reading) -> Response:
        return _card(asked, reading, asked_book(place.book, reading), place.href)

    known = asked.directory.at_a_glance(asked.principal, card)
    if known is not None:
        return known
    with asked.directory.reading(asked.principal) as reading:
        return card(reading)


def card_at_once(asked: Asked, recent: Recent) -> Response | None:
    """Answer a GET or a HEAD for one card from memory or with one statement; None where it takes more. Raises NotFound."""
    place = asked.place
    if not isinstance(place, ItemPlace):
        return None
    return asked.directory.at_a_glance(
        asked.principal, lambda reading: _card(asked, reading, asked_book(place.book, reading), place.href), recent
    )


def _card(asked: Asked, reading: Reading, view: BookView, name: Href) -> Response:
    found = next(reading.renderings(view, [name], reading.form.in_version(wanted_version(asked.request.accept))), None)
    if found is None:
        raise NotFound("There is no such entry.")
    if asked.request.if_match or asked.request.if_unmodified_since:
        # Listings name the card by one tag, whatever version is fetched.
        tags = (found.etag, found.listed)
        require_unchanged(asked.request.if_match, asked.request.if_unmodified_since, tags, found.modified_at)
    headers = (("ETag", f'"{found.etag}"'), *_CACHING)
    if asked.request.if_none_match and read_tags(asked.request.if_none_match).covers(found.etag):
        return Response(HTTPStatus.NOT_MODIFIED, headers)
    headers = (("Content-Type", VCARD), ("Last-Modified", _date(found.modified_at)), *headers)
    return Response(HTTPStatus.OK, headers, found.body)


@lru_cache(maxsize=1024)
def _date(seconds: int) -> str:
    # Cards that were imported together have one date.
    return formatdate(seconds, usegmt=True)


def _book(asked: Asked, place: BookPlace) -> Response:
    if is_gateway(place):
        return Response.of_text(HTTPStatus.FORBIDDEN, "This address is for searching; the people are listed in the book of that name.")
    disposition = f'attachment; filename="{quote_path(place.name)}.vcf"'
    headers = (("Content-Type", VCARD), ("Content-Disposition", disposition), *_CACHING)
    if asked.request.if_match or asked.request.if_none_match:
        # What isn't there is that, and no condition that isn't met (section 13.2.1).
        with asked.directory.reading(asked.principal) as reading:
            asked_book(place, reading)
    return _untagged(asked, Response(HTTPStatus.OK, headers, _bodies(asked, place)))


def _untagged(asked: Asked, answer: Response) -> Response:
    """Return the answer about what is there and has no ETag, if the request's conditions are met. Raises Stale."""
    require_unchanged(asked.request.if_match, "", (_NO_TAG,), 0)
    if read_tags(asked.request.if_none_match).is_any:
        return Response(HTTPStatus.NOT_MODIFIED, _CACHING)
    return answer


def _bodies(asked: Asked, place: BookPlace) -> Iterator[bytes]:
    with asked.directory.reading(asked.principal) as reading:
        form = reading.form.in_version(wanted_version(asked.request.accept))
        for each in reading.renderings(asked_book(place, reading), None, form):
            yield each.body


@lru_cache(maxsize=256)
def wanted_version(accept: str) -> Version | None:
    """Return the version that an Accept header prefers (RFC 6350 section 10.1), None for what the client's profile says."""
    wanted: Version | None = None
    best = 0.0
    for part in accept.lower().split(","):
        media_type, *parameters = [piece.strip() for piece in part.split(";")]
        if media_type != "text/vcard":
            continue
        named = {name.strip(): value.strip().strip('"') for name, _, value in (each.partition("=") for each in parameters)}
        version, weight = named.get("version"), _weight(named.get("q", "1"))
        if version is not None and version not in _VERSIONS:
            continue
        # Of two that are as good as each other, the one that says more (RFC 9110 section 12.5.1).
        if weight > best or (weight == best > 0 and wanted is None and version is not None):
            best, wanted = weight, _VERSIONS.get(version or "")
    return wanted


def _weight(text: str) -> float:
    return float(text) if _WEIGHT.fullmatch(text) is not None else 0.0
