# SPDX-License-Identifier: GPL-3.0-or-later
"""Passkeys: register one with this device or a security key, see when each was used, remove it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length

from dirserver.errors import BadInput, Conflict, NotAuthenticated
from dirserver.identity.second_factor import LongerPasswordNeeded
from dirserver.web.entrance.sign_in import address, typed
from dirserver.web.security.block import Block
from dirserver.web.security.proving import require_fresh
from dirserver.web.security.recovery_codes import shown_page
from dirserver.web.shell.current import identity, parts, reading
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import safe_next
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.session import session_secret, signed_in

_FAILED = mark("This device's answer could not be taken. Try again.")
_KNOWN = mark("This passkey is known already.")
_NEEDED = mark("Your account must have a second factor. Add another one first.")

pages = Blueprint("passkeys", __name__)


class PasskeyForm(Form):
    """What to call a new passkey; the device's answer comes beside it."""

    label = StringField(mark("What do you call it?"), [InputRequired(mark("Give it a name.")), Length(max=60)])


@pages.get("/me/security/passkeys")
def show() -> Response:
    """List the passkeys, and offer to make one."""
    return _page(PasskeyForm(), "", 200)


@pages.get("/me/security/passkeys/options")
def options() -> Response:
    """Say what to ask the browser for a new passkey."""
    require_fresh(url_for("passkeys.show"))
    asked = parts().passkeys.options_to_register(signed_in().account.login, session=session_secret())
    return Response(asked, mimetype="application/json")


@pages.post("/me/security/passkeys")
def add() -> Response:
    """Keep a new passkey; the first factor of an account shows the recovery codes."""
    require_fresh(url_for("passkeys.show"))
    form, login = PasskeyForm(request.form), signed_in().account.login
    if not form.validate():
        return _page(form, "", 422)
    try:
        codes = parts().passkeys.register(login, request.form.get("answer", ""), label=typed(form.label), session=session_secret())
    except BadInput:
        return _page(form, gettext(_FAILED), 422)
    except Conflict:
        return _page(form, gettext(_KNOWN), 409)
    if codes:
        return shown_page(codes, is_first=True)
    return leave(redirect(url_for("passkeys.show"), 303), Notice.FACTOR_ADDED)


@pages.post("/me/security/passkeys/remove")
def remove() -> Response:
    """Forget a passkey."""
    require_fresh(url_for("passkeys.show"))
    number = request.form.get("id", type=int)
    if number is None:
        raise BadRequest
    try:
        parts().passkeys.remove(signed_in().account.login, number, session=session_secret())
    except LongerPasswordNeeded:
        return redirect(url_for("password.show", alone="y"), 303)
    except Conflict:
        return _page(PasskeyForm(), gettext(_NEEDED), 409)
    return leave(redirect(url_for("passkeys.show"), 303), Notice.FACTOR_REMOVED)


@pages.get("/me/security/prove/passkey")
def proof_options() -> Response:
    """Say what to ask the browser of somebody who shows again who they are."""
    asked = parts().passkeys.options_to_prove(signed_in().account.login, session=session_secret())
    return Response(asked, mimetype="application/json")


@pages.post("/me/security/prove/passkey")
def prove() -> Response:
    """Take a passkey as a proof, and lead back."""
    target = safe_next(request.form.get("next", ""))
    try:
        answer = request.form.get("answer", "")
        parts().passkeys.prove(signed_in().account.login, answer, session=session_secret(), address=address())
    except NotAuthenticated:
        return leave(redirect(url_for("proving.ask", next=target), 303), Notice.PASSKEY_REFUSED)
    identity().sessions.prove(session_secret())
    return redirect(target, 303)


def _told() -> Mapping[str, object]:
    return {"passkeys": parts().passkeys.listed(signed_in().account.login)}


BLOCK = Block("security/passkeys_block.html", _told)


def _page(form: PasskeyForm, problem: str, status: int) -> Response:
    session = signed_in()
    with reading():
        page = render_template(
            "security/passkeys.html",
            form=form,
            problem=problem,
            passkeys=parts().passkeys.listed(session.account.login),
            site=parts().passkeys.site,
            must_enrol=session.must_enrol,
        )
    return Response(page, status=status, mimetype="text/html")
