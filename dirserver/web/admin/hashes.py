# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that people bring along from another directory: a list of hashes is looked at, then taken."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from dirserver.exchange.reading_hashes import hashes_from
from dirserver.identity.moving_in import Brought, Outcome
from dirserver.web.admin import frame
from dirserver.web.security.proving import require_fresh
from dirserver.web.shell.current import parts
from dirserver.web.shell.languages import gettext, mark

_MOST_SHOWN = 500
_NO_FILE = mark("Choose a file first.")
OUTCOMES = {
    Outcome.SET: mark("goes on working here"),
    Outcome.NO_ACCOUNT: mark("there is no such account"),
    Outcome.HAS_ONE: mark("has a password already, and keeps it"),
    Outcome.CLOSED: mark("the account is closed"),
    Outcome.UNUSABLE: mark("no hash that can be used; invite them instead"),
}
WITH_FILES = frozenset({"admin_hashes.send"})

pages = Blueprint("admin_hashes", __name__)


@pages.get("/admin/accounts-hashes")
def show() -> str:
    """Ask for the file."""
    return _page()


@pages.post("/admin/accounts-hashes")
def send() -> Response:
    """Show what would become of each hash, or take them: for that a fresh sign-in, because they open doors. The file is kept nowhere."""
    is_taking = request.form.get("deed") == "take"
    frame.office()
    if is_taking:
        require_fresh(url_for("admin_hashes.show"))
    sent = request.files.get("file")
    if not isinstance(sent, FileStorage) or not sent.filename:
        return Response(_page(problem=gettext(_NO_FILE)), status=422, mimetype="text/html")
    try:
        given = hashes_from(sent.stream)
        told = parts().moving_in.take(given) if is_taking else parts().moving_in.plan(given)
    except frame.REFUSALS as error:
        return frame.refused(error, lambda problem: _page(problem=problem))
    return Response(_page(told, has_taken=is_taking), mimetype="text/html")


def _page(told: tuple[Brought, ...] | None = None, *, has_taken: bool = False, problem: str = "") -> str:
    with frame.reading():
        return render_template(
            "admin/hashes.html",
            told=told[:_MOST_SHOWN] if told is not None else None,
            set_count=sum(each.outcome is Outcome.SET for each in told or ()),
            count=len(told or ()),
            has_taken=has_taken,
            outcomes=OUTCOMES,
            problem=problem,
        )
