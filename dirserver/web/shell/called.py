# SPDX-License-Identifier: GPL-3.0-or-later
"""People as they are called, where a page is told who did something: a login such as u4711 says nothing.

Who has an entry is called as the reader sees them there, if at all: a name in a history or comment must not show what a View hides.
"""

from __future__ import annotations

from flask import Flask, g

from dirserver.errors import DirserverError
from dirserver.web.shell.current import identity, parts
from dirserver.web.shell.session import current_session


def install(app: Flask) -> None:
    """Give the templates the filter ``called``."""
    app.jinja_env.filters["called"] = called


def called(login: str) -> str:
    """Return how the reader knows an account; its login where it has no name, or none that shows, or is no account's.

    Each is looked up once a request.
    """
    known: dict[str, str] = g.setdefault("called", {})
    if login not in known:
        known[login] = _name_of(login) or login
    return known[login]


def _name_of(login: str) -> str:
    session = current_session()
    if session is None:
        return ""
    try:
        account = identity().account(login)
        if account.entry_uuid is None:
            return account.name
        with parts().directory.reading(session.principal) as opened:
            return opened.find(account.entry_uuid).display
    except DirserverError:
        return ""
