# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's application, made ours: who asks, which method answers, and how the answer leaves.

What phones ask all day is answered from finished bytes, past Radicale's own reports (a thousandth of the work, and complete
where they are not); the rest (MKCOL, whatever comes) Radicale does with our plugins.
"""

from __future__ import annotations

import functools
import io
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Protocol

from radicale.app import Application as RadicaleApplication
from radicale.types import WSGIEnviron

from dirserver.config import Config
from dirserver.directory.directory import Directory
from dirserver.errors import DirserverError, NotAllowed, NotFound, TooLarge, Unavailable
from dirserver.identity.identity import Identity
from dirserver.model.client import Family
from dirserver.model.origin import come_from
from dirserver.model.principal import Door, Principal
from dirserver.push.subscribing import Subscriptions
from radicale_dirserver.at_once import METHODS, AtOnce, Caller, KnownPut
from radicale_dirserver.configuration import DAV_CLASSES, PUSH_CLASS, radicale_configuration
from radicale_dirserver.current import signed_in
from radicale_dirserver.methods.allowed import allowed_at
from radicale_dirserver.methods.delete import delete
from radicale_dirserver.methods.get import get
from radicale_dirserver.methods.mkcol import is_taken
from radicale_dirserver.methods.move import copy, move
from radicale_dirserver.methods.propfind import propfind
from radicale_dirserver.methods.proppatch import proppatch
from radicale_dirserver.methods.put import put
from radicale_dirserver.methods.subscribe import subscribe, unsubscribe
from radicale_dirserver.reports.report import report
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.held import HeldAnswers
from radicale_dirserver.tree.places import GroupPlace, ItemPlace, Place, RegistrationPlace, Root, find_place
from radicale_dirserver.wire.client import program_of
from radicale_dirserver.wire.credentials import read_basic
from radicale_dirserver.wire.errors import Refused, Subject, challenge, error_response, meaning_of, refusal_response
from radicale_dirserver.wire.headers import ALWAYS, STRICT
from radicale_dirserver.wire.names import dav
from radicale_dirserver.wire.peer import peer_of
from radicale_dirserver.wire.request import LOOKING, Environ, Request, header, takes_gzip
from radicale_dirserver.wire.response import Headers, Response
from radicale_dirserver.wire.sending import StartResponse, begin, send
from radicale_dirserver.wire.xml_body import MAX_XML_BYTES, read_xml

_log = logging.getLogger(__name__)
_HOST = re.compile(r"[A-Za-z0-9.\[\]:-]{1,255}")

MOUNT = "/dav"

_METHODS: Mapping[str, Callable[[Asked], Response]] = MappingProxyType(
    {
        "PROPFIND": propfind,
        "REPORT": report,
        "GET": get,
        "HEAD": get,
        "PUT": put,
        "DELETE": delete,
        "PROPPATCH": proppatch,
        "MOVE": move,
        "COPY": copy,
    }
)
_OF_RADICALE = frozenset({"OPTIONS", "MKCOL", "MKCALENDAR"})
_MAKING = frozenset({"MKCOL", "MKCALENDAR"})
_ON_ENTRIES_ONLY = frozenset({"MOVE", "COPY"})

_LACKING: Mapping[str, str] = MappingProxyType(
    {
        "PUT": dav("write-content"),
        "DELETE": dav("unbind"),
        "PROPPATCH": dav("write-properties"),
        "MKCOL": dav("bind"),
        "MKCALENDAR": dav("bind"),
    }
)
"""The privilege that who is refused lacks."""

# Radicale believes these of anybody (path prefix, address, host); peer.py has looked at them.
_WITHHELD = ("HTTP_X_SCRIPT_NAME", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO",
             "HTTP_X_FORWARDED_SERVER", "HTTP_X_FORWARDED_PORT", "HTTP_X_REMOTE_ADDR", "HTTP_AUTHORIZATION")  # fmt: skip


class Wired(Protocol):
    """What the door needs of ``dirserver.wiring.Parts``."""

    @property
    def config(self) -> Config:
        """The settings."""
        ...

    @property
    def directory(self) -> Directory:
        """What is asked."""
        ...

    @property
    def identity(self) -> Identity:
        """Who says who asks."""
        ...

    @property
    def push(self) -> Subscriptions | None:
        """Who is told of changes; None where nobody is."""
        ...


class Application(RadicaleApplication):
    """The CardDAV door: a WSGI application to be mounted at ``/dav``, which knows ``/.well-known/carddav`` too. Safe for threads."""

    def __init__(self, parts: Wired) -> None:
        super().__init__(radicale_configuration(parts.directory, parts.identity))
        self._directory = parts.directory
        self._identity = parts.identity
        self._held = HeldAnswers(parts.directory)
        self._at_once = AtOnce(parts.directory, parts.identity, self._held) if parts.directory.answers_at_once else None
        self._push = parts.push
        self._http = parts.config.http
        classes = DAV_CLASSES if self._push is None else f"{DAV_CLASSES}, {PUSH_CLASS}"
        self._always: Headers = (("DAV", classes), *ALWAYS)
        self._over_tls: Headers = (*self._always, STRICT)

    def __call__(self, environ: WSGIEnviron, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        method = str(environ.get("REQUEST_METHOD", "")).upper()
        is_gzip = takes_gzip(header(environ, "HTTP_ACCEPT_ENCODING"))
        more = self._over_tls if environ.get("wsgi.url_scheme") == "https" else self._always
        return send(self._answer(environ), start_response, takes_gzip=is_gzip, is_head=method == "HEAD", more=more)

    def close(self) -> None:
        """Let go of what ``at_once`` holds of the database. More than once is fine."""
        if self._at_once is not None:
            self._at_once.close()

    def caller_of(self, environ: WSGIEnviron) -> Caller | None:
        """Return who sends requests with these headers, for ``at_once``; None where they are no such requests."""
        if self._at_once is None:
            return None
        try:
            # What they send is given with each request.
            request = Request.of_environ({**environ, "wsgi.input": io.BytesIO()}, MOUNT, self._http.max_body_bytes)
        except Refused:
            return None
        if request.is_coded:
            # Nothing that is answered at once reads a body by ``read_body``, which refuses it.
            return None
        is_gzip = takes_gzip(header(environ, "HTTP_ACCEPT_ENCODING"))
        is_secure = environ.get("wsgi.url_scheme") == "https"
        return Caller(request._replace(mount=MOUNT), peer_of(environ, self._http.trusted_proxies), is_gzip, is_secure)

    def at_once(
        self, caller: Caller, environ: WSGIEnviron, path: str, body: bytes, start_response: StartResponse
    ) -> Iterable[bytes] | None:
        """Answer a request of this caller for a path below the mount without waiting for anything.

        None, and nothing is started, where that can't be: then the application has to be called. For one thread.
        """
        if self._at_once is None or environ["REQUEST_METHOD"] not in METHODS or not path.isascii():
            return None
        try:
            answer = self._at_once.answer(caller, environ, path, body)
        except Exception:  # noqa: BLE001 - the usual way tells the client
            _log.exception("a CardDAV request failed")
            return None
        if answer is None or not isinstance(answer.body, bytes):
            return None
        more = self._over_tls if caller.is_secure else self._always
        return send(answer, start_response, takes_gzip=caller.takes_gzip, is_head=environ["REQUEST_METHOD"] == "HEAD", more=more)

    def put_of(
        self, caller: Caller, environ: WSGIEnviron, path: str, body: bytes
    ) -> Callable[[StartResponse], Iterable[bytes] | None] | None:
        """Return a PUT of this caller as a thread can do it; None where the application has to be called. For one thread.

        What is returned answers it, or returns None, and nothing has happened or is started: then the application has to be called, too.
        """
        if self._at_once is None or not path.isascii():
            return None
        try:
            known = self._at_once.put(caller, environ, path, body)
        except Exception:  # noqa: BLE001 - the usual way tells the client
            _log.exception("a CardDAV request failed")
            return None
        return None if known is None else functools.partial(self._put, known)

    def _put(self, known: KnownPut, start_response: StartResponse) -> Iterable[bytes] | None:
        try:
            answer = known.answer()
        except Unavailable as error:
            answer = error_response(error, subject_of(known.asked.request, known.place))
        except Exception:  # noqa: BLE001 - the usual way tells the client
            _log.exception("a CardDAV request failed")
            return None
        if answer is None:
            return None
        more = self._over_tls if known.caller.is_secure else self._always
        return send(answer, start_response, takes_gzip=known.caller.takes_gzip, is_head=False, more=more)

    def _answer(self, environ: WSGIEnviron) -> Response:
        subject = Subject("")
        try:
            request = Request.of_environ(environ, MOUNT, self._http.max_body_bytes)
            if request.is_well_known and request.method not in LOOKING:
                return Response(HTTPStatus.MOVED_PERMANENTLY, (("Location", f"{request.mount}/"),))
            place = _asked_place(request)
            subject = subject_of(request, place)
            return begin(self._answer_at(environ, request, place))
        except Refused as refused:
            return refusal_response(refused)
        except TooLarge as error:
            # RFC 6352 names a precondition for a card; anything else that is too long is just that.
            if environ.get("REQUEST_METHOD") == "PUT":
                return error_response(error, subject)
            return Response.of_text(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error.public_message)
        except DirserverError as error:
            if meaning_of(error).status is HTTPStatus.INTERNAL_SERVER_ERROR:
                _log.exception("a CardDAV request failed")
            return error_response(error, subject)
        except Exception:  # noqa: BLE001 - the outermost frame: the client learns nothing, the log everything
            _log.exception("a CardDAV request failed")
            return Response.of_text(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on the server; its log says what.")

    def _answer_at(self, environ: WSGIEnviron, request: Request, place: Place) -> Response:
        if not self._is_answered(request, place):
            return self._not_answered(place)
        if request.method == "OPTIONS":
            # Clients look at what the server can do before they know who they are (RFC 9110 section 9.3.7).
            return Response(HTTPStatus.OK, (self._allow(place),))
        principal = self._signed_in(environ, request.client)
        if principal is None:
            return challenge()
        asked = Asked(request, place, principal, self._directory, self._identity, self._held, self._push)
        if isinstance(place, RegistrationPlace):
            return unsubscribe(asked, self._push)
        answer = _METHODS.get(request.method)
        if answer is not None:
            return answer(asked)
        if request.method == "POST" and self._push is not None:
            return subscribe(asked, self._push, origin=self._origin_of(environ), device_id=self._device_of(environ))
        if request.method in _MAKING and is_taken(asked):
            if request.method == "MKCOL":
                return self._not_answered(place)
            raise Refused(HTTPStatus.FORBIDDEN, "There is something here already.", dav("resource-must-be-null"))
        return self._answer_as_radicale(environ, request, principal)

    def _is_answered(self, request: Request, place: Place) -> bool:
        if isinstance(place, RegistrationPlace | GroupPlace):
            return request.method in allowed_at(place, tells_changes=False)
        if request.method in _ON_ENTRIES_ONLY and not isinstance(place, ItemPlace):
            return False
        return request.method in _METHODS or request.method in _OF_RADICALE or (request.method == "POST" and self._push is not None)

    def _not_answered(self, place: Place) -> Response:
        return Response.of_text(HTTPStatus.METHOD_NOT_ALLOWED, "That method is not answered here.", (self._allow(place),))

    def _allow(self, place: Place) -> tuple[str, str]:
        return "Allow", ", ".join(allowed_at(place, tells_changes=self._push is not None))

    def _device_of(self, environ: Environ) -> int | None:
        credentials = read_basic(header(environ, "HTTP_AUTHORIZATION"))
        if credentials is None:
            return None
        return self._identity.devices.shown(
            credentials.login, credentials.password, door=Door.DAV, address=peer_of(environ, self._http.trusted_proxies).address
        )

    def _origin_of(self, environ: Environ) -> str:
        """Return the scheme and host that the client used; where a proxy hides them, those that the operator gives out."""
        host = header(environ, "HTTP_HOST")
        if _HOST.fullmatch(host) is None or host == str(self._http.listen):
            return self._http.public_url
        return f"{environ.get('wsgi.url_scheme', 'http')}://{host}"

    def _signed_in(self, environ: Environ, client: Family) -> Principal | None:
        """Return who signs this request, None where nobody does. Raises NotAuthenticated, Throttled, or Refused on an open line."""
        peer = peer_of(environ, self._http.trusted_proxies)
        if not peer.is_private:
            raise Refused(HTTPStatus.FORBIDDEN, "Passwords are not taken over an open line: use https.")
        credentials = read_basic(header(environ, "HTTP_AUTHORIZATION"))
        if credentials is None:
            return None
        program = client.label if client is not Family.OTHER else program_of(header(environ, "HTTP_USER_AGENT"))
        known = self._identity.authenticate(credentials.login, credentials.password, door=Door.DAV, address=peer.address, program=program)
        principal = known.using(client)
        come_from(principal, peer.address)
        return principal

    def _answer_as_radicale(self, environ: WSGIEnviron, request: Request, principal: Principal) -> Response:
        path = "/" if request.is_well_known else request.path
        inner = {key: value for key, value in environ.items() if key not in _WITHHELD}
        # Radicale would take a body with entities for a fault of its own (500): it is looked at before.
        body = request.read_body(MAX_XML_BYTES)
        read_xml(body)
        inner |= {"SCRIPT_NAME": request.mount, "PATH_INFO": path, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        with signed_in(principal):
            status_line, headers, blocks = self._handle_request(inner)
        status = HTTPStatus(int(status_line.partition(" ")[0]))
        if status is HTTPStatus.FORBIDDEN:
            # Radicale's is a bare sentence, which DAVx5 reports as a failed synchronization.
            raise NotAllowed("Books are made by administrators, not from a device.")
        kept = tuple((name, value) for name, value in headers if name.lower() not in {"content-length", "dav"})
        return Response(status, kept, b"".join(blocks))


def make_app(parts: Wired) -> Application:
    """Return the CardDAV door over these parts. Mount it at ``/dav``, and pass ``/.well-known/carddav`` to it as well."""
    # Its notes on each request would repeat what our own log says, and it writes names and addresses into them.
    logging.getLogger("radicale").setLevel(logging.ERROR)
    return Application(parts)


def subject_of(request: Request, place: Place) -> Subject:
    """Return what an error is about, if one happens."""
    book = place.book if isinstance(place, ItemPlace) else None
    privilege = _LACKING.get(request.method, dav("read"))
    path = place.path
    if privilege in {dav("bind"), dav("unbind")}:
        # RFC 3744 appendix B: making and removing are rights on what it is in.
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return Subject(request.mount + path, request.mount + book.path if book is not None else "", (privilege,))


def _asked_place(request: Request) -> Place:
    place = Root() if request.is_well_known else find_place(request.path)
    if place is None:
        raise NotFound("There is nothing here.")
    return place
