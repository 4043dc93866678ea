# SPDX-License-Identifier: GPL-3.0-or-later
"""What was thrown away or put aside: looked through, brought back, removed for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.care.stewards import may_purge
from dirserver.directory.views.entry import Entry
from dirserver.model.entry import State
from dirserver.web.desk.frame import PAGE_SIZE, Done, Page, answer, asker, back, care, page_number, steward_of
from dirserver.web.entry.row import Row, row_of
from dirserver.web.shell.current import writing

pages = Blueprint("desk_trash", __name__)


@pages.get("/desk/<slug>/trash")
def show(slug: str) -> str:
    """Show the trash, or the archive with ``state=archived``."""
    book = steward_of(slug)
    state = State.ARCHIVED if request.args.get("state") == State.ARCHIVED else State.TRASHED
    number = page_number()
    counts = care().trash.counts(asker(), book.slug)
    found = care().trash.away(asker(), book.slug, state, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    return answer(
        "trash.html",
        book,
        "desk_trash.show",
        {
            "state": state,
            "counts": counts,
            "rows": [(one, _row(one.entry), row_of(one.survivor) if one.survivor is not None else None) for one in found[:PAGE_SIZE]],
            "may_purge": may_purge(book) and state is State.TRASHED,
            "days": care().settings.trash_days,
            "kept_for": timedelta(days=care().settings.trash_days),
            "page": Page(number, len(found) > PAGE_SIZE),
        },
    )


@pages.post("/desk/<slug>/trash")
def change(slug: str) -> Response:
    """Bring an entry back, put an archived one into the trash, or remove it for good."""
    steward_of(slug)
    uuid, what = request.form.get("entry", ""), request.form.get("do", "")
    with writing() as opened:
        if what == "restore":
            opened.restore(uuid)
        elif what == "trash":
            opened.trash(uuid)
        elif what == "purge":
            opened.purge(uuid)
        else:
            raise BadRequest
    return back("desk_trash.show", slug, {"restore": Done.RESTORED, "trash": Done.TRASHED}.get(what, Done.PURGED))


def _row(entry: Entry) -> Row:
    """Return the line of an entry that is away: its photo has no address any more, so initials stand there."""
    row = row_of(entry)
    return replace(row, face=replace(row.face, photo_url=""))
