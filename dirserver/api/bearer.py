# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks: a token in the header Authorization (RFC 6750 section 2.1), never in the address, where logs would keep it.

Each endpoint says with ``needs`` for what a token must be good; one that doesn't say it keeps the application from starting.
No cookie counts here, so no other site can make a browser ask anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import Flask, current_app, g, request

from dirserver.api.problems import OutOfScope
from dirserver.directory.reading import Reading
from dirserver.directory.writing import Writing
from dirserver.errors import NotAuthenticated
from dirserver.identity.tokens import Shown, TokenScope
from dirserver.wiring import Parts

_View = TypeVar("_View", bound=Callable[..., object])
_MARK = "needed_scope"


def needs(scope: TokenScope) -> Callable[[_View], _View]:
    """Say for what a token must be good to call this endpoint."""

    def marked(view: _View) -> _View:
        setattr(view, _MARK, scope)
        return view

    return marked


def open_to_all(view: _View) -> _View:
    """Say that this endpoint holds nothing of the directory and may be called by anybody."""
    setattr(view, _MARK, None)
    return view


def install(app: Flask) -> None:
    """Ask for a token before every endpoint that isn't open to all. Raises RuntimeError if one says nothing of it."""
    for name, view in app.view_functions.items():
        if not hasattr(view, _MARK):
            raise RuntimeError(f"the endpoint {name} doesn't say for what a token must be good")
    app.before_request(_require)


def _require() -> None:
    if request.endpoint is None:
        return
    scope: TokenScope | None = getattr(current_app.view_functions[request.endpoint], _MARK)
    if scope is not None and scope not in shown().scopes:
        raise OutOfScope(scope)


def parts() -> Parts:
    """Return what wiring made for this application."""
    made: Parts = current_app.extensions["dirserver.parts"]
    return made


def shown() -> Shown:
    """Return who asks and for what the token is good, asked once per request. Raises NotAuthenticated."""
    if "shown" not in g:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise NotAuthenticated("send a token: Authorization: Bearer dirserver_...")
        g.shown = parts().tokens.shown(secret.strip(), address=request.remote_addr or "")
    known: Shown = g.shown
    return known


@contextmanager
def reading() -> Iterator[Reading]:
    """One snapshot, read as the token's account."""
    with parts().directory.reading(shown().principal) as opened:
        yield opened


@contextmanager
def writing() -> Iterator[Writing]:
    """One transaction, written as the token's account."""
    with parts().directory.writing(shown().principal) as opened:
        yield opened
