# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for my approval, and taking back what I proposed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.directory.changes.deciding import MOST_REASON
from dirserver.directory.reading import Reading
from dirserver.errors import Conflict
from dirserver.web.profile.proposed import told
from dirserver.web.shell.current import reading, writing
from dirserver.web.shell.headers import SEALED_POLICY
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.menu import Place, deciders
from dirserver.web.shell.notices import Notice, leave

pages = Blueprint("approvals", __name__)
PLACES = (Place(mark("Approvals"), "approvals.show", "check", deciders),)
_MEANWHILE = mark("Somebody was faster: this was decided on, or changed, meanwhile. Here is what waits now.")


@pages.get("/approvals")
def show() -> str:
    """Show what waits for one's approval."""
    with reading() as opened:
        return _page(opened)


@pages.get("/approvals/<int:number>/photo/<digest>")
def photo(number: int, digest: str) -> Response:
    """Give a photo that a proposal is about, to who proposed it and who decides on it."""
    with reading() as opened:
        found = opened.proposals.photo(opened.proposals.one(number), digest)
    answer = Response(found.data, mimetype=found.media_type)
    answer.headers["Content-Security-Policy"] = SEALED_POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@pages.post("/approvals/<int:number>")
def decide(number: int) -> Response:
    """Approve or refuse; ``seen`` says what the field was when the page was made."""
    if "approve" not in request.form and "refuse" not in request.form:
        raise BadRequest
    try:
        with writing() as opened:
            if "approve" in request.form:
                opened.proposals.approve(number, seen=request.form.get("seen", ""))
                notice = Notice.APPROVED
            else:
                opened.proposals.refuse(number, request.form.get("reason", ""))
                notice = Notice.REFUSED
    except Conflict:
        with reading() as again:
            return Response(_page(again, gettext(_MEANWHILE)), status=409, mimetype="text/html")
    return leave(redirect(url_for("approvals.show"), 303), notice)


@pages.post("/me/proposals/<int:number>/withdraw")
def withdraw(number: int) -> Response:
    """Take one's own proposal back."""
    notice = Notice.WITHDRAWN
    try:
        with writing() as opened:
            opened.proposals.withdraw(number)
    except Conflict:
        notice = Notice.DECIDED_BEFORE
    return leave(redirect(url_for("profile_mine.show"), 303), notice)


def _page(opened: Reading, problem: str = "") -> str:
    waiting = [told(one) for one in opened.proposals.to_decide()]
    return render_template("profile/approvals.html", waiting=waiting, most_reason=MOST_REASON, problem=problem)
