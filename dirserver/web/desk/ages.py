# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has to be asked again: entries that nobody changed or confirmed for long."""

from __future__ import annotations

from flask import Blueprint

from dirserver.web.desk.frame import PAGE_SIZE, Page, answer, asker, care, page_number, steward_of
from dirserver.web.entry.row import row_of

pages = Blueprint("desk_ages", __name__)


@pages.get("/desk/<slug>/unconfirmed")
def show(slug: str) -> str:
    """List stale entries, those first that were confirmed longest ago."""
    book = steward_of(slug)
    number = page_number()
    found = care().ages.stale(asker(), book.slug, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    rows = [(row_of(one.entry), one.confirmed_at) for one in found[:PAGE_SIZE]]
    count = care().ages.count(asker(), book.slug)
    days = care().settings.confirm_after_days
    return answer(
        "ages.html", book, "desk_ages.show", {"rows": rows, "count": count, "days": days, "page": Page(number, len(found) > PAGE_SIZE)}
    )
