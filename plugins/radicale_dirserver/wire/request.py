# SPDX-License-Identifier: GPL-3.0-or-later
"""One request, read from WSGI once: nothing behind this file looks into an environ."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, Protocol

from dirserver.errors import TooLarge
from dirserver.model.client import Family
from radicale_dirserver.wire.client import family_of
from radicale_dirserver.wire.errors import Refused

Environ = Mapping[str, object]

WELL_KNOWN = "/.well-known/carddav"
"""Where clients that know only a host begin (RFC 6764 section 5)."""

LOOKING = frozenset({"PROPFIND", "OPTIONS"})
"""What they ask there, and at the bare host where that leads nowhere (section 6)."""

_CHUNK_BYTES = 65_536


class Source(Protocol):
    """What WSGI hands the body out through."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, nothing at the end."""
        ...


class Request(NamedTuple):
    """What was asked. ``mount`` stands before every path of ours (``/dav``); ``path`` is decoded and begins with a slash.

    ``declared_bytes`` is None for a chunked body, ``max_body_bytes`` the server's own limit. Empty texts are headers that weren't
    sent; ``client`` is what the sender calls itself. ``is_well_known``: it came to RFC 6764's address or to the bare host, where clients
    look next, not to ours. ``is_minimal``
    and ``is_rootless`` are preferences (RFC 8144). ``is_coded``: the body is packed (RFC 9110 section 8.4).
    ``state_lists`` is WebDAV's If header.
    """

    method: str
    mount: str
    path: str
    if_match: str
    if_none_match: str
    declared_bytes: int | None
    source: Source
    is_well_known: bool
    depth: str
    content_type: str
    accept: str
    is_minimal: bool
    is_rootless: bool
    client: Family
    push_dont_notify: str
    destination: str
    overwrite: str
    host: str
    content_range: str
    is_coded: bool
    if_unmodified_since: str
    state_lists: str
    max_body_bytes: int

    @classmethod
    def of_environ(cls, environ: Environ, default_mount: str, max_body_bytes: int) -> Request:
        """Read an environ. Raises Refused (400) for what no client may send."""
        prefer = _preferences(header(environ, "HTTP_PREFER"))
        brief = header(environ, "HTTP_BRIEF").strip().lower()
        mount, path = _decoded(environ, "SCRIPT_NAME").rstrip("/"), _decoded(environ, "PATH_INFO") or "/"
        method = str(environ.get("REQUEST_METHOD", "GET")).upper()
        is_well_known = path.rstrip("/") == WELL_KNOWN or (not mount and path == "/" and method in LOOKING)
        if not mount and is_well_known:
            mount = default_mount
        elif not mount and (path == default_mount or path.startswith(f"{default_mount}/")):
            mount, path = default_mount, path[len(default_mount) :] or "/"
        return cls(
            method=method,
            mount=mount,
            path=path,
            is_well_known=is_well_known,
            depth=_depth(header(environ, "HTTP_DEPTH")),
            if_match=header(environ, "HTTP_IF_MATCH").strip(),
            if_none_match=header(environ, "HTTP_IF_NONE_MATCH").strip(),
            content_type=header(environ, "CONTENT_TYPE"),
            accept=header(environ, "HTTP_ACCEPT"),
            # "return-minimal" is how older iPhones spell it.
            is_minimal=brief == "t" or not prefer.isdisjoint({"return=minimal", "return-minimal"}),
            is_rootless="depth-noroot" in prefer,
            client=family_of(header(environ, "HTTP_USER_AGENT")),
            push_dont_notify=header(environ, "HTTP_PUSH_DONT_NOTIFY"),
            destination=header(environ, "HTTP_DESTINATION"),
            overwrite=header(environ, "HTTP_OVERWRITE"),
            host=header(environ, "HTTP_HOST"),
            content_range=header(environ, "HTTP_CONTENT_RANGE"),
            if_unmodified_since=header(environ, "HTTP_IF_UNMODIFIED_SINCE").strip(),
            state_lists=header(environ, "HTTP_IF").strip(),
            is_coded=_is_coded(header(environ, "HTTP_CONTENT_ENCODING")),
            declared_bytes=_declared_bytes(environ),
            max_body_bytes=max_body_bytes,
            source=environ["wsgi.input"],  # type: ignore[arg-type]
        )

    def read_body(self, limit_bytes: int) -> bytes:
        """Read the whole body, chunked or not.

        Raises TooLarge before it reads more than the limit, Refused when it is cut off, or packed (415).
        """
        if self.is_coded and self.declared_bytes != 0:
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Packed bodies (Content-Encoding) are not taken: send it as it is.")
        limit_bytes = min(limit_bytes, self.max_body_bytes)
        if self.declared_bytes is not None:
            if self.declared_bytes > limit_bytes:
                raise _too_large(limit_bytes)
            return self._read_declared(self.declared_bytes)
        parts: list[bytes] = []
        size = 0
        while part := self.source.read(_CHUNK_BYTES):
            size += len(part)
            if size > limit_bytes:
                raise _too_large(limit_bytes)
            parts.append(part)
        return b"".join(parts)

    def _read_declared(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size > 0:
            part = self.source.read(min(size, _CHUNK_BYTES))
            if not part:
                raise Refused(HTTPStatus.BAD_REQUEST, "The body is shorter than Content-Length says.")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def header(environ: Environ, name: str) -> str:
    """Return a request header by its CGI name; empty when it wasn't sent."""
    text = environ.get(name)
    return text if isinstance(text, str) else ""


@lru_cache(maxsize=64)
def _preferences(prefer: str) -> frozenset[str]:
    return frozenset(part.partition(";")[0].strip().replace(" ", "").lower() for part in prefer.split(","))


def _decoded(environ: Environ, key: str) -> str:
    """Undo WSGI's latin-1 (PEP 3333): paths are UTF-8."""
    raw = header(environ, key)
    try:
        return raw if raw.isascii() else raw.encode("latin-1").decode()
    except UnicodeEncodeError:
        # A server that decoded already.
        return raw
    except UnicodeDecodeError:
        raise Refused(HTTPStatus.BAD_REQUEST, "The path is not UTF-8.") from None


def _depth(text: str) -> str:
    """Return "0" or "1". Infinity means 1: there is nothing deeper that a client could want at once."""
    text = text.strip().lower().partition(",")[0]
    if text in {"", "0"}:
        return "0"
    if text in {"1", "infinity"}:
        return "1"
    raise Refused(HTTPStatus.BAD_REQUEST, "Depth must be 0, 1 or infinity.")


def _is_coded(content_encoding: str) -> bool:
    return any(coding.strip().lower() not in {"", "identity"} for coding in content_encoding.split(","))


def _declared_bytes(environ: Environ) -> int | None:
    text = header(environ, "CONTENT_LENGTH").strip()
    if text:
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length must be a number.")
        return int(text)
    if environ.get("wsgi.input_terminated"):
        return None
    # Nobody took the chunks apart, so nobody can tell where the body ends: reading could wait for ever.
    if header(environ, "HTTP_TRANSFER_ENCODING").strip():
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "Send Content-Length.")
    return 0


def takes_gzip(accept_encoding: str) -> bool:
    """Tell whether gzip is among the codings that an Accept-Encoding header takes (RFC 9110 section 12.5.3)."""
    for part in accept_encoding.lower().split(","):
        coding, _, rest = part.partition(";")
        if coding.strip() == "gzip":
            return rest.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _too_large(limit_bytes: int) -> TooLarge:
    return TooLarge(f"The body may have {limit_bytes} bytes at most.", limit_bytes)
