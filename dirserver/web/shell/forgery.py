# SPDX-License-Identifier: GPL-3.0-or-later
"""Cross-site request forgery: no unsafe request is looked at before it has passed here, whatever its page does.

Two walls. The browser's own word (Sec-Fetch-Site, else Origin) must say that the request comes from this site. And the form
must carry a token that only this site's pages know: a nonce and its HMAC under the session's key, or, before there is a
session, under a random cookie. Tokens differ from page to page, so compression doesn't give them away (BREACH).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, g, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from dirserver.errors import DirserverError
from dirserver.web.shell.session import cookie_name, current_session

FIELD = "csrf_token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY_BYTES = 32


class Forged(DirserverError):
    """An unsafe request that doesn't prove that it comes from one of our pages."""


def install(app: Flask) -> None:
    """Check every unsafe request; give templates ``csrf_field()``; set the cookie of forms that come before a session."""
    app.before_request(_check)
    app.after_request(_set_cookie)
    app.add_template_global(csrf_field)


def csrf_field() -> Markup:
    """Return the hidden input that every form with method POST must hold."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, make_token(_key()))


def make_token(key: str) -> str:
    """Return a fresh token under ``key``."""
    nonce = secrets.token_hex(8)
    return f"{nonce}.{_mac(key, nonce)}"


def fits(token: str, key: str) -> bool:
    """Tell whether ``token`` was made under ``key``."""
    nonce, _, mac = token.partition(".")
    return bool(key) and hmac.compare_digest(mac.encode(), _mac(key, nonce).encode())


def _mac(key: str, nonce: str) -> str:
    return hmac.new(key.encode(), nonce.encode(), hashlib.sha256).hexdigest()[:40]


def _key() -> str:
    session = current_session()
    if session is not None:
        return session.csrf_key
    given = request.cookies.get(cookie_name("form"), "")
    if given:
        return given
    if "form_key" not in g:
        g.form_key = secrets.token_urlsafe(_KEY_BYTES)
    key: str = g.form_key
    return key


def _set_cookie(answer: Response) -> Response:
    if "form_key" in g:
        answer.set_cookie(cookie_name("form"), g.form_key, path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def _check() -> None:
    # Where no page answers, nothing is done: a program that looks for contacts here by PROPFIND is told that they are elsewhere.
    if request.method in _SAFE_METHODS or request.routing_exception is not None:
        return
    if not _is_from_here():
        raise Forged("the request came from another site")
    session = current_session()
    key = session.csrf_key if session is not None else request.cookies.get(cookie_name("form"), "")
    if not fits(request.form.get(FIELD, ""), key):
        raise Forged("the form is no longer valid")


def _is_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    # Hosts only: behind a proxy that ends TLS, the scheme that we see may be another one.
    return bool(origin) and urlsplit(origin).netloc == request.host
