# SPDX-License-Identifier: GPL-3.0-or-later
"""Other programs: which hold a token of the API, where phones are told of changes, which sites embed the search, whether mail goes out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from dirserver.identity.tokens import TokenScope
from dirserver.web.admin import frame
from dirserver.web.security.proving import require_fresh
from dirserver.web.shell.current import config
from dirserver.web.shell.languages import mark
from dirserver.web.shell.notices import Notice, leave

_MAX_LENGTH = 100
_MOST_DAYS = 3660

SCOPES = {
    TokenScope.READ: mark("find and read"),
    TokenScope.WRITE: mark("add and change"),
    TokenScope.BULK: mark("import and export whole books"),
}

pages = Blueprint("admin_integrations", __name__)


class TokenForm(Form):
    """What a new token is for."""

    login = StringField(mark("Login of the account that it acts for"), [InputRequired(mark("Give a login.")), Length(max=_MAX_LENGTH)])
    label = StringField(
        mark("Which program it is for"), [InputRequired(mark("Give it a name, so that you know it again.")), Length(max=_MAX_LENGTH)]
    )
    scopes = SelectMultipleField(
        mark("What it may do"),
        [InputRequired(mark("Tick at least one."))],
        choices=[(scope.value, words) for scope, words in SCOPES.items()],
        default=[TokenScope.READ.value],
    )
    days = IntegerField(mark("Days that it holds"), [Optional(), NumberRange(1, _MOST_DAYS, mark("From 1 to 3660 days."))])


@pages.get("/admin/integrations")
def show() -> str:
    """Show what is connected."""
    return _page(TokenForm())


@pages.post("/admin/integrations")
def add() -> Response:
    """Make a token and show it this once: for that a fresh sign-in, because it opens the API."""
    frame.office()
    require_fresh(url_for("admin_integrations.show"))
    form = TokenForm(request.form)
    if not form.validate():
        return Response(_page(form), status=422, mimetype="text/html")
    try:
        secret = frame.office().add_token(
            (form.login.data or "").strip(),
            label=(form.label.data or "").strip(),
            scopes=[TokenScope(each) for each in form.scopes.data or ()],
            days=form.days.data,
        )
    except frame.REFUSALS as error:
        return frame.refused(error, lambda problem: _page(form, problem))
    return Response(_page(TokenForm(), secret=secret), mimetype="text/html")


@pages.post("/admin/integrations/revoke")
def revoke() -> Response:
    """Revoke a token."""
    number = request.form.get("id", 0, type=int)
    try:
        frame.office().revoke_token(request.form.get("login", ""), number)
    except frame.REFUSALS as error:
        return frame.refused(error, lambda problem: _page(TokenForm(), problem))
    return leave(redirect(url_for("admin_integrations.show"), 303), Notice.DONE)


def _page(form: TokenForm, problem: str = "", secret: str = "") -> str:
    settings = config()
    with frame.reading():
        return render_template(
            "admin/integrations.html",
            connected=frame.office().connected(),
            form=form,
            problem=problem,
            secret=secret,
            scope_words=SCOPES,
            settings=settings,
            api=f"{settings.http.public_url}/api/v1",
        )
