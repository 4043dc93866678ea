# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in and out. The answer to a wrong password is the same whether the account exists or not."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from dirserver.errors import NotAuthenticated, SecondStepNeeded, Throttled
from dirserver.model.principal import Door, Principal
from dirserver.web.shell.current import identity, parts
from dirserver.web.shell.languages import gettext, keep_choice, mark, ngettext
from dirserver.web.shell.links import safe_next
from dirserver.web.shell.notices import Notice
from dirserver.web.shell.notices import leave as leave_notice
from dirserver.web.shell.session import cookie_name, current_session, forget, remember

_MINUTE_S = 60
_HALF = "half"
_WRONG = mark("Name and password don't fit. Check both, and that Caps Lock is off.")
_PLAIN = mark(
    "This connection isn't encrypted, so a password would be readable on the way. Open the page with https, "
    "or ask those who run it to put TLS in front."
)

pages = Blueprint("sign_in", __name__)


class SignInForm(Form):
    """Login or mail address, and the main password."""

    login = StringField(mark("Name or mail address"), [InputRequired(mark("Type your name or your mail address.")), Length(max=320)])
    password = PasswordField(mark("Password"), [InputRequired(mark("Type your password.")), Length(max=1024)])


@pages.get("/sign-in")
def ask() -> Response | str:
    """Show the form; who is signed in already goes on."""
    target = safe_next(request.args.get("next", ""))
    if current_session() is not None:
        return redirect(target, 303)
    problem = "" if may_send_password() else plain_warning()
    return _page(SignInForm(), target, problem)


@pages.post("/sign-in")
def check() -> Response:
    """Open a session, or say that it doesn't fit."""
    form = SignInForm(request.form)
    target = safe_next(request.form.get("next", ""))
    if not may_send_password():
        return _again(form, target, plain_warning(), 403)
    if not form.validate():
        return _again(form, target, "", 422)
    try:
        principal = identity().authenticate(typed(form.login).strip(), typed(form.password), door=Door.WEB, address=address())
    except Throttled as error:
        answer = _again(form, target, wait_message(error.retry_after_s), 429)
        answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer
    except NotAuthenticated:
        return _again(form, target, gettext(_WRONG), 401)
    return enter(principal, target)


@pages.post("/sign-out")
def leave() -> Response:
    """Close the session; the browser also drops the photos that it kept."""
    close_old_session()
    answer = redirect(url_for("sign_in.ask"), 303)
    forget(answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return leave_notice(answer, Notice.SIGNED_OUT)


def enter(principal: Principal, target: str) -> Response:
    """Sign somebody in whose password or link was right, or lead them to the second step."""
    try:
        return enter_with(identity().open_session(principal, address=address()), target)
    except SecondStepNeeded:
        answer = redirect(url_for("second_step.ask", next=target), 303)
        secret = parts().second_step.begin(principal)
        answer.set_cookie(cookie_name(_HALF), secret, path="/", secure=request.is_secure, httponly=True, samesite="Lax")
        return answer


def enter_with(secret: str, target: str) -> Response:
    """Give the browser its session, in place of what it had before, and go on."""
    close_old_session()
    keep_choice(identity().session(secret))
    answer = redirect(target, 303)
    remember(answer, secret)
    for purpose in ("form", _HALF):
        answer.delete_cookie(cookie_name(purpose), path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def half_secret() -> str:
    """Return the secret of a sign-in in this browser that is half done; empty if there is none."""
    return request.cookies.get(cookie_name(_HALF), "")


def address() -> str:
    """Return the address that the browser comes from, as far as trusted proxies tell it."""
    return request.remote_addr or ""


def typed(field: StringField) -> str:
    """Return the text of a field that was validated."""
    return field.data or ""


def wait_message(seconds: int) -> str:
    """Return how long to wait, in words."""
    minutes = -(-seconds // _MINUTE_S)
    return ngettext(
        "There were too many attempts. Try again in %(count)s minute.",
        "There were too many attempts. Try again in %(count)s minutes.",
        minutes,
    ) % {"count": minutes}


def plain_warning() -> str:
    """Return what to say where a password can't be typed safely."""
    return gettext(_PLAIN)


def close_old_session() -> None:
    """End the session that this browser had before, so that none is left behind."""
    secret = request.cookies.get(cookie_name(), "")
    if secret:
        identity().close_session(secret)


def may_send_password() -> bool:
    """Tell whether a password may travel on this connection: over TLS, or without leaving this machine."""
    if request.is_secure:
        return True
    try:
        return ipaddress.ip_address(address()).is_loopback
    except ValueError:
        return False


def _again(form: SignInForm, target: str, problem: str, status: int) -> Response:
    page = _page(form, target, problem)
    return Response(page, status=status, mimetype="text/html")


def _page(form: SignInForm, target: str, problem: str) -> str:
    has_passkeys = parts().passkeys.site is not None
    return render_template("entrance/sign_in.html", form=form, target=target, problem=problem, has_passkeys=has_passkeys)
