# SPDX-License-Identifier: GPL-3.0-or-later
"""One-line notices that survive a redirect: a cookie holds a word from the list below, never text from outside."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from dirserver.web.shell.languages import gettext, mark

COOKIE = "notice"
_SECONDS = 60
_KNOWN = "dirserver.notices"


class Notice(StrEnum):
    """What just happened."""

    SAVED = "saved"
    NOTHING_CHANGED = "nothing-changed"
    UNDONE = "undone"
    BROUGHT_BACK = "brought-back"
    WAITS = "waits"
    CONFIRMED = "confirmed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DECIDED_BEFORE = "decided-before"
    REVOKED = "revoked"
    SIGNED_OUT = "signed-out"
    WELCOME = "welcome"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 # a word for what happened
    PASSWORD_RESET = "password-reset"  # noqa: S105
    SESSION_ENDED = "session-ended"
    SESSIONS_ENDED = "sessions-ended"
    DONE = "done"
    PLANNED = "planned"
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    TOO_LATE = "too-late"
    PASSKEY_REFUSED = "passkey-refused"


_TEXTS = {
    Notice.PLANNED: mark("Noted. It happens by itself on that day, and can be taken back until then."),
    Notice.SAVED: mark("Saved. Phones and mail programs get the change with their next sync."),
    Notice.NOTHING_CHANGED: mark("Nothing was changed, so there was nothing to save."),
    Notice.UNDONE: mark("The change is undone."),
    Notice.BROUGHT_BACK: mark("The earlier version is back."),
    Notice.WAITS: mark("What needs nobody's approval is saved. The rest waits for approval, as you see below."),
    Notice.CONFIRMED: mark("Thank you. It is noted that everything is still correct."),
    Notice.APPROVED: mark("The change is made, and who proposed it is told."),
    Notice.REFUSED: mark("The entry stays as it is, and who proposed the change is told."),
    Notice.WITHDRAWN: mark("The proposal is taken back."),
    Notice.DECIDED_BEFORE: mark("It was decided on before you could take it back."),
    Notice.REVOKED: mark("The device password is revoked. What used it can no longer sign in."),
    Notice.SIGNED_OUT: mark("You are signed out."),
    Notice.WELCOME: mark("Your password is set, and you are signed in."),
    Notice.PASSWORD_CHANGED: mark("Your password is changed, and all other browsers are signed out."),
    Notice.PASSWORD_RESET: mark("Your password is set. Sign in with it now."),
    Notice.SESSION_ENDED: mark("The browser is signed out."),
    Notice.SESSIONS_ENDED: mark("All other browsers are signed out."),
    Notice.DONE: mark("Done. It counts at once, at every door."),
    Notice.FACTOR_ADDED: mark("It is set up. Other browsers have to sign in again."),
    Notice.FACTOR_REMOVED: mark("It is removed. Other browsers have to sign in again."),
    Notice.PASSKEY_REFUSED: mark("This passkey doesn't open an account here. Choose another way."),
    Notice.TOO_LATE: mark("That took too long, or too many attempts. Please begin again."),
}


def install(app: Flask) -> None:
    """Let templates show the notice, and clear it once a page has shown it."""
    app.extensions[_KNOWN] = {str(word): text for word, text in _TEXTS.items()}
    app.add_template_global(current_notice)
    app.after_request(_clear)


def tell_too(app: Flask, texts: Mapping[str, str]) -> None:
    """Let an area leave notices of its own: marked texts by their words."""
    app.extensions[_KNOWN].update({str(word): text for word, text in texts.items()})


def leave(answer: Response, notice: StrEnum) -> Response:
    """Let the next page say this; gives the answer back."""
    answer.set_cookie(COOKIE, notice, max_age=_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def current_notice() -> str:
    """Return what to tell on this page, translated; empty if nothing."""
    word = request.cookies.get(COOKIE, "")
    known: Mapping[str, str] = current_app.extensions[_KNOWN]
    if word not in known:
        return ""
    g.is_notice_shown = True
    return gettext(known[word])


def _clear(answer: Response) -> Response:
    if "is_notice_shown" in g:
        answer.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer
