# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the door in this process, as a web server would, and reading what it says."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from radicale_dirserver.application import MOUNT, Application
from tests.cast import device_of
from tests.headers import Kind, check

D = "{DAV:}"
C = "{urn:ietf:params:xml:ns:carddav}"
S = "{http://calendarserver.org/ns/}"

App = Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]


@dataclass(frozen=True)
class Row:
    """One DAV:response: its path, status if it has one, and properties by status."""

    path: str
    status: int | None
    found: Mapping[str, Element]
    missing: tuple[str, ...]
    statuses: tuple[int, ...]

    def text(self, name: str) -> str:
        return self.found[name].text or ""

    def hrefs(self, name: str) -> list[str]:
        return [each.text or "" for each in self.found[name].iter(f"{D}href")]

    def names_in(self, name: str) -> set[str]:
        return {each.tag for each in self.found[name].iter()} - {name}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    raw_headers: tuple[tuple[str, str], ...] = field(repr=False, default=())

    @property
    def xml(self) -> Element:
        root: Element = fromstring(self.body)
        return root

    @property
    def rows(self) -> list[Row]:
        assert self.status == 207, (self.status, self.body)
        return [read_row(each) for each in self.xml.findall(f"{D}response")]

    @property
    def by_path(self) -> dict[str, Row]:
        return {row.path: row for row in self.rows}

    @property
    def token(self) -> str:
        return self.xml.findtext(f"{D}sync-token") or ""

    @property
    def preconditions(self) -> list[str]:
        assert self.xml.tag == f"{D}error"
        return [each.tag for each in self.xml if not each.tag.startswith("{urn:dirserver")]


def read_row(response: Element) -> Row:
    found: dict[str, Element] = {}
    missing: list[str] = []
    statuses: list[int] = []
    for propstat in response.findall(f"{D}propstat"):
        code = status_code(propstat.findtext(f"{D}status"))
        statuses.append(code)
        for each in propstat.findall(f"{D}prop/*"):
            if code == 200:
                found[each.tag] = each
            else:
                missing.append(each.tag)
    own = response.findtext(f"{D}status")
    return Row(response.findtext(f"{D}href") or "", status_code(own) if own else None, found, tuple(missing), tuple(statuses))


def status_code(line: str | None) -> int:
    return int((line or "").split(" ")[1])


class Door:
    """A client of the door: who signs, and from where. ``is_ours``: our own application answers, with the headers that it promises."""

    is_over_wire = False

    def __init__(
        self, app: App, login: str | None = "ada", *, password: str | None = None, mount: str = "/dav", is_ours: bool = True
    ) -> None:
        self.app = app
        self.login = login
        self.password = password
        self.mount = mount
        self.is_ours = is_ours
        self.puts = 0

    def signed_as(self, login: str | None) -> Door:
        return Door(self.app, login, mount=self.mount, is_ours=self.is_ours)

    def ask(self, method: str, path: str, body: bytes | str = b"", environ: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        """Ask below the mount; header names with underscores. ``path`` is decoded."""
        octets = body.encode() if isinstance(body, str) else body
        asked: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": self.mount,
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": "",
            "SERVER_NAME": "contacts.example.com",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.7",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(octets),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if octets:
            asked["CONTENT_LENGTH"] = str(len(octets))
        if self.login is not None:
            asked["HTTP_AUTHORIZATION"] = basic(self.login, device_of(self.login) if self.password is None else self.password)
        for name, value in headers.items():
            asked["CONTENT_TYPE" if name == "content_type" else f"HTTP_{name.upper()}"] = value
        asked |= environ or {}
        return self.call({key: value for key, value in asked.items() if value is not None})

    def call(self, environ: dict[str, Any]) -> Answer:
        begun: list[tuple[str, list[tuple[str, str]]]] = []
        result = self._put(environ, begun)
        if result is None:
            result = self.app(environ, lambda status, headers, *_: begun.append((status, headers)))
        try:
            body = b"".join(result)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        (status, headers) = begun[-1]
        by_name = {name.lower(): value for name, value in headers}
        if by_name.get("content-encoding") == "gzip":
            body = zlib.decompress(body, wbits=16 + zlib.MAX_WBITS)
        answer = Answer(int(status.split(" ")[0]), by_name, body, tuple(headers))
        if not self.is_ours:
            # Radicale by itself promises nothing.
            return answer
        # Over a real connection our own servers' headers are among them, and the scheme is the connection's.
        is_secure = not self.is_over_wire and environ["wsgi.url_scheme"] == "https"
        check(Kind.DAV, answer.status, headers, path=environ["PATH_INFO"], is_secure=is_secure, body=body)
        if isinstance(self.app, Application) and self.mount == MOUNT:
            self._check_at_once(self.app, environ, answer)
        return answer

    def _put(self, environ: dict[str, Any], begun: list[tuple[str, list[tuple[str, str]]]]) -> Iterable[bytes] | None:
        """What somebody who is known puts goes that way each second time; it has to make no difference."""
        if not isinstance(self.app, Application) or environ["REQUEST_METHOD"] != "PUT" or self.mount != MOUNT:
            return None
        self.puts += 1
        source = environ["wsgi.input"]
        caller = self.app.caller_of({key: value for key, value in environ.items() if key != "wsgi.input"}) if self.puts % 2 else None
        if caller is None or not isinstance(source, io.BytesIO):
            return None
        put = self.app.put_of(caller, {**environ, "SCRIPT_NAME": ""}, environ["PATH_INFO"], source.getvalue())
        answer = None if put is None else put(lambda *told: begun.append(told))
        assert (answer is None) == (begun == [])
        return answer

    def _check_at_once(self, app: Application, environ: dict[str, Any], usual: Answer) -> None:
        """What can be answered at once is answered as the usual way has just done."""
        caller = app.caller_of({key: value for key, value in environ.items() if key != "wsgi.input"})
        source = environ["wsgi.input"]
        if caller is None or not isinstance(source, io.BytesIO) or not 200 <= usual.status < 300:
            return
        begun: list[tuple[str, list[tuple[str, str]]]] = []
        asked = {**environ, "SCRIPT_NAME": "", "wsgi.input": io.BytesIO(source.getvalue())}
        body = app.at_once(caller, asked, environ["PATH_INFO"], source.getvalue(), lambda *told: begun.append(told))
        if body is None:
            assert begun == []
            return
        ((status, headers),) = begun
        octets = b"".join(body)
        if ("Content-Encoding", "gzip") in headers:
            octets = zlib.decompress(octets, wbits=16 + zlib.MAX_WBITS)
        else:
            assert tuple(headers) == usual.raw_headers
        assert (int(status.split(" ")[0]), octets) == (usual.status, usual.body)

    def propfind(self, path: str, *names: str, depth: str = "0", **headers: str) -> Answer:
        return self.ask("PROPFIND", path, propfind(*names), depth=depth, **headers)

    def sync(self, path: str, token: str = "", *names: str, limit: int | None = None) -> Answer:
        return self.ask("REPORT", path, sync_collection(token, *(names or (f"{D}getetag",)), limit=limit), depth="0")

    def multiget(self, path: str, hrefs: Iterable[str], *names: str, data: str = "") -> Answer:
        properties = "".join(map(tag, names or (f"{D}getetag",))) + data
        listed = "".join(f"<d:href>{quote(href)}</d:href>" for href in hrefs)
        body = f'<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:prop>{properties}</d:prop>{listed}</c:addressbook-multiget>'
        return self.ask("REPORT", path, body, depth="0")

    def query(
        self, path: str, conditions: str, *, test: str = "anyof", limit: int | None = None, data: str = "<c:address-data/>"
    ) -> Answer:
        limited = f"<c:limit><c:nresults>{limit}</c:nresults></c:limit>" if limit is not None else ""
        body = (
            f'<c:addressbook-query xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:prop><d:getetag/>{data}</d:prop>'
            f'<c:filter test="{test}">{conditions}</c:filter>{limited}</c:addressbook-query>'
        )
        return self.ask("REPORT", path, body, depth="1")


def basic(login: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


def tag(clark: str) -> str:
    namespace, _, local = clark[1:].partition("}")
    namespace = namespace.replace("&", "&amp;")
    return f'<x:{local} xmlns:x="{namespace}"/>'


def propfind(*names: str) -> str:
    return f'<d:propfind xmlns:d="DAV:"><d:prop>{"".join(map(tag, names))}</d:prop></d:propfind>' if names else ""


def sync_collection(token: str, *names: str, limit: int | None = None) -> str:
    limited = f"<d:limit><d:nresults>{limit}</d:nresults></d:limit>" if limit is not None else ""
    return (
        f'<d:sync-collection xmlns:d="DAV:"><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level>{limited}'
        f"<d:prop>{''.join(map(tag, names))}</d:prop></d:sync-collection>"
    )


def vcard(uid: str, *lines: str, name: str = "Nina Nowak", version: str = "3.0") -> str:
    """A card of a few lines."""
    given, _, family = name.partition(" ")
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", f"UID:{uid}", f"FN:{name}", f"N:{family};{given};;;", *lines, "END:VCARD", ""])
