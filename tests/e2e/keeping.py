# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection that is kept as programs keep theirs: one that rested is not trusted, since the server may have ended it."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping

_TIMEOUT_S = 60.0
_RESTS_AT_MOST_S = 10.0


class KeptConnection:
    """HTTP to a port of loopback; one thread at a time."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        self._last_used = time.monotonic()

    def ask(self, method: str, path: str, body: bytes | str | None, headers: Mapping[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        """Send a request; return the answer and its body. What goes wrong ends the connection."""
        if time.monotonic() - self._last_used > _RESTS_AT_MOST_S:
            self.close()
        try:
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
            return answer, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        finally:
            self._last_used = time.monotonic()

    def close(self) -> None:
        """End it; the next request begins another one."""
        self._connection.close()
