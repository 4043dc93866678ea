# SPDX-License-Identifier: GPL-3.0-or-later
"""CardDAV over a real connection, with the questions of the door's own tests."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from tests.cast import password_of
from tests.e2e.keeping import KeptConnection
from tests.radicale_dirserver.wsgi import Door


class Wire:
    """A WSGI callable that sends what it is asked over one kept connection; one thread at a time."""

    def __init__(self, port: int) -> None:
        self._connection = KeptConnection(port)
        weakref.finalize(self, self._connection.close)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        headers = {key.removeprefix("HTTP_").replace("_", "-"): value for key, value in environ.items() if key.startswith("HTTP_")}
        if "CONTENT_TYPE" in environ:
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        path = quote((environ["SCRIPT_NAME"] + environ["PATH_INFO"]).encode("latin-1"), safe="/~@:")
        answer, body = self._connection.ask(environ["REQUEST_METHOD"], path, environ["wsgi.input"].read() or None, headers)
        start_response(f"{answer.status} {answer.reason}", answer.getheaders())
        return [body]


def dav(port: int, login: str, password: str | None = None) -> Door:
    """Somebody at the CardDAV door of a running site."""
    door = Door(Wire(port), login, password=password or password_of(login))
    door.is_over_wire = True
    return door


def vcard_bytes(uid: str, name: str, *lines: str) -> bytes:
    """A card that a phone may send, to the octet as our writer would say it."""
    given, _, family = name.partition(" ")
    text = ["BEGIN:VCARD", "VERSION:3.0", f"UID:{uid}", f"FN:{name}", f"N:{family};{given};;;", *lines, "END:VCARD", ""]
    return "\r\n".join(text).encode()
