# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has to be asked again: entries that nobody confirmed for long, and how asking by mail stands."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from dirserver.errors import NotFound
from dirserver.web.desk.frame import PAGE_SIZE, Done, Page, answer, asker, back, care, page_number, steward_of
from dirserver.web.entry.row import row_of
from dirserver.web.shell.current import writing

pages = Blueprint("desk_ages", __name__)


@pages.get("/desk/<slug>/unconfirmed")
def show(slug: str) -> str:
    """List stale entries, those first that were confirmed longest ago."""
    book = steward_of(slug)
    number = page_number()
    found = care().ages.stale(asker(), book.slug, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    rows = [(row_of(one.entry), one) for one in found[:PAGE_SIZE]]
    count = care().ages.count(asker(), book.slug)
    days = care().settings.confirm_after_days
    return answer(
        "ages.html",
        book,
        "desk_ages.show",
        {
            "rows": rows,
            "count": count,
            "days": days,
            "times": care().settings.ask_times,
            "page": Page(number, len(found) > PAGE_SIZE),
        },
    )


@pages.post("/desk/<slug>/unconfirmed")
def confirm(slug: str) -> Response:
    """Take a steward's word that what is ticked is still right, or put it into the archive."""
    book = steward_of(slug)
    uuids, is_over = request.form.getlist("entry"), request.form.get("do") == "archive"
    with writing() as opened:
        for uuid in uuids:
            if opened.find(uuid).book != book.slug:
                raise NotFound("there is no such entry in this book")
            if is_over:
                opened.archive(uuid)
            else:
                opened.confirm(uuid)
    done = Done.ARCHIVED if is_over else Done.CONFIRMED
    return back("desk_ages.show", slug, done if uuids else Done.NOTHING)
