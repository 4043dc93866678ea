# SPDX-License-Identifier: GPL-3.0-or-later
"""The first visit: a one-time link lets the first admin choose a password. Using it up is Identity's business."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from dirserver.errors import BadInput, NotFound
from dirserver.identity.account import Account
from dirserver.identity.passwords import MAX_LENGTH
from dirserver.identity.strength import SHORTEST_ALONE
from dirserver.web.entrance.sign_in import enter, may_send_password, typed
from dirserver.web.shell.current import identity
from dirserver.web.shell.languages import mark
from dirserver.web.shell.links import PEOPLE
from dirserver.web.shell.notices import Notice, leave

pages = Blueprint("welcome", __name__)


class WelcomeForm(Form):
    """A password, twice."""

    password = PasswordField(
        mark("New password"),
        [
            InputRequired(mark("Choose a password.")),
            Length(max=MAX_LENGTH, message=mark("This is too long.")),
        ],
    )
    again = PasswordField(
        mark("The same again"), [InputRequired(mark("Type it again.")), EqualTo("password", mark("The two are not the same."))]
    )


@pages.get("/welcome/<token>")
def ask(token: str) -> Response:
    """Show the form, or that the link is used up."""
    account = identity().account_of_link(token)
    return _page(token, WelcomeForm(), account, 200)


@pages.post("/welcome/<token>")
def accept(token: str) -> Response:
    """Set the password and sign in."""
    form = WelcomeForm(request.form)
    account = identity().account_of_link(token)
    if account is None or not may_send_password() or not form.validate():
        return _page(token, form, account, 422)
    try:
        principal = identity().redeem_password_link(token, typed(form.password))
    except NotFound:
        return _page(token, form, None, 410)
    except BadInput as error:
        form.password.errors = [error.public_message]
        return _page(token, form, account, 422)
    # A link replaces the password, never the second factor.
    return leave(enter(principal, url_for("people.show", slug=PEOPLE)), Notice.WELCOME)


def _page(token: str, form: WelcomeForm, account: Account | None, status: int) -> Response:
    page = render_template(
        "entrance/welcome.html", token=token, form=form, account=account, shortest=SHORTEST_ALONE, is_plain=not may_send_password()
    )
    return Response(page, status=status if account is not None else 410, mimetype="text/html")
