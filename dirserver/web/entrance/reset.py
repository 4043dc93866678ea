# SPDX-License-Identifier: GPL-3.0-or-later
"""A forgotten password: say so, get a link by mail, choose another one. It ends with the usual sign-in, second step and all.

The answer is the same, after the same work, whether there is such an account or not (``identity.forgotten``).
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length

from dirserver.errors import BadInput, NotFound, Throttled
from dirserver.identity.account import Account
from dirserver.identity.links import RESET
from dirserver.identity.strength import SHORTEST_ALONE, WeakPassword
from dirserver.web.entrance.choosing import ChoosingForm, explain
from dirserver.web.entrance.sign_in import address, close_old_session, may_send_password, typed, wait_message
from dirserver.web.shell.current import config, identity
from dirserver.web.shell.languages import current_language, mark
from dirserver.web.shell.notices import Notice, leave

pages = Blueprint("reset", __name__)


class ForgottenForm(Form):
    """Login or mail address."""

    login = StringField(mark("Name or mail address"), [InputRequired(mark("Type your name or your mail address.")), Length(max=320)])


@pages.get("/forgotten")
def ask() -> Response:
    """Ask whose password is forgotten; where no mail is sent, say who can help."""
    return _ask(ForgottenForm(), 200)


@pages.post("/forgotten")
def send() -> Response:
    """Note it, and say what comes next: the same to everybody."""
    form = ForgottenForm(request.form)
    if not config().mail.is_set:
        return _ask(form, 403)
    if not form.validate():
        return _ask(form, 422)
    try:
        identity().forgotten.say(typed(form.login), address=address(), language=current_language().code)
    except Throttled as error:
        form.login.errors = [wait_message(error.retry_after_s)]
        answer = _ask(form, 429)
        answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer
    except BadInput:
        form.login.errors = [mark("Type your name or your mail address.")]
        return _ask(form, 422)
    return redirect(url_for("reset.sent"), 303)


@pages.get("/forgotten/sent")
def sent() -> str:
    """Say what comes next."""
    return render_template("entrance/forgotten_sent.html", minutes=config().security.reset_minutes)


@pages.get("/reset/<token>")
def choose(token: str) -> Response:
    """Show the form, or that the link is used up."""
    return _choose(token, ChoosingForm(), identity().links.account_of(token, RESET), 200)


@pages.post("/reset/<token>")
def accept(token: str) -> Response:
    """Set the password; then comes the usual sign-in."""
    form = ChoosingForm(request.form)
    account = identity().links.account_of(token, RESET)
    if account is None or not may_send_password() or not form.validate():
        return _choose(token, form, account, 422)
    try:
        identity().links.redeem(token, typed(form.password), RESET)
    except NotFound:
        return _choose(token, form, None, 410)
    except WeakPassword as error:
        explain(form, error)
        return _choose(token, form, account, 422)
    close_old_session()
    return leave(redirect(url_for("sign_in.ask"), 303), Notice.PASSWORD_RESET)


def _ask(form: ForgottenForm, status: int) -> Response:
    page = render_template("entrance/forgotten.html", form=form, has_mail=config().mail.is_set)
    return Response(page, status=status, mimetype="text/html")


def _choose(token: str, form: ChoosingForm, account: Account | None, status: int) -> Response:
    shortest = identity().shortest_password(account.login) if account is not None else SHORTEST_ALONE
    page = render_template(
        "entrance/reset.html", token=token, form=form, account=account, shortest=shortest, is_plain=not may_send_password()
    )
    return Response(page, status=status if account is not None else 410, mimetype="text/html")
