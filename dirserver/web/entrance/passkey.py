# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in with a passkey: alone, or as the second step after the password. What the browser is asked comes as JSON."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from dirserver.errors import NotAuthenticated, NotFound
from dirserver.web.entrance.sign_in import address, enter_with, half_secret
from dirserver.web.shell.current import parts
from dirserver.web.shell.links import safe_next
from dirserver.web.shell.notices import Notice, leave

pages = Blueprint("passkey_entrance", __name__)


@pages.get("/sign-in/passkey")
def options() -> Response:
    """Say what to ask a browser where nobody has said who they are."""
    return Response(parts().passkeys.options_to_sign_in(), mimetype="application/json")


@pages.post("/sign-in/passkey")
def check() -> Response:
    """Open a session by a passkey alone."""
    target = safe_next(request.form.get("next", ""))
    try:
        return enter_with(parts().passkeys.sign_in(request.form.get("answer", ""), address=address()), target)
    except (NotAuthenticated, NotFound):
        return leave(redirect(url_for("sign_in.ask", next=target), 303), Notice.PASSKEY_REFUSED)


@pages.get("/sign-in/second/passkey")
def second_options() -> Response:
    """Say what to ask a browser whose password was right."""
    return Response(parts().passkeys.options_for_second_step(half_secret()), mimetype="application/json")


@pages.post("/sign-in/second/passkey")
def second_check() -> Response:
    """Open the session after the password."""
    target = safe_next(request.form.get("next", ""))
    try:
        secret = parts().passkeys.second_step(half_secret(), request.form.get("answer", ""), address=address())
    except NotAuthenticated:
        return leave(redirect(url_for("second_step.ask", next=target), 303), Notice.PASSKEY_REFUSED)
    except NotFound:
        return leave(redirect(url_for("sign_in.ask", next=target), 303), Notice.TOO_LATE)
    return enter_with(secret, target)
