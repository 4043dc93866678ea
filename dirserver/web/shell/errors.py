# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors as pages: one table from our tree to HTTP, in words that say what to do, with nothing from inside.

A status is chosen by class, its words by status; an error's own ``public_message`` is shown only where it tells more.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from dirserver.errors import (
    BadInput,
    Conflict,
    DirserverError,
    NoRoom,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Stale,
    Throttled,
    TooLarge,
    Unavailable,
)
from dirserver.web.shell.forgery import Forged
from dirserver.web.shell.languages import mark
from dirserver.web.shell.links import safe_next
from dirserver.web.shell.session import EnrolmentNeeded, LengtheningNeeded, current_session, forget

log = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[DirserverError], int], ...] = (
    (TooLarge, 413),
    (BadInput, 400),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Throttled, 429),
    (NotAuthenticated, 401),
    (NoRoom, 507),
    (Unavailable, 503),
    (Forged, 403),
    (DirserverError, 500),
)
"""The first class that fits decides."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says: a title, and what one can do now."""

    title: str
    advice: str


_WORDS = {
    400: Words(mark("That can't be used"), mark("Something in the request is missing or misspelt. Go back and try again.")),
    401: Words(mark("Please sign in"), mark("This page is for people who are signed in.")),
    403: Words(mark("Not for you"), mark("Your account may not do this. Ask those who look after the address book.")),
    404: Words(mark("Not found"), mark("There is nothing here, or nothing that you may see. Try the search.")),
    405: Words(mark("Not this way"), mark("This address doesn't answer that kind of request. Start again from the front page.")),
    409: Words(
        mark("Somebody was faster"), mark("What you wanted to change was changed meanwhile. Look at it again and repeat your change.")
    ),
    413: Words(mark("Too large"), mark("Send less, or a smaller photo.")),
    429: Words(mark("Please wait a little"), mark("There were too many attempts. Try again in a while.")),
    500: Words(mark("Something broke"), mark("It is our fault, not yours, and it has been written down. Try again in a moment.")),
    503: Words(mark("Not available right now"), mark("The address book can't answer at the moment. Try again in a moment.")),
    507: Words(
        mark("No room left"),
        mark("The disk of the address book is full. Nothing was changed. Tell those who look after it, and try again when there is room."),
    ),
}
_IN_THE_WAY = Words(mark("That can't be done now"), mark("Something stands in the way, and nothing was changed."))
_FORGED = Words(mark("This form is too old"), mark("Go back, reload the page and send the form again. Nothing was changed."))


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(DirserverError, _on_ours)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_fault)


def status_of(error: DirserverError) -> int:
    """Return the HTTP status of one of our errors."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def _on_ours(error: DirserverError) -> Response:
    if isinstance(error, (EnrolmentNeeded, LengtheningNeeded)):
        page = "second_factor.show" if isinstance(error, EnrolmentNeeded) else "password.show"
        return Response(status=403) if request.args.get("part") else redirect(url_for(page), 303)
    status = status_of(error)
    if status == 401:
        return _to_sign_in()
    if status >= 500:
        log.error("a page could not be made: %s", error.public_message)
    answer = _page(status, _words_of(error, status), error if isinstance(error, BadInput) or _is_in_the_way(error) else None)
    if isinstance(error, Throttled):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _words_of(error: DirserverError, status: int) -> Words:
    if isinstance(error, Forged):
        return _FORGED
    return _IN_THE_WAY if _is_in_the_way(error) else _WORDS[status]


def _is_in_the_way(error: DirserverError) -> bool:
    """Tell whether something has to be done first, which the message says; a page that is stale is only to be loaded again."""
    return isinstance(error, Conflict) and not isinstance(error, Stale)


def _on_http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return Response.from_app(error.get_response(), request.environ)
    answer = _page(status, _WORDS.get(status, _WORDS[400 if status < 500 else 500]), None)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _on_fault(error: Exception) -> Response:
    log.error("a page broke", exc_info=error)
    return _page(500, _WORDS[500], None)


def _to_sign_in() -> Response:
    """Ask for a sign-in; a script that wanted a part of a page gets the bare status."""
    if request.args.get("part"):
        return Response(status=401)
    here = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else "/"
    answer = redirect(url_for("sign_in.ask", next=here if here != "/" else None), 303)
    forget(answer)
    return answer


def _page(status: int, words: Words, told: DirserverError | None) -> Response:
    _settle_session()
    message = told.public_message if told is not None else ""
    text = render_template("shell/error.html", words=words, told=message, status=status, back=_sender())
    return Response(text, status=status, mimetype="text/html")


def _sender() -> str:
    """Return the page of this site that sent a form, "" where that isn't known: whoever is refused goes on from there."""
    if request.method in {"GET", "HEAD"}:
        return ""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    if parts.netloc != request.host:
        return ""
    return safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _settle_session() -> None:
    """Decide who is signed in even when the store is down: then nobody is, for the sake of the page's menu."""
    try:
        current_session()
    except DirserverError:
        g.session = None
