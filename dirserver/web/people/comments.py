# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on an entry: one's own, and those that are shared with who may edit it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.directory.commenting import MOST_CHARACTERS, may_share
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.directory.writing import Writing
from dirserver.errors import BadInput
from dirserver.web.entry.row import face_of
from dirserver.web.people.person import entry_named
from dirserver.web.shell.current import reading, writing
from dirserver.web.shell.links import PEOPLE, entry_url

pages = Blueprint("comments", __name__)


@pages.get("/people/<name>/comments", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>/<name>/comments")
def show(slug: str, name: str) -> str:
    """Show what one may read, and a form for more."""
    with reading() as opened:
        return _page(opened, entry_named(opened, slug, name))


@pages.post("/people/<name>/comments", defaults={"slug": PEOPLE})
@pages.post("/books/<slug>/<name>/comments")
def write(slug: str, name: str) -> Response:
    """Add, change or remove a comment of one's own."""
    with writing() as opened:
        entry = entry_named(opened, slug, name)
        try:
            _done(opened, entry, request.form.get("deed", ""))
        except BadInput as error:
            page = _page(opened, entry, problem=error.public_message, typed=request.form.get("text", ""))
            return Response(page, status=422, mimetype="text/html")
    return redirect(entry_url("comments.show", entry.book, entry.name, entry.uuid), 303)


def _done(opened: Writing, entry: Entry, deed: str) -> None:
    text, number = request.form.get("text", ""), request.form.get("number", type=int)
    if deed == "add":
        opened.comments.add(entry, text, is_private=not request.form.get("is_shared"))
    elif deed == "change" and number is not None:
        opened.comments.change(number, text)
    elif deed == "drop" and number is not None:
        opened.comments.drop(number)
    else:
        raise BadRequest


def _page(opened: Reading, entry: Entry, *, problem: str = "", typed: str = "") -> str:
    return render_template(
        "people/comments.html",
        entry=entry,
        book=opened.book(entry.book),
        face_of_entry=face_of(entry),
        comments=opened.comments.on(entry),
        may_share=may_share(entry),
        most=MOST_CHARACTERS,
        problem=problem,
        typed=typed,
    )
