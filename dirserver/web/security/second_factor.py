# SPDX-License-Identifier: GPL-3.0-or-later
"""Codes of an authenticator app as a second factor: set it up, confirm it with a first code, remove it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length

from dirserver.errors import BadInput, Conflict, NotFound
from dirserver.identity.second_factor import LongerPasswordNeeded
from dirserver.web.entrance.sign_in import typed
from dirserver.web.people.contact_card import svg_answer
from dirserver.web.security.block import Block
from dirserver.web.security.proving import require_fresh
from dirserver.web.security.recovery_codes import shown_page
from dirserver.web.shell.current import config, parts, reading
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.session import session_secret, signed_in

_WRONG = mark("This code doesn't fit. Codes change every 30 seconds: type the one that is shown now, and check the phone's clock.")
_NEEDED = mark("Your account must have a second factor. Add another one first.")

pages = Blueprint("second_factor", __name__)


class CodeForm(Form):
    """The code that the app shows."""

    code = StringField(mark("Code from the app"), [InputRequired(mark("Type the six digits.")), Length(max=60)])


@pages.get("/me/security/app")
def show() -> Response:
    """Show what to tell the app, or that it is set up, or how to begin."""
    return _page(CodeForm(), "", 200)


@pages.post("/me/security/app/begin")
def begin() -> Response:
    """Make a seed for an app."""
    require_fresh(url_for("second_factor.show"))
    parts().second_factor.begin(signed_in().account.login)
    return redirect(url_for("second_factor.show"), 303)


@pages.get("/me/security/app/qr.svg")
def scan() -> Response:
    """Draw what the app has to be told."""
    require_fresh(url_for("second_factor.show"))
    pending = parts().second_factor.pending(signed_in().account.login, issuer=config().domain)
    if pending is None:
        raise NotFound("nothing is being set up")
    return svg_answer(pending.link)


@pages.post("/me/security/app/confirm")
def confirm() -> Response:
    """Take the app into use; the first time that shows the recovery codes."""
    require_fresh(url_for("second_factor.show"))
    form = CodeForm(request.form)
    if not form.validate():
        return _page(form, "", 422)
    try:
        codes = parts().second_factor.confirm(signed_in().account.login, typed(form.code), session=session_secret())
    except BadInput:
        form.code.errors = [gettext(_WRONG)]
        return _page(form, "", 422)
    if codes:
        return shown_page(codes, is_first=True)
    return leave(redirect(url_for("security.show"), 303), Notice.FACTOR_ADDED)


@pages.post("/me/security/app/remove")
def remove() -> Response:
    """Forget the app."""
    require_fresh(url_for("second_factor.show"))
    try:
        parts().second_factor.remove_codes(signed_in().account.login, session=session_secret())
    except LongerPasswordNeeded:
        return redirect(url_for("password.show", alone="y"), 303)
    except Conflict:
        return _page(CodeForm(), gettext(_NEEDED), 409)
    return leave(redirect(url_for("security.show"), 303), Notice.FACTOR_REMOVED)


def _told() -> Mapping[str, object]:
    return {"state": parts().second_factor.state(signed_in().account.login)}


BLOCK = Block("security/second_factor_block.html", _told)


def _page(form: CodeForm, problem: str, status: int) -> Response:
    login, session = signed_in().account.login, signed_in()
    # What the app is told is a secret: an old session doesn't show it.
    pending = parts().second_factor.pending(login, issuer=config().domain) if session.is_fresh else None
    with reading():
        page = render_template(
            "security/second_factor.html",
            form=form,
            problem=problem,
            pending=pending,
            state=parts().second_factor.state(login),
            must_enrol=session.must_enrol,
            login=login,
        )
    return Response(page, status=status, mimetype="text/html")
