# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing one's password: the present one is asked for, all other browsers are signed out, and a letter tells of it.

Before the last second factor goes, and after an administrator has taken it away, the password has to be long enough without one.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from dirserver.errors import Throttled
from dirserver.identity.strength import SHORTEST_ALONE, WeakPassword
from dirserver.web.entrance.choosing import ChoosingForm, explain
from dirserver.web.entrance.sign_in import may_send_password, typed, wait_message
from dirserver.web.security.block import Block
from dirserver.web.security.proving import check_password
from dirserver.web.shell.current import identity, reading
from dirserver.web.shell.languages import mark
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.session import remember, session_secret, signed_in

pages = Blueprint("password", __name__)


class ChangingForm(ChoosingForm):
    """The present password, and another one twice."""

    present = PasswordField(mark("Present password"), [InputRequired(mark("Type your password.")), Length(max=1024)])
    alone = HiddenField()


@pages.get("/me/security/password")
def show() -> Response:
    """Show the form; ``alone`` asks for a password that is long enough without a second factor."""
    return _page(ChangingForm(alone="y" if request.args.get("alone") else ""), 200)


@pages.post("/me/security/password")
def change() -> Response:
    """Set the other password. This browser stays signed in, under another secret."""
    form, login = ChangingForm(request.form), signed_in().account.login
    if not may_send_password() or not form.validate():
        return _page(form, 422)
    try:
        problem = check_password(typed(form.present))
    except Throttled as error:
        form.present.errors = [wait_message(error.retry_after_s)]
        answer = _page(form, 429)
        answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer
    if problem:
        form.present.errors = [problem]
        return _page(form, 401)
    try:
        identity().set_password(login, typed(form.password), but_session=session_secret(), stands_alone=bool(form.alone.data))
    except WeakPassword as error:
        explain(form, error)
        return _page(form, 422)
    answer = redirect(url_for("security.show"), 303)
    remember(answer, identity().sessions.renew(session_secret()))
    return leave(answer, Notice.PASSWORD_CHANGED)


def _page(form: ChangingForm, status: int) -> Response:
    session = signed_in()
    login = session.account.login
    with reading():
        page = render_template(
            "security/password.html",
            form=form,
            login=login,
            shortest=SHORTEST_ALONE if form.alone.data else identity().shortest_password(login),
            is_plain=not may_send_password(),
            must_lengthen=session.must_lengthen,
        )
    return Response(page, status=status, mimetype="text/html")


def _told() -> Mapping[str, object]:
    return {"has_password": signed_in().account.has_password}


BLOCK = Block("security/password_block.html", _told)
