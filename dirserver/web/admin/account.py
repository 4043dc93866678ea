# SPDX-License-Identifier: GPL-3.0-or-later
"""One account: who it is, what opens doors for it, and letting its owner go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.directory.offboarding import Offboarded
from dirserver.errors import BadInput
from dirserver.web.admin import frame
from dirserver.web.devices.passwords import SCOPE_LABELS
from dirserver.web.security.proving import require_fresh
from dirserver.web.shell.current import config, parts
from dirserver.web.shell.notices import Notice, leave

_MAX_LENGTH = 200

pages = Blueprint("admin_account", __name__)


@pages.get("/admin/accounts/<login>")
def show(login: str) -> str:
    """Show an account."""
    return _page(login)


@pages.post("/admin/accounts/<login>")
def save(login: str) -> Response:
    """Change who it is, and whether it administrates: for that a fresh sign-in."""
    require_fresh(url_for("admin_account.show", login=login))
    name, mail = (request.form.get(field, "")[:_MAX_LENGTH] for field in ("name", "mail"))
    is_admin = request.form.get("is_admin") == "y"
    return _do(login, lambda: frame.office().change(login, name=name, mail=mail, is_admin=is_admin))


@pages.post("/admin/accounts/<login>/close")
def close(login: str) -> Response:
    """Close it."""
    return _do(login, lambda: frame.office().close(login))


@pages.post("/admin/accounts/<login>/reopen")
def reopen(login: str) -> Response:
    """Open it again: for that a fresh sign-in."""
    require_fresh(url_for("admin_account.show", login=login))
    return _do(login, lambda: frame.office().reopen(login))


@pages.post("/admin/accounts/<login>/link")
def link(login: str) -> Response:
    """Make a link by which its owner sets a password, and show it this once. Whoever holds it is the owner, so it takes a fresh sign-in."""
    require_fresh(url_for("admin_account.show", login=login))
    try:
        secret = frame.office().make_link(login)
    except frame.REFUSALS as error:
        return frame.refused(error, lambda problem: _page(login, problem))
    return Response(_page(login, link=f"{config().http.public_url}/welcome/{secret}"), mimetype="text/html")


@pages.post("/admin/accounts/<login>/invite")
def invite(login: str) -> Response:
    """Invite its owner to choose a password: by mail, or by a link that is shown this once. For that a fresh sign-in."""
    require_fresh(url_for("admin_account.show", login=login))
    by_mail = request.form.get("by_mail") == "y"
    try:
        invited = frame.office().invite(login, by_mail=by_mail)
    except frame.REFUSALS as error:
        return frame.refused(error, lambda problem: _page(login, problem))
    if invited.is_mailed:
        return leave(redirect(url_for("admin_account.show", login=login), 303), Notice.DONE)
    return Response(_page(login, link=f"{config().http.public_url}/welcome/{invited.secret}"), mimetype="text/html")


@pages.post("/admin/accounts/<login>/uninvite")
def uninvite(login: str) -> Response:
    """Take the invitation back."""
    return _do(login, lambda: frame.office().uninvite(login))


@pages.post("/admin/accounts/<login>/sign-out")
def sign_out(login: str) -> Response:
    """End all its sessions on the pages."""
    return _do(login, lambda: frame.office().sign_out(login))


@pages.post("/admin/accounts/<login>/second-factor/reset")
def reset_factor(login: str) -> Response:
    """Take the second factor away, for somebody who lost it: for that a fresh sign-in, because the password alone opens doors then."""
    require_fresh(url_for("admin_account.show", login=login))
    return _do(login, lambda: parts().second_factor.reset(login))


@pages.post("/admin/accounts/<login>/devices/revoke")
def revoke_device(login: str) -> Response:
    """Revoke a device password."""
    number = _number()
    return _do(login, lambda: frame.office().revoke_device(login, number))


@pages.post("/admin/accounts/<login>/tokens/revoke")
def revoke_token(login: str) -> Response:
    """Revoke a token of the API."""
    number = _number()
    return _do(login, lambda: frame.office().revoke_token(login, number))


@pages.get("/admin/accounts/<login>/offboard")
def ask_offboard(login: str) -> str:
    """Tell what letting somebody go means, and ask who takes over."""
    return _leaving(login)


@pages.post("/admin/accounts/<login>/offboard")
def offboard(login: str) -> Response:
    """Let somebody go, and tell what was done and which devices may still hold copies."""
    require_fresh(url_for("admin_account.ask_offboard", login=login))
    successor = request.form.get("handover_to", "").strip() or None
    day = request.form.get("at", "").strip()
    try:
        with frame.writing() as opened:
            if day:
                opened.departures.schedule(login, _moment(day), handover_to=successor)
                return leave(redirect(url_for("admin_account.show", login=login), 303), Notice.PLANNED)
            done = opened.departures.let_go(login, handover_to=successor)
    except frame.REFUSALS as error:
        return frame.refused(error, lambda problem: _leaving(login, problem))
    return Response(_leaving(login, done=done), mimetype="text/html")


@pages.post("/admin/accounts/<login>/stay")
def stay(login: str) -> Response:
    """Take back that somebody leaves on a day."""
    require_fresh(url_for("admin_account.show", login=login))

    def deed() -> None:
        with frame.writing() as opened:
            opened.departures.cancel(login)

    return _do(login, deed)


def _moment(day: str) -> datetime:
    """Return the beginning of a day where the company is. BadInput for what is no day."""
    try:
        return config().pages.timezone.beginning(date.fromisoformat(day))
    except ValueError:
        raise BadInput("write the day like 2026-11-27") from None


def _do(login: str, deed: Callable[[], object]) -> Response:
    return frame.attempt(deed, lambda problem: _page(login, problem), url_for("admin_account.show", login=login))


def _number() -> int:
    number = request.form.get("id", type=int)
    if number is None:
        raise BadRequest
    return number


def _page(login: str, problem: str = "", link: str = "") -> str:
    sheet = frame.office().sheet(login)
    factor = parts().second_factor.state(sheet.account.login)
    with frame.reading() as opened:
        person = opened.find(sheet.account.entry_uuid) if sheet.account.entry_uuid and sheet.account.is_active else None
        groups = opened.groups_of(person) if person is not None else ()
        return render_template(
            "admin/account.html",
            sheet=sheet,
            factor=factor,
            problem=problem,
            link=link,
            person=person,
            groups=groups,
            scope_labels=SCOPE_LABELS,
            has_mail=config().mail.is_set,
        )


def _leaving(login: str, problem: str = "", done: Offboarded | None = None) -> str:
    sheet = frame.office().sheet(login)
    with frame.reading():
        return render_template(
            "admin/offboard.html",
            sheet=sheet,
            problem=problem,
            done=done,
            tomorrow=config().pages.timezone.shown(datetime.now(UTC)).date() + timedelta(days=1),
            zone=config().pages.timezone.called,
            day=request.form.get("at", ""),
            successor=request.form.get("handover_to", ""),
        )
