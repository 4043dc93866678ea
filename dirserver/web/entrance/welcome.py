# SPDX-License-Identifier: GPL-3.0-or-later
"""The first visit: a one-time link lets the first admin, or somebody invited, choose a password. Using it up is Identity's business."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.errors import NotFound
from dirserver.identity.account import Account
from dirserver.identity.strength import SHORTEST_ALONE, WeakPassword
from dirserver.web.entrance.choosing import ChoosingForm, explain
from dirserver.web.entrance.sign_in import enter, may_send_password, typed
from dirserver.web.shell.current import identity
from dirserver.web.shell.links import PEOPLE
from dirserver.web.shell.notices import Notice, leave

pages = Blueprint("welcome", __name__)


@pages.get("/welcome/<token>")
def ask(token: str) -> Response:
    """Show the form, or that the link is used up."""
    account = identity().account_of_link(token)
    return _page(token, ChoosingForm(), account, 200)


@pages.post("/welcome/<token>")
def accept(token: str) -> Response:
    """Set the password and sign in."""
    form = ChoosingForm(request.form)
    account = identity().account_of_link(token)
    if account is None or not may_send_password() or not form.validate():
        return _page(token, form, account, 422)
    try:
        principal = identity().redeem_password_link(token, typed(form.password))
    except NotFound:
        return _page(token, form, None, 410)
    except WeakPassword as error:
        explain(form, error)
        return _page(token, form, account, 422)
    # A link replaces the password, never the second factor.
    return leave(enter(principal, url_for("people.show", slug=PEOPLE)), Notice.WELCOME)


def _page(token: str, form: ChoosingForm, account: Account | None, status: int) -> Response:
    shortest = identity().shortest_password(account.login) if account is not None else SHORTEST_ALONE
    page = render_template(
        "entrance/welcome.html", token=token, form=form, account=account, shortest=shortest, is_plain=not may_send_password()
    )
    return Response(page, status=status if account is not None else 410, mimetype="text/html")
