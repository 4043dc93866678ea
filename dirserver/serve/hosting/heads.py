# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads of requests (RFC 9112 sections 2 to 6): read by llhttp, through ``httptools``, and turned into a WSGI environment (PEP 3333).

llhttp refuses what servers disagree about (lengths that contradict each other, spaces before a colon, folded lines, bare line
feeds), so nothing can hide behind a request. What it lets through and WSGI can't tell apart is refused or left out here.

A program sends the same headers with each of its requests, but for conditions and lengths. So what else stands behind the first line
is known by a keyed hash of its octets, under a key that lives only in this process: it holds a password.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_to_bytes

import httptools

from dirserver.listening.known import Known

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_OCTETS = 32_768
"""The longest head; browsers send 1 kB, with many cookies 8."""
END = b"\r\n\r\n"
HEADERS = "dirserver.headers"
"""The key in an environment under which stands what names its headers: equal ones have the same. Absent where nobody knows them."""
_NOT_OURS = frozenset({"CONNECT", "TRACE"})
# A first line that has one meaning: what else there is, llhttp looks at.
_PLAIN = re.compile(
    rb"(GET|HEAD|POST|PUT|DELETE|OPTIONS|PROPFIND|PROPPATCH|REPORT|MKCOL|MOVE|COPY)"
    rb" (/[!-\"$->@-~]*)(?:\?([!-\"$-~]*))? HTTP/1\.1"
)
# What is another one with each request: a line each, spelled so that it has one meaning.
_OWN = re.compile(rb"\r\n(?:(If-(?:None-)?Match): ([!-~](?:[ -~]*[!-~])?)|(Content-Length): (0|[1-9][0-9]{0,8}))(?=\r\n)", re.IGNORECASE)
_OWN_KEYS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "CONTENT_LENGTH")
_MOST_KNOWN = 4_096
_LONGEST_KNOWN = 1_024
"""Strangers are known too, as far as reading goes: all together take 15 MB at most."""


class BadHead(Exception):
    """A head that can't be taken. ``status`` and ``text`` are for the client; the connection can't be used again."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Heard:
    """What llhttp has told of one request. ``parts`` are octets of the body that nobody has taken yet."""

    __slots__ = ("headers", "is_next_begun", "is_whole", "parts", "target")

    def __init__(self) -> None:
        self.target = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.parts: list[bytes] = []
        self.is_whole = self.is_next_begun = False

    def on_message_begin(self) -> None:
        """A request begins; after the end of this one, it is the next."""
        self.is_next_begun = self.is_whole

    def on_url(self, part: bytes) -> None:
        """Take a part of the target."""
        self.target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer, which is dropped (RFC 9110 section 6.5.1)."""
        if not self.parts:
            self.headers.append((name, value))

    def on_body(self, part: bytes) -> None:
        """Take a part of a body in chunks."""
        if not self.is_whole:
            self.parts.append(part)

    def on_message_complete(self) -> None:
        """The body has ended."""
        self.is_whole = True


class Chunked(NamedTuple):
    """How the chunks of a body are taken apart (RFC 9112 section 7.1)."""

    parser: httptools.HttpRequestParser
    heard: Heard


class Head(NamedTuple):
    """One request's head. ``length`` is that of its body in octets, None where it comes in ``chunks``; ``is_old``: HTTP/1.0."""

    method: str
    environ: WSGIEnvironment
    length: int | None
    chunks: Chunked | None
    may_stay: bool
    is_old: bool

    @property
    def waits_for_word(self) -> bool:
        """Tell whether the client sends the body when it is told to (RFC 9110 section 10.1.1)."""
        return not self.is_old and self.environ.get("HTTP_EXPECT", "").lower() == "100-continue"


class Heads:
    """Reads heads. ``known`` is what every environment has. For one thread."""

    def __init__(self, known: Mapping[str, object]) -> None:
        self._always = dict(known)
        self._known: Known[Head] = Known(_MOST_KNOWN)

    def read(self, octets: bytes) -> Head:
        """Return what a head says, up to and with its empty line. Raises BadHead."""
        end = octets.index(b"\r\n")
        plain = _PLAIN.fullmatch(octets, 0, end)
        if plain is None or len(octets) - end > _LONGEST_KNOWN:
            return self._read(octets)
        rest = octets[end:]
        own = None
        if octets.startswith(b"PUT "):
            rest, own = _without_own(rest)
        name = self._known.name(rest)
        head = self._known.get(name)
        # One that another method came with may say the same once more, in a spelling that isn't taken out: that is for llhttp to judge.
        if head is None or (own is not None and not head.environ.keys().isdisjoint(_OWN_KEYS)):
            return self._met(name, own, self._read(octets))
        method, path, query = plain.groups()
        environ = {**head.environ, **own} if own is not None else head.environ.copy()
        environ["REQUEST_METHOD"] = text = method.decode("latin-1")
        environ["PATH_INFO"] = (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1")
        environ["QUERY_STRING"] = query.decode("latin-1") if query is not None else ""
        return Head(text, environ, int(environ.get("CONTENT_LENGTH") or 0), None, head.may_stay, is_old=False)

    def _met(self, name: bytes, own: Mapping[str, str] | None, head: Head) -> Head:
        """Keep what was read; without what is the request's own, if nothing of that stands in the rest as well."""
        # How far chunks have been read belongs to one request.
        if head.chunks is not None or (own is not None and own != {key: head.environ[key] for key in _OWN_KEYS if key in head.environ}):
            return head
        head.environ[HEADERS] = name
        kept = {key: value for key, value in head.environ.items() if own is None or key not in _OWN_KEYS}
        self._known.keep(name, head._replace(environ=kept))
        return head

    def _read(self, octets: bytes) -> Head:
        heard = Heard()
        parser = httptools.HttpRequestParser(heard)
        try:
            parser.feed_data(octets)
        except httptools.HttpParserUpgrade:
            # Nothing is offered to be upgraded to: the request is answered as it is (RFC 9110 section 7.8).
            pass
        except httptools.HttpParserInvalidMethodError:
            raise BadHead(HTTPStatus.NOT_IMPLEMENTED, "that method is not known here") from None
        except httptools.HttpParserError:
            raise BadHead(HTTPStatus.BAD_REQUEST, "that is no request of HTTP/1.1") from None
        version, method = parser.get_http_version(), parser.get_method().decode("latin-1")
        if version not in {"1.1", "1.0"}:
            raise BadHead(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here")
        if method in _NOT_OURS:
            raise BadHead(HTTPStatus.NOT_IMPLEMENTED, "that method is not known here")
        environ: WSGIEnvironment = {**self._always, "REQUEST_METHOD": method, "SERVER_PROTOCOL": f"HTTP/{version}"}
        _put_target(environ, heard.target)
        _put_headers(environ, heard.headers)
        if "HTTP_HOST" not in environ and version == "1.1":
            raise BadHead(HTTPStatus.BAD_REQUEST, "a request of HTTP/1.1 names its host (RFC 9112 section 3.2)")
        is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        return Head(
            method,
            environ,
            None if is_chunked else int(environ.get("CONTENT_LENGTH") or 0),
            Chunked(parser, heard) if is_chunked else None,
            version == "1.1" and "close" not in environ.get("HTTP_CONNECTION", "").lower(),
            version == "1.0",
        )


def _without_own(lines: bytes) -> tuple[bytes, dict[str, str] | None]:
    """Return the lines of a head without those that are each request's own, and what these say; None where one stands twice."""
    own = {_key(found[1] or found[3]): (found[2] or found[4]).decode("latin-1") for found in _OWN.finditer(lines)}
    bare, count = _OWN.subn(b"", lines)
    # What stands twice is for llhttp to judge.
    return (bare, own) if count == len(own) else (lines, None)


def _put_target(environ: WSGIEnvironment, target: bytes) -> None:
    if not target.startswith(b"/") and target != b"*":
        # The absolute form, as to a proxy (RFC 9112 section 3.2.2).
        try:
            parsed = httptools.parse_url(target)
        except httptools.HttpParserInvalidURLError:
            raise BadHead(HTTPStatus.BAD_REQUEST, "that is no address") from None
        path, query = parsed.path or b"/", parsed.query or b""
    else:
        path, _, query = target.partition(b"?")
    environ["PATH_INFO"] = (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1")
    environ["QUERY_STRING"] = query.decode("latin-1")


def _put_headers(environ: WSGIEnvironment, headers: list[tuple[bytes, bytes]]) -> None:
    for name, value in headers:
        key = _key(name)
        text = value.decode("latin-1")
        if key not in environ:
            environ[key] = text
        elif key in _ONCE:
            raise BadHead(HTTPStatus.BAD_REQUEST, "a header that there may be one of came twice")
        elif key:
            environ[key] = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
    environ.pop("", None)


_ONCE = frozenset({"HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING"})


@lru_cache(maxsize=1024)
def _key(name: bytes) -> str:
    """Return a header's name in an environment; nothing for one with an underscore, which would pass for that with a hyphen."""
    if b"_" in name:
        return ""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
