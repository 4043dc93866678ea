# SPDX-License-Identifier: GPL-3.0-or-later
"""All accounts: found by a text and a state, and a form for a new one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, StringField
from wtforms.validators import InputRequired, Length

from dirserver.care.administering import IDLE_DAYS
from dirserver.model.account import AccountState
from dirserver.model.audit import Action
from dirserver.web.admin import frame
from dirserver.web.security.proving import require_fresh
from dirserver.web.shell.languages import mark
from dirserver.web.shell.notices import Notice, leave

_PAGE_SIZE = 50
_MAX_PAGE = 4000
_MAX_LENGTH = 200

STATES = {
    AccountState.ANY: mark("All"),
    AccountState.OPEN: mark("Open"),
    AccountState.CLOSED: mark("Closed"),
    AccountState.ADMINISTRATORS: mark("Administrators"),
    AccountState.IDLE: mark("Idle"),
    AccountState.WITHOUT_PASSWORD: mark("Without a password"),
    AccountState.INVITED: mark("Invited, and not yet here"),
    AccountState.LEAVING: mark("Leaving on a day"),
}

pages = Blueprint("admin_accounts", __name__)


class AccountForm(Form):
    """Who an account is."""

    login = StringField(mark("Login"), [InputRequired(mark("Give a login.")), Length(max=100)])
    name = StringField(mark("Full name"), [InputRequired(mark("Give a name.")), Length(max=_MAX_LENGTH)])
    mail = StringField(mark("Mail address"), [InputRequired(mark("Give a mail address.")), Length(max=_MAX_LENGTH)])
    is_admin = BooleanField(mark("May do everything"))


@pages.get("/admin/accounts")
def show() -> str:
    """List accounts."""
    return _page(AccountForm(), "")


@pages.post("/admin/accounts")
def add() -> Response:
    """Make an account and go to it."""
    require_fresh(url_for("admin_accounts.show"))
    form = AccountForm(request.form)
    office = frame.office()
    if not form.validate():
        return Response(_page(form, ""), status=422, mimetype="text/html")
    login, name, mail = ((field.data or "").strip() for field in (form.login, form.name, form.mail))
    try:
        made = office.add(login, name=name, mail=mail, is_admin=bool(form.is_admin.data))
    except frame.REFUSALS as error:
        return frame.refused(error, lambda problem: _page(form, problem))
    return leave(redirect(url_for("admin_account.show", login=made.login), 303), Notice.DONE)


def _page(form: AccountForm, problem: str) -> str:
    text = request.args.get("q", "")[:_MAX_LENGTH].strip()
    given = request.args.get("state", "")
    state = AccountState(given) if given in set(AccountState) else AccountState.ANY
    number = min(max(request.args.get("page", 1, type=int), 1), _MAX_PAGE)
    offset = (number - 1) * _PAGE_SIZE
    found = frame.office().accounts(text, state, limit=_PAGE_SIZE, offset=offset)
    with frame.reading():
        return render_template(
            "admin/accounts.html",
            found=found,
            form=form,
            problem=problem,
            query=text,
            state=state,
            states=STATES,
            number=number,
            has_more=offset + len(found.lines) < found.total,
            idle_days=IDLE_DAYS,
            throttled=Action.SIGN_IN_THROTTLED,
        )
