# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one is signed in: each browser with its address and times, to be signed out from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.errors import NotFound
from dirserver.identity.account import OpenSession
from dirserver.web.security.block import Block
from dirserver.web.shell.current import config, identity, reading
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.session import forget, session_secret, signed_in

pages = Blueprint("sessions", __name__)


@pages.get("/me/security/sessions")
def show() -> str:
    """List them, the one in use marked."""
    security = config().security
    with reading():
        return render_template(
            "security/sessions.html",
            sessions=_sessions(),
            idle_hours=-(-security.session_idle_minutes // 60),
            most_days=-(-security.session_max_hours // 24),
        )


@pages.post("/me/security/sessions/end")
def end() -> Response:
    """Sign one browser out; this one too, if it is this one's."""
    name = request.form.get("id", "")
    is_present = any(one.is_present and one.id == name for one in _sessions())
    try:
        identity().sessions.end(signed_in().account.id, name)
    except NotFound:
        # Over meanwhile: that is what was wanted.
        return redirect(url_for("sessions.show"), 303)
    if is_present:
        answer = redirect(url_for("sign_in.ask"), 303)
        forget(answer)
        return leave(answer, Notice.SIGNED_OUT)
    return leave(redirect(url_for("sessions.show"), 303), Notice.SESSION_ENDED)


@pages.post("/me/security/sessions/end-others")
def end_others() -> Response:
    """Sign all other browsers out."""
    identity().sessions.end_others(signed_in().account.id, present=session_secret())
    return leave(redirect(url_for("sessions.show"), 303), Notice.SESSIONS_ENDED)


def _sessions() -> Sequence[OpenSession]:
    return identity().sessions.of_account(signed_in().account.id, present=session_secret())


def _told() -> Mapping[str, object]:
    return {"count": len(_sessions())}


BLOCK = Block("security/sessions_block.html", _told)
