# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong or odd: kinds of findings, the entries of one kind, and mending many at once after a look at how."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.care.checks import GRAVE, Code
from dirserver.care.hygiene import Choice
from dirserver.care.mending import MENDABLE
from dirserver.web.desk.frame import PAGE_SIZE, Done, Page, answer, asker, back, care, page_number, steward_of
from dirserver.web.desk.words import CODES
from dirserver.web.entry.fields import label_of
from dirserver.web.entry.row import row_of
from dirserver.web.shell.languages import gettext

pages = Blueprint("desk_findings", __name__)


@pages.get("/desk/<slug>/findings")
def show(slug: str) -> str:
    """Show what was found, or the entries in which one thing was found."""
    book = steward_of(slug)
    word = request.args.get("code", "")
    if word not in set(Code):
        summary = care().hygiene.summary(asker(), book.slug)
        kinds = [(code.value, CODES[code], count, code in GRAVE) for code, count in summary.counts]
        return answer("findings.html", book, "desk_findings.show", {"summary": summary, "kinds": kinds})
    code, number = Code(word), page_number()
    found = care().hygiene.found(asker(), book.slug, (code,), PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    shown = [(one, row_of(one.entry), gettext(label_of(one.attribute)) if one.attribute else "") for one in found[:PAGE_SIZE]]
    return answer(
        "found.html",
        book,
        "desk_findings.show",
        {
            "code": code,
            "title": CODES[code],
            "shown": shown,
            "is_mendable": code in MENDABLE and any(one.is_mendable for one, _, _ in shown),
            "page": Page(number, len(found) > PAGE_SIZE),
        },
    )


@pages.post("/desk/<slug>/findings")
def mend(slug: str) -> Response:
    """Mend what was ticked."""
    book = steward_of(slug)
    word = request.form.get("code", "")
    if word not in set(Code):
        raise BadRequest
    chosen = []
    for text in request.form.getlist("entry"):
        uuid, attribute, revision = [*text.split(" "), "", ""][:3]
        if not revision.isdecimal() or not revision.isascii() or len(revision) > 9:
            raise BadRequest
        chosen.append(Choice(uuid, attribute, int(revision)))
    done = care().hygiene.mend(asker(), book.slug, Code(word), chosen)
    return back("desk_findings.show", slug, Done.MENDED if done.entries else Done.NOTHING, batch=done.batch, code=word)
