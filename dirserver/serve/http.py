# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages, CardDAV and JSON API as one WSGI application, and what stands before them: turns, addresses, limits, health, access log."""

from __future__ import annotations

import contextlib
import functools
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from dirserver.config import Config
from dirserver.errors import BadInput, DirserverError, TooLarge
from dirserver.metering.answers import OTHER, Answers
from dirserver.metering.meter import HTTP_KINDS
from dirserver.model.principal import Door, Principal
from dirserver.serve import body, forwarded
from dirserver.serve.hosting.answers import Whole
from dirserver.serve.hosting.heads import HEADERS
from dirserver.serve.log import AccessLog
from dirserver.serve.turns import Turn, Turns
from dirserver.wiring import Parts
from radicale_dirserver.application import Application as DavApplication
from radicale_dirserver.at_once import METHODS, Caller
from radicale_dirserver.wire.request import LOOKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = structlog.get_logger(__name__)
_DAV = "/dav"
_API = "/api/v1"
_MOST_CALLERS = 10_000
_SECRET_BELOW = ("/welcome/", "/reset/", "/confirm/")
_WELL_KNOWN = "/.well-known/carddav"
_PLAIN = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)
_ALL_DAV, _ALL_API, _PAGES, _ = HTTP_KINDS
_STRICT = ("Strict-Transport-Security", f"max-age={2 * 365 * 24 * 3600}")


_Put = Callable[[Callable[[str, list[tuple[str, str]]], object]], "Iterable[bytes] | None"]


def is_answering(parts: Parts) -> bool:
    """Tell whether the database answers."""
    try:
        with parts.directory.reading(Principal.system(Door.WEB)) as reading:
            reading.change_number()
    except DirserverError:
        return False
    return True


def expect_visitors(parts: Parts) -> None:
    """Get ready for the first search: where people use the pages, what answers it is taken into memory as the last of them sees it."""
    with contextlib.suppress(DirserverError):
        visitor = parts.identity.sessions.last_here()
        if visitor is not None:
            parts.directory.expect(visitor)


@dataclass(frozen=True, slots=True)
class Doors:
    """What answers: the pages, CardDAV below ``/dav/``, and the JSON API below ``/api/v1`` where it is offered."""

    pages: WSGIApplication
    dav: DavApplication
    api: WSGIApplication | None = None


class Joined:
    """The one application of an HTTP worker: CardDAV, JSON API and pages by their paths; ``/healthz`` and ``/readyz`` are ours."""

    def __init__(self, config: Config, doors: Doors, is_ready: Callable[[], bool], turns: Turns, *, counts: Answers | None = None) -> None:
        self._doors = doors
        self._is_ready = is_ready
        self._proxies = config.http.trusted_proxies
        self._max_body_bytes = config.http.max_body_bytes
        self._turns = turns
        self._counts = counts
        self._callers: OrderedDict[tuple[bytes, str], Caller] = OrderedDict()
        self._access_log = AccessLog(config.log, "http") if config.log.tells_requests else None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if environ["PATH_INFO"] == "/healthz":
            # That the process lives is told without waiting for anybody's turn.
            return _plain(environ, start_response, "200 OK", "alive")
        started = time.perf_counter()
        turn = self._turns.take()
        forwarded.settle(environ, self._proxies)
        method, path, address = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("REMOTE_ADDR", "-")

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None, /) -> Callable[[bytes], object]:
            if self._counts is not None:
                self._counts.note(_kind_of(path), int(status[0]), time.perf_counter() - started)
            if self._access_log is not None and path != "/readyz":
                self._access_log.write(method, _decoded(path), int(status[:3]), started, address)
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]  # passed on as it came

        answer: Iterable[bytes]
        try:
            sent = body.settle(environ, self._max_body_bytes, turn)
            answer = self._answer(path, environ, start)
            if sent is not None:
                sent.finish()
        except TooLarge as error:
            # The rest of the body is still on its way: the connection can't be used again.
            answer = _plain(environ, start, "413 Content Too Large", error.public_message, ("Connection", "close"))
        except BadInput as error:
            answer = _plain(environ, start, "400 Bad Request", error.public_message, ("Connection", "close"))
        except Exception:  # noqa: BLE001 # outermost frame: nothing of a fault may reach the client
            _log.exception("request failed", method=method)
            answer = _plain(environ, start, "500 Internal Server Error", "something went wrong here; the server's log says what")
        if isinstance(answer, list):
            turn.end()
            return answer
        return _Blocks(answer, turn)

    def close(self) -> None:
        """Let go of the database: nothing is answered at once any more."""
        self._doors.dav.close()

    def flush_log(self) -> None:
        """Write the lines that wait for others."""
        if self._access_log is not None:
            self._access_log.flush()

    def at_once(self, environ: WSGIEnvironment, body: bytes) -> Whole | WSGIApplication | None:
        """Answer what a phone asks all day in the thread that reads from it; None where that may take longer, and nothing has happened.

        Nobody's turn is waited for: nothing that may take long is done. Of a PUT, what a thread shall call for it.
        """
        path, headers, method = environ["PATH_INFO"], environ.get(HEADERS), environ["REQUEST_METHOD"]
        if headers is None or (method not in METHODS and method != "PUT") or not path.startswith(_DAV + "/"):
            return None
        started = time.perf_counter()
        name = (headers, environ["REMOTE_ADDR"])
        known = self._callers.get(name)
        caller = known or self._met(environ)
        if caller is None:
            return None
        told: list[tuple[str, list[tuple[str, str]]]] = []
        if method == "PUT":
            put = self._doors.dav.put_of(caller, environ, path[len(_DAV) :], body)
            if put is not None and known is None:
                self._keep(name, caller)
            return None if put is None else functools.partial(self._put, caller, put)
        answer = self._doors.dav.at_once(caller, environ, path[len(_DAV) :], body, lambda *begun: told.append(begun))
        if answer is None:
            return None
        if known is None:
            self._keep(name, caller)
        ((status, sent),) = told
        self._note(method, path, status, started, caller)
        return Whole(status, sent, b"".join(answer))

    def _put(self, caller: Caller, put: _Put, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Have a PUT of a known caller written, in a thread (PEP 3333)."""
        started, path = time.perf_counter(), environ["PATH_INFO"]
        told: list[tuple[str, list[tuple[str, str]]]] = []
        turn = self._turns.take()
        try:
            answer = put(lambda *begun: told.append(begun))
        finally:
            turn.end()
        if answer is None:
            return self(environ, start_response)
        ((status, headers),) = told
        self._note("PUT", path, status, started, caller)
        start_response(status, headers)
        return answer

    def _note(self, method: str, path: str, status: str, started: float, caller: Caller) -> None:
        if self._counts is not None:
            self._counts.note(_ALL_DAV, int(status[0]), time.perf_counter() - started)
        if self._access_log is not None:
            self._access_log.write(method, _decoded(path), int(status[:3]), started, caller.peer.address)

    def _keep(self, name: tuple[bytes, str], caller: Caller) -> None:
        # Who was answered has shown a password: strangers take no room here.
        self._callers[name] = caller
        while len(self._callers) > _MOST_CALLERS:
            self._callers.popitem(last=False)

    def _met(self, environ: WSGIEnvironment) -> Caller | None:
        inner = dict(environ)
        forwarded.settle(inner, self._proxies)
        return self._doors.dav.caller_of(inner)

    def _answer(self, path: str, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if path == "/readyz":
            return (
                _plain(environ, start, "200 OK", "ready")
                if self._is_ready()
                else _plain(environ, start, "503 Service Unavailable", "not ready")
            )
        if path == _DAV:
            return _plain(environ, start, "301 Moved Permanently", "the address book is at /dav/", ("Location", _DAV + "/"))
        if path.startswith(_DAV + "/"):
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = _DAV, path[len(_DAV) :]
            return self._doors.dav(environ, start)
        if path.rstrip("/") == _WELL_KNOWN:
            environ["SCRIPT_NAME"] = _DAV
            return self._doors.dav(environ, start)
        if path == "/" and environ["REQUEST_METHOD"] in LOOKING:
            # Who was given nothing but the host looks there as well (RFC 6764 section 6), and would get a form's refusal.
            return self._doors.dav(environ, start)
        if self._doors.api is not None and (path == _API or path.startswith(_API + "/")):
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = _API, path[len(_API) :]
            return self._doors.api(environ, start)
        return self._doors.pages(environ, start)


def _kind_of(path: str) -> str:
    if path == "/readyz":
        return OTHER
    if path.startswith(_DAV + "/") or path == _DAV or path.rstrip("/") == _WELL_KNOWN:
        return _ALL_DAV
    return _ALL_API if path.startswith(_API + "/") or path == _API else _PAGES


class _Blocks:
    """An answer that leaves block by block, with a turn while a block is made and without one while the client takes it."""

    def __init__(self, answer: Iterable[bytes], turn: Turn) -> None:
        self._answer = answer
        self._iterator = iter(answer)
        self._turn = turn
        turn.end()

    def __iter__(self) -> _Blocks:
        return self

    def __next__(self) -> bytes:
        self._turn.work()
        try:
            return next(self._iterator)
        finally:
            self._turn.end()

    def close(self) -> None:
        """End the request."""
        try:
            inner = getattr(self._answer, "close", None)
            if inner is not None:
                inner()
        finally:
            self._turn.end()


def _decoded(path: str) -> str:
    decoded = path.encode("latin-1", "replace").decode("utf-8", "replace")
    # What comes after these is a secret that sets a password, or speaks for somebody.
    head = next((each for each in _SECRET_BELOW if decoded.startswith(each)), "")
    return f"{head}..." if head else decoded


def _plain(environ: WSGIEnvironment, start: StartResponse, status: str, text: str, *headers: tuple[str, str]) -> list[bytes]:
    content = (text + "\n").encode()
    strict = (_STRICT,) if environ.get("wsgi.url_scheme") == "https" else ()
    start(status, [("Content-Length", str(len(content))), *_PLAIN, *strict, *headers])
    return [content]
