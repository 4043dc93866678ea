# SPDX-License-Identifier: GPL-3.0-or-later
"""The second step of a sign-in. Until it is done the browser has no session, only a short-lived secret that opens this page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length

from dirserver.errors import NotAuthenticated, NotFound, Throttled
from dirserver.identity.second_step import Half
from dirserver.web.entrance.sign_in import address, enter_with, half_secret, typed, wait_message
from dirserver.web.shell.current import parts
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import safe_next
from dirserver.web.shell.notices import Notice, leave

_WRONG = mark("This code doesn't fit, or was used already. Each works once: wait for the next one.")

pages = Blueprint("second_step", __name__)


class SecondForm(Form):
    """A code of the app, or a recovery code."""

    code = StringField(mark("Code"), [InputRequired(mark("Type the code.")), Length(max=100)])


@pages.get("/sign-in/second")
def ask() -> Response:
    """Ask for the code; who has not done the first step, or too long ago, goes back to it."""
    half = parts().second_step.waiting(half_secret())
    if half is None:
        return redirect(url_for("sign_in.ask", next=request.args.get("next")), 303)
    return _page(half, SecondForm(), request.args.get("next", ""), "", 200)


@pages.post("/sign-in/second")
def check() -> Response:
    """Open the session, or say that the code doesn't fit."""
    form, target = SecondForm(request.form), request.form.get("next", "")
    half = parts().second_step.waiting(half_secret())
    if half is None:
        return _too_late(target)
    if not form.validate():
        return _page(half, form, target, "", 422)
    try:
        secret = parts().second_step.by_code(half_secret(), typed(form.code), address=address())
    except Throttled as error:
        answer = _page(half, form, target, wait_message(error.retry_after_s), 429)
        answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer
    except NotFound:
        return _too_late(target)
    except NotAuthenticated:
        half = parts().second_step.waiting(half_secret())
        return _page(half, form, target, gettext(_WRONG), 401) if half is not None else _too_late(target)
    return enter_with(secret, safe_next(target))


def _too_late(target: str) -> Response:
    return leave(redirect(url_for("sign_in.ask", next=safe_next(target)), 303), Notice.TOO_LATE)


def _page(half: Half, form: SecondForm, target: str, problem: str, status: int) -> Response:
    page = render_template("entrance/second_step.html", half=half, form=form, target=target, problem=problem)
    return Response(page, status=status, mimetype="text/html")
