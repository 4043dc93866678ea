# SPDX-License-Identifier: GPL-3.0-or-later
"""Browser sessions: the cookie, who is signed in, and the rule that a page needs a sign-in unless it is listed here.

The cookie holds an opaque secret; what it means is Identity's business. Over https it has the ``__Host-`` prefix (RFC 6265bis
section 4.1.3.2), which no other host and no plain connection can set.
"""

from __future__ import annotations

import secrets

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from dirserver.errors import NotAllowed, NotAuthenticated
from dirserver.identity.account import Session
from dirserver.model.origin import Browser, come_from, come_through
from dirserver.wiring import Parts

PUBLIC_ENDPOINTS = frozenset(
    {
        "static",
        "sign_in.ask",
        "sign_in.check",
        "sign_in.leave",
        "second_step.ask",
        "second_step.check",
        "passkey_entrance.options",
        "passkey_entrance.check",
        "passkey_entrance.second_options",
        "passkey_entrance.second_check",
        "reset.ask",
        "reset.send",
        "reset.sent",
        "reset.choose",
        "reset.accept",
        "confirming.ask",
        "confirming.confirm",
        "welcome.ask",
        "welcome.accept",
        "languages.choose",
        "embed.show",
        "embed.tell",
        "embed.script",
    }
)
"""What may be opened by nobody in particular. Everything else answers only to people who are signed in."""


ENROLMENT = frozenset({"second_factor", "passkeys", "recovery_codes", "proving"})
"""The blueprints that are open to somebody whose account must have a second factor and has none; nothing else is."""


LENGTHENING = frozenset({"password", "proving"})
"""The blueprints that are open to somebody whose password is too short now that the second factor is gone."""


class EnrolmentNeeded(NotAllowed):
    """Nothing is shown to this account before it has a second factor."""


class LengtheningNeeded(NotAllowed):
    """Nothing is shown to this account before its password is long enough without a second factor."""


_BROWSER = "browser"
_BROWSER_S = 400 * 24 * 3600
_LONGEST_WORD = 64


class SignInNeeded(NotAuthenticated):
    """The page is for people who are signed in, and this browser is not, or no longer."""

    def __init__(self) -> None:
        super().__init__("sign in first")


def install(app: Flask) -> None:
    """Ask for a sign-in before every endpoint that isn't public; an address that doesn't exist stays a 404."""
    app.before_request(_require)


def _require() -> None:
    come_from(None, request.remote_addr or "")
    come_through(Browser(request.headers.get("User-Agent", ""), _browser_word()))
    if request.endpoint is not None and request.endpoint not in PUBLIC_ENDPOINTS:
        session = signed_in()
        if session.must_enrol and request.blueprint not in ENROLMENT:
            raise EnrolmentNeeded("set up a second factor first")
        if session.must_lengthen and request.blueprint not in LENGTHENING:
            raise LengtheningNeeded("choose a longer password first")


def cookie_name(purpose: str = "") -> str:
    """Return the name of our cookie on this connection; ``purpose`` tells a second one from the session's."""
    name = f"dirserver-{purpose}" if purpose else "dirserver"
    return f"__Host-{name}" if request.is_secure else name


def current_session() -> Session | None:
    """Return the session of this browser, or None. Asked once per request."""
    if "session" not in g:
        secret = session_secret()
        made: Parts = current_app.extensions["dirserver.parts"]
        g.session = made.identity.session(secret) if secret else None
        come_from(g.session.principal if g.session is not None else None, request.remote_addr or "")
    session: Session | None = g.session
    return session


def session_secret() -> str:
    """Return the secret of this browser's session; empty if it has none."""
    return request.cookies.get(cookie_name(), "")


def _browser_word() -> str:
    """Return the random word that this browser was given once, or is given if it signs in now."""
    if "browser_word" not in g:
        g.browser_word = request.cookies.get(cookie_name(_BROWSER), "")[:_LONGEST_WORD] or secrets.token_urlsafe(32)
    word: str = g.browser_word
    return word


def signed_in() -> Session:
    """Return the session of this browser; SignInNeeded if there is none."""
    session = current_session()
    if session is None:
        raise SignInNeeded
    return session


def remember(answer: Response, secret: str) -> None:
    """Give the browser the secret of its session; it ends with the browser, or when Identity says so.

    And a word by which it is known when somebody signs in from it again: a sign-in from another one is told by mail.
    """
    for purpose, value, lifetime_s in (("", secret, None), (_BROWSER, _browser_word(), _BROWSER_S)):
        answer.set_cookie(
            cookie_name(purpose), value, path="/", max_age=lifetime_s, secure=request.is_secure, httponly=True, samesite="Lax"
        )


def forget(answer: Response) -> None:
    """Take the session's cookie back."""
    answer.delete_cookie(cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")
