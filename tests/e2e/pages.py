# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages without a browser: one kept connection, one session, as a script would use them."""

from __future__ import annotations

import http.client
import re
import weakref
from urllib.parse import quote, urlencode

from tests.cast import password_of
from tests.e2e.keeping import KeptConnection

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TAG = re.compile(r"<[^>]*>")


class Pages:
    """Somebody who is signed in."""

    def __init__(self, port: int, login: str, password: str | None = None) -> None:
        self._connection = KeptConnection(port)
        weakref.finalize(self, self._connection.close)
        self._cookies: dict[str, str] = {}
        token = _TOKEN.search(self.get("/sign-in"))
        assert token is not None
        form = {"csrf_token": token[1], "next": "/", "login": login, "password": password or password_of(login)}
        status, _ = self._ask("POST", "/sign-in", urlencode(form))
        assert status == 303, f"{login} could not sign in: {status}"

    def get(self, path: str) -> str:
        """A page's HTML; it must be there."""
        status, body = self.look(path)
        assert status == 200, f"GET {path}: {status}"
        return body

    def look(self, path: str) -> tuple[int, str]:
        """A page's status and HTML, whatever it says."""
        return self._ask("GET", quote(path, safe="/?=&%"))

    @staticmethod
    def status_of(port: int, path: str) -> int:
        """The status of a page for nobody in particular."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def _ask(self, method: str, path: str, form: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        answer, body = self._connection.ask(method, path, form, headers)
        for given in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = given.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, body.decode()


def text_of(html: str) -> str:
    """The words of a page's main part."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return _TAG.sub(" ", main)
