# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh sign-in: what opens other doors is done only by somebody who has shown lately who they are.

So a browser that was left open, or a stolen session, can't make a device password or take the second factor away. A page asks
for the password or a factor and leads back.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, after_this_request, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form, PasswordField, StringField
from wtforms.validators import Length, Optional

from dirserver.errors import DirserverError, NotAuthenticated, Throttled
from dirserver.model.principal import Door
from dirserver.web.entrance.sign_in import address, may_send_password, plain_warning, typed, wait_message
from dirserver.web.shell.current import identity, parts, reading
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import safe_next
from dirserver.web.shell.session import session_secret, signed_in

_WRONG_PASSWORD = mark("That is not your password.")
_WRONG_CODE = mark("This code doesn't fit, or was used already. Wait for the next one.")

pages = Blueprint("proving", __name__)


class ProofNeeded(DirserverError):
    """What was asked for needs a fresh sign-in; ``back`` is the page to go on with afterwards."""

    def __init__(self, back: str) -> None:
        super().__init__("show again who you are")
        self.back = back


class ProofForm(Form):
    """The password, or a code of the app."""

    password = PasswordField(mark("Your password"), [Optional(), Length(max=1024)])
    code = StringField(mark("Code from the app"), [Optional(), Length(max=60)])


class ProvenForm(Form):
    """A form whose deed needs a fresh sign-in: where the session's is too old, the password is asked for in the form itself."""

    password = PasswordField(mark("Your password"), [Length(max=1024)])


def install(app: Flask) -> None:
    """Send whoever needs a fresh sign-in to the page that asks for it."""
    app.register_error_handler(ProofNeeded, lambda error: redirect(url_for("proving.ask", next=error.back), 303))


def require_fresh(back: str) -> None:
    """Raise ProofNeeded unless somebody showed in this session lately who they are."""
    if not signed_in().is_fresh:
        raise ProofNeeded(back)


def check_password(password: str) -> str:
    """Take the password of who is signed in as a proof; return what is wrong, nothing where it is right. Throttled after too many."""
    try:
        identity().authenticate(signed_in().account.login, password, door=Door.WEB, address=address())
    except Throttled:
        raise
    except NotAuthenticated:
        return gettext(_WRONG_PASSWORD)
    _note()
    return ""


def status_of_proof(form: ProvenForm) -> int:
    """Return 200 where the session is fresh, or is now by the password in the form; else the status of what is wrong, told in the form."""
    if signed_in().is_fresh:
        return 200
    if not form.password.data:
        form.password.errors = [gettext(mark("Type your password."))]
        return 422
    try:
        problem = check_password(typed(form.password))
    except Throttled as error:
        form.password.errors = [wait_message(error.retry_after_s)]
        _tell_when(error.retry_after_s)
        return 429
    form.password.errors = [problem] if problem else []
    return 401 if problem else 200


def _tell_when(seconds: int) -> None:
    """Let the answer to this request, whoever makes it, say when to try again (RFC 6585 section 4)."""

    @after_this_request
    def tell(answer: Response) -> Response:
        answer.headers["Retry-After"] = str(seconds)
        return answer


@pages.get("/me/security/prove")
def ask() -> Response:
    """Ask for the password or a code."""
    return _page(ProofForm(), request.args.get("next", ""), "" if may_send_password() else plain_warning(), 200)


@pages.post("/me/security/prove")
def check() -> Response:
    """Note that it was shown, and lead back."""
    form, target = ProofForm(request.form), request.form.get("next", "")
    if not may_send_password():
        return _page(form, target, plain_warning(), 403)
    if not form.validate() or not (form.password.data or form.code.data):
        return _page(form, target, gettext(mark("Type your password or a code.")), 422)
    try:
        problem = check_password(typed(form.password)) if form.password.data else _check_code(typed(form.code))
    except Throttled as error:
        answer = _page(form, target, wait_message(error.retry_after_s), 429)
        answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer
    return _page(form, target, problem, 401) if problem else redirect(safe_next(target), 303)


def _check_code(code: str) -> str:
    try:
        parts().second_step.prove(signed_in().account.login, code, address=address())
    except Throttled:
        raise
    except NotAuthenticated:
        return gettext(_WRONG_CODE)
    _note()
    return ""


def _note() -> None:
    identity().sessions.prove(session_secret())
    # What comes next in this request sees the session as it is now.
    g.pop("session", None)


def _page(form: ProofForm, target: str, problem: str, status: int) -> Response:
    back = urlsplit(safe_next(target)).path
    with reading():
        state = parts().second_factor.state(signed_in().account.login)
        page = render_template("security/prove.html", form=form, target=target, back=back, problem=problem, state=state)
    return Response(page, status=status, mimetype="text/html")
