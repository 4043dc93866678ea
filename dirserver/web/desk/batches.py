# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done together, and undoing it."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.care.checks import Code
from dirserver.model.names import BatchId
from dirserver.web.desk.frame import PAGE_SIZE, Done, Page, answer, asker, back, care, page_number, steward_of
from dirserver.web.desk.words import CODES, kind_of
from dirserver.web.shell.current import writing
from dirserver.web.shell.languages import gettext

pages = Blueprint("desk_batches", __name__)


@pages.get("/desk/<slug>/batches")
def show(slug: str) -> str:
    """List the batches that changed a book, newest first."""
    book = steward_of(slug)
    number = page_number()
    found = care().batches.newest(asker(), book.slug, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    rows = [(one, kind_of(one.batch.kind), _note(one.batch.kind, one.batch.note)) for one in found[:PAGE_SIZE]]
    return answer("batches.html", book, "desk_batches.show", {"rows": rows, "page": Page(number, len(found) > PAGE_SIZE)})


@pages.post("/desk/<slug>/batches")
def undo(slug: str) -> Response:
    """Undo a batch."""
    steward_of(slug)
    batch = request.form.get("batch", "")
    if not batch:
        raise BadRequest
    with writing() as opened:
        opened.undo_batch(BatchId(batch))
    return back("desk_batches.show", slug, Done.UNDONE)


def _note(kind: str, note: str) -> str:
    if kind == "merge":
        return ""
    if kind == "hygiene" and note in set(Code):
        return gettext(CODES[Code(note)])
    # Of an import the file: the book that it went into is the one that is looked at.
    return note.rpartition(" into ")[0] or note
