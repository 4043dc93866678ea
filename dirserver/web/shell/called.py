# SPDX-License-Identifier: GPL-3.0-or-later
"""People as they are called, where a page is told who did something: accounts by name, for a login such as u4711 says nothing."""

from __future__ import annotations

from flask import Flask, g

from dirserver.errors import NotFound
from dirserver.web.shell.current import identity


def install(app: Flask) -> None:
    """Give the templates the filter ``called``."""
    app.jinja_env.filters["called"] = called


def called(login: str) -> str:
    """Return the name of an account; its login where it has none, is gone, or is no account's. Each is looked up once a request."""
    known: dict[str, str] = g.setdefault("called", {})
    if login not in known:
        try:
            known[login] = identity().account(login).name or login
        except NotFound:
            known[login] = login
    return known[login]
