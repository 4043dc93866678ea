# SPDX-License-Identifier: GPL-3.0-or-later
"""My profile: how complete it is, whether it is still right, what waits for approval, who sees it, what is stored about me."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.model.approval import Stage
from dirserver.web.entry.row import face_of
from dirserver.web.profile.own import completeness, own_entry
from dirserver.web.profile.proposed import told
from dirserver.web.shell.current import config, reading, writing
from dirserver.web.shell.languages import mark
from dirserver.web.shell.menu import Place, persons
from dirserver.web.shell.notices import Notice, leave

_MOST_DECIDED = 5

pages = Blueprint("profile_mine", __name__)
PLACES = (Place(mark("My profile"), "profile_mine.show", "pencil", persons),)


@pages.get("/me/profile")
def show() -> str:
    """Show what there is to know and to do about one's own entry; without one, what is left."""
    with reading() as opened:
        entry = opened.me()
        if entry is None:
            return render_template("profile/entryless.html")
        mine = opened.proposals.mine()
        right_since = entry.confirmed_at or entry.created_at
        return render_template(
            "profile/mine.html",
            entry=entry,
            book=opened.book(entry.book),
            face_of_entry=face_of(entry),
            complete=completeness(entry),
            right_since=right_since,
            is_due=right_since < datetime.now(UTC) - timedelta(days=config().care.confirm_after_days),
            waiting=[told(one) for one in mine if one.stage is Stage.WAITING],
            decided=[told(one) for one in mine if one.stage in {Stage.APPROVED, Stage.REFUSED}][:_MOST_DECIDED],
            decides=len(opened.proposals.to_decide()),
        )


@pages.post("/me/confirm")
def confirm() -> Response:
    """Take one's word that the entry is still right, as it was shown."""
    seen = request.form.get("revision", type=int)
    if seen is None:
        raise BadRequest
    with writing() as opened:
        opened.confirm(own_entry(opened).uuid, if_revision=seen)
    return leave(redirect(url_for("profile_mine.show"), 303), Notice.CONFIRMED)
