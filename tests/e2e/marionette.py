# SPDX-License-Identifier: GPL-3.0-or-later
"""Marionette, the way into a running Thunderbird: JSON with its length in front, over a connection (protocol 3)."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TIMEOUT_S = 60.0


class ScriptFailed(AssertionError):
    """Thunderbird threw; the message says where."""


class Marionette:
    """A session in Thunderbird's own window, with the rights of its own code."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._number = 0
        greeting = self._receive()
        assert greeting["marionetteProtocol"] == 3, greeting
        self.ask("WebDriver:NewSession", capabilities={})
        self.ask("Marionette:SetContext", value="chrome")
        self.ask("WebDriver:SetTimeouts", script=int(_TIMEOUT_S * 1000))

    def ask(self, command: str, **parameters: Any) -> Any:
        """Send a command; its result."""
        self._number += 1
        body = json.dumps([0, self._number, command, parameters]).encode()
        self._connection.sendall(b"%d:%b" % (len(body), body))
        _, number, error, result = self._receive()
        assert number == self._number
        if error:
            raise ScriptFailed(f"{error['error']}: {error['message']}\n{error.get('stacktrace', '')}")
        return result

    def run(self, script: str, *arguments: Any) -> Any:
        """Run the body of an ``async`` function with ``args``; what it returns."""
        whole = (
            "const [...args] = arguments; const done = args.pop();"
            f"(async () => {{ {script} }})().then(value => done([value ?? null, null]),"
            " error => done([null, `${error}\\n${error?.stack ?? ''}`]));"
        )
        value, error = self.ask("WebDriver:ExecuteAsyncScript", script=whole, args=list(arguments), newSandbox=False, sandbox="system")[
            "value"
        ]
        if error:
            raise ScriptFailed(error)
        return value

    def _receive(self) -> Any:
        head = b""
        while not head.endswith(b":"):
            octet = self._stream.read(1)
            assert octet, "Thunderbird hung up"
            head += octet
        return json.loads(self._stream.read(int(head[:-1])))


@contextmanager
def session(port: int) -> Iterator[Marionette]:
    """Speak to the Thunderbird that listens on a port of loopback."""
    with socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_S + 30) as connection:
        yield Marionette(connection)
