# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody at a browser without scripts: opens pages, fills in forms, and checks the headers of whatever comes back."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

from tests import headers
from tests.cast import password_of
from tests.headers import Kind

_VOID = {"input", "img", "br", "link", "meta", "hr"}


@dataclass
class Form:
    """A form as a browser would send it without touching anything."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **typed: str | list[str]) -> dict[str, object]:
        """What is sent when these fields were filled in."""
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        return {**sent, **typed}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.pieces: list[str] = []
        self._select = ""
        self._is_one_word = False
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._is_one_word = tag == "wbr"
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        if tag in {"a", "img", "link", "script"}:
            self.links.append(given.get("href") or given.get("src") or "")
        if not self.forms:
            return
        fields = self.forms[-1].fields
        is_ticked = given.get("type") not in {"radio", "checkbox"} or "checked" in given
        if tag == "input" and given.get("name") and given.get("type") != "file" and is_ticked:
            fields.append((given["name"], given.get("value", "")))
        if tag == "textarea":
            self._area = given["name"]
            fields.append((given["name"], ""))
        if tag == "select":
            self._select = given["name"]
            fields.append((given["name"], ""))
        if tag == "option" and "selected" in given:
            fields[-1] = (self._select, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._is_one_word and self.pieces:
            data = self.pieces.pop() + data
        self._is_one_word = False
        self.pieces.append(data)
        if self._area is not None:
            self.forms[-1].fields[-1] = (self._area, self.forms[-1].fields[-1][1] + data)


@dataclass(frozen=True)
class Page:
    """An answer, read."""

    status: int
    html: str
    text: str
    forms: tuple[Form, ...]
    links: tuple[str, ...]
    location: str
    answer: TestResponse

    def form(self, action: str) -> Form:
        """The form that goes to an address; of a search and a change there, the change."""
        going = [form for form in self.forms if form.action == action]
        return next((form for form in going if form.method.lower() == "post"), None) or going[0]


class Visitor:
    """A browser. ``scheme`` and ``address`` say how it comes in."""

    def __init__(self, app: Flask, *, scheme: str = "http", address: str = "127.0.0.1") -> None:
        self.client = app.test_client()
        self._base = f"{scheme}://localhost"
        self._address = address

    def open(self, path: str, headers: dict[str, str] | None = None) -> Page:
        """Open an address; redirects are not followed."""
        return self._read(self.client.get(path, base_url=self._base, headers=headers, environ_base={"REMOTE_ADDR": self._address}))

    def send(self, path: str, data: dict[str, object], headers: dict[str, str] | None = None) -> Page:
        """Send a form just as it is."""
        return self._read(
            self.client.post(path, base_url=self._base, data=data, headers=headers, environ_base={"REMOTE_ADDR": self._address})
        )

    def fill_in(self, page: str, action: str, **typed: object) -> Page:
        """Open a page, fill in the form that goes to ``action``, send it."""
        return self.send(action, self.open(page).form(action).filled(**typed))

    def sign_in(self, login: str, password: str | None = None, to: str = "/") -> Page:
        """Sign in as one of the cast."""
        return self.fill_in(f"/sign-in?next={to}", "/sign-in", login=login, password=password or password_of(login))

    def _read(self, answer: TestResponse) -> Page:
        check_headers(answer, is_secure=self._base.startswith("https"))
        html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        reader = _Reader()
        reader.feed(html)
        text = re.sub(r"\s+", " ", " ".join(reader.pieces))
        answer.close()
        return Page(answer.status_code, html, text, tuple(reader.forms), tuple(reader.links), answer.headers.get("Location", ""), answer)


def check_headers(answer: TestResponse, *, is_secure: bool) -> None:
    """What every response must say, whatever it is, and what pages say besides."""
    path = answer.request.path
    headers.check(Kind.PAGES, answer.status_code, answer.headers.items(), path=path, is_secure=is_secure, body=answer.get_data())
    said = answer.headers
    assert said["Referrer-Policy"] == "same-origin"
    assert said["Cross-Origin-Opener-Policy"] == "same-origin"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"
