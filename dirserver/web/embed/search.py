# SPDX-License-Identifier: GPL-3.0-or-later
"""The people search in a frame of another site's page: for everybody who reaches this server, with the rights that ``[pages]`` names.

Which sites may hold it is the browser's to keep: ``frame-ancestors`` (CSP 3 section 6.4.2) for the frame, the Fetch standard's CORS for the
data, both with exact origins. Whose session the browser has makes no difference here, so a page that holds the frame gains nothing by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.search.question import Question
from dirserver.errors import NotAuthenticated, NotFound, Throttled
from dirserver.identity.throttle import Bucket
from dirserver.model.principal import Door, Principal
from dirserver.web.entry.row import Face, Row, row_of
from dirserver.web.shell.current import config, parts
from dirserver.web.shell.headers import framed_policy
from dirserver.web.shell.languages import current_language
from dirserver.web.shell.links import PEOPLE

_MOST_SHOWN = 8
_SHORTEST = 2
_MAX_QUERY_LENGTH = 100
_HOUR_S = 3600
_MINUTE_US = 60_000_000

pages = Blueprint("embed", __name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody typed, and who it finds: nobody before there are two letters, so that nobody leafs through everybody.

    ``wait_s``: nothing was looked for, because there were too many searches from there; seconds until there may be more.
    """

    text: str
    rows: tuple[Row, ...]
    total: int
    meant: str = ""
    wait_s: int = 0


@pages.get("/embed/people")
def show() -> Response:
    """Show the search, or with ``part=results`` only what it finds."""
    found = _find()
    template = "embed/results.html" if request.args.get("part") == "results" else "embed/frame.html"
    answer = make_response(render_template(template, found=found))
    _tell_pace(answer, found)
    answer.headers["Content-Security-Policy"] = framed_policy(_origins())
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@pages.get("/embed/people.json")
def tell() -> Response:
    """Give what is found as data, to pages of the sites that may hold the search."""
    origin = request.headers.get("Origin", "")
    if origin and origin not in _origins():
        raise Forbidden
    found = _find()
    base = config().http.public_url
    people = [
        {
            "name": row.name,
            "title": row.title,
            "department": row.department,
            "phone": row.phone,
            "mail": row.mail,
            "url": f"{base}{row.url}",
        }
        for row in found.rows
    ]
    answer = jsonify(people=people, total=found.total, meant=found.meant)
    _tell_pace(answer, found)
    answer.headers["Vary"] = "Origin"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if origin:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return answer


@pages.get("/embed/people.js")
def script() -> Response:
    """Give the script that makes <dirserver-people> of a page: any page may load it, it holds nothing."""
    _origins()
    asset: Response = make_response(current_app.view_functions["static"](name="people-search.js"))
    asset.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    asset.headers["Cache-Control"] = f"public, max-age={_HOUR_S}"
    return asset


def _origins() -> tuple[str, ...]:
    """Return the sites that may hold the search; NotFound where there are none."""
    origins = tuple(str(each) for each in config().pages.embed_origins)
    if not origins:
        raise NotFound("the people search can't be embedded here")
    return origins


@contextmanager
def _reading() -> Iterator[Reading]:
    login = config().pages.embed_as
    try:
        account = parts().identity.account(login) if login else None
    except NotFound:
        raise NotFound("the account of the embedded search is not there") from None
    principal = Principal.anonymous(Door.WEB) if account is None else Principal(Door.WEB, account.id, account.login)
    try:
        with parts().directory.reading(principal) as opened:
            yield opened
    except NotAuthenticated:
        raise NotFound("the account of the embedded search is closed") from None


def _find() -> Found:
    _origins()
    text = request.args.get("q", "")[:_MAX_QUERY_LENGTH].strip()
    if len(text) < _SHORTEST:
        return Found(text, (), 0)
    try:
        parts().identity.throttle.spend("embed", request.remote_addr or "", _pace())
    except Throttled as error:
        return Found(text, (), 0, wait_s=error.retry_after_s)
    with _reading() as opened:
        found = opened.browse(opened.book(PEOPLE), Question(text, limit=_MOST_SHOWN, is_counted=False, language=current_language().code))
        rows = tuple(_without_photo(row_of(entry)) for entry in found.entries)
    return Found(text, rows, found.total, found.meant[0] if found.instead else "")


def _pace() -> Bucket:
    """Return how many searches one network has: faster than people type, slower than a program that leafs through everybody."""
    a_minute = config().pages.embed_searches_a_minute
    return Bucket(size=a_minute, leak_us=_MINUTE_US // a_minute)


def _tell_pace(answer: Response, found: Found) -> None:
    """Say with 429 when to go on (RFC 6585 section 4) where there were too many searches."""
    if found.wait_s:
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
        answer.headers["Retry-After"] = str(found.wait_s)


def _without_photo(row: Row) -> Row:
    """Return a row with initials: photos are for people who are signed in."""
    face = row.face
    return replace(row, face=Face("", face.initials, face.tint, face.is_round))
