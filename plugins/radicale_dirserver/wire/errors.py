# SPDX-License-Identifier: GPL-3.0-or-later
"""What the directory's errors are over HTTP: one table, and the bodies that clients look for.

Clients read the precondition element, not the text: DAVx5 takes a 403 for benign only with ``need-privileges``, Evolution
turns it into "Permission denied". The sentence for people goes into an element of our own, which RFC 4918 section 16 allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

from dirserver.errors import (
    BadCard,
    BadConfig,
    BadFilter,
    BadInput,
    Conflict,
    DirserverError,
    NoRoom,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    SecondStepNeeded,
    Stale,
    Throttled,
    TooLarge,
    UidTaken,
    Unavailable,
)
from radicale_dirserver.wire.markup import DECLARATION, element, href, text_element
from radicale_dirserver.wire.names import DECLARATIONS, DIRSERVER, carddav, dav
from radicale_dirserver.wire.response import Headers, Response

REALM = "dirserver"
"""Constant on every host name: Apple's clients keep a password by realm."""

RETRY_AFTER_S = 5


class Refused(Exception):
    """A request that this door itself refuses. ``precondition`` is the Clark name of RFC 4918's element, or empty."""

    def __init__(self, status: HTTPStatus, message: str, precondition: str = "", *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.precondition = precondition
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error is over HTTP. ``precondition`` is a Clark name, or empty where there is nothing to name."""

    status: HTTPStatus
    precondition: str = ""


MEANINGS: Mapping[type[DirserverError], Meaning] = MappingProxyType(
    {
        DirserverError: Meaning(HTTPStatus.INTERNAL_SERVER_ERROR),
        BadInput: Meaning(HTTPStatus.BAD_REQUEST),
        BadCard: Meaning(HTTPStatus.FORBIDDEN, carddav("valid-address-data")),
        BadConfig: Meaning(HTTPStatus.INTERNAL_SERVER_ERROR),
        BadFilter: Meaning(HTTPStatus.FORBIDDEN, carddav("supported-filter")),
        TooLarge: Meaning(HTTPStatus.FORBIDDEN, carddav("max-resource-size")),
        NotAllowed: Meaning(HTTPStatus.FORBIDDEN, dav("need-privileges")),
        NotFound: Meaning(HTTPStatus.NOT_FOUND),
        Conflict: Meaning(HTTPStatus.CONFLICT),
        # No RFC names one for If-Match and If-None-Match; programs that look for DAV:error show what it says.
        Stale: Meaning(HTTPStatus.PRECONDITION_FAILED, f"{{{DIRSERVER}}}entry-has-changed"),
        UidTaken: Meaning(HTTPStatus.CONFLICT, carddav("no-uid-conflict")),
        NotAuthenticated: Meaning(HTTPStatus.UNAUTHORIZED),
        SecondStepNeeded: Meaning(HTTPStatus.UNAUTHORIZED),
        Throttled: Meaning(HTTPStatus.TOO_MANY_REQUESTS),
        Unavailable: Meaning(HTTPStatus.SERVICE_UNAVAILABLE),
        # RFC 4331 section 6 names it.
        NoRoom: Meaning(HTTPStatus.INSUFFICIENT_STORAGE, dav("sufficient-disk-space")),
    }
)


class Subject(NamedTuple):
    """What the request was about: decoded paths of the resource and its book, and the privilege that the method needs."""

    path: str
    book_path: str = ""
    privileges: tuple[str, ...] = (dav("write-content"),)


def meaning_of(error: DirserverError) -> Meaning:
    """Return what an error is over HTTP, by its class or the nearest one above it."""
    for cls in type(error).__mro__:
        if cls in MEANINGS:
            return MEANINGS[cls]
    return MEANINGS[DirserverError]


def error_response(error: DirserverError, subject: Subject) -> Response:
    """Return the answer to a request that the directory refused. What it says is safe to show."""
    meaning = meaning_of(error)
    headers: tuple[tuple[str, str], ...] = ()
    message = error.public_message
    if meaning.status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return Response.of_text(meaning.status, "Something went wrong on the server; its log says what.")
    if isinstance(error, Throttled):
        headers = (("Retry-After", str(max(1, error.retry_after_s))),)
    elif isinstance(error, NotAuthenticated):
        return challenge(message)
    elif isinstance(error, Unavailable) and not isinstance(error, NoRoom):
        # Where there is no room, RFC 4918 section 11.5 wants nothing repeated by itself.
        headers = (("Retry-After", str(RETRY_AFTER_S)),)
    if not meaning.precondition:
        return Response.of_text(meaning.status, message, headers)
    return precondition_response(meaning.status, element(meaning.precondition, _details(error, subject)), message, headers)


def refusal_response(refused: Refused) -> Response:
    """Return the answer to a request that the door refused."""
    headers: Headers = (("Retry-After", str(refused.retry_after_s)),) if refused.retry_after_s is not None else ()
    if refused.status is HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        # RFC 9110 section 15.5.16: what would have been taken instead.
        headers = (*headers, ("Accept-Encoding", "identity"))
    if not refused.precondition:
        return Response.of_text(refused.status, refused.message, headers)
    return precondition_response(refused.status, element(refused.precondition), refused.message, headers)


def precondition_response(status: HTTPStatus, inner: str, message: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Return DAV:error (RFC 4918 section 14.5) with one finished precondition element and a sentence for people."""
    sentence = text_element(f"{{{DIRSERVER}}}message", message)
    return Response.of_xml(status, f"{DECLARATION}<error {DECLARATIONS}>{inner}{sentence}</error>", headers)


def challenge(message: str = "Sign in with your login and a device password.") -> Response:
    """Return 401 with the one scheme that we speak (RFC 7617)."""
    return Response.of_text(HTTPStatus.UNAUTHORIZED, message, (("WWW-Authenticate", f'Basic realm="{REALM}", charset="UTF-8"'),))


def _details(error: DirserverError, subject: Subject) -> str:
    if isinstance(error, NotAllowed):
        privileges = "".join(element(dav("privilege"), element(privilege)) for privilege in subject.privileges)
        return element(dav("resource"), href(subject.path) + privileges)
    if isinstance(error, UidTaken) and subject.book_path:
        return href(subject.book_path + error.href)
    return ""
