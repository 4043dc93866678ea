# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with one contact besides editing it: to the trash, to the archive, to another book."""

from __future__ import annotations

import uuid as uuids

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.care.candidates import candidates
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry
from dirserver.errors import Conflict, NotAllowed
from dirserver.model.book import Level
from dirserver.model.names import Href
from dirserver.web.books.adding import Alike, alike_of
from dirserver.web.books.notices import BookNotice
from dirserver.web.entry.row import face_of
from dirserver.web.people.person import entry_named
from dirserver.web.shell.current import reading, show_books, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import PEOPLE, entry_url
from dirserver.web.shell.notices import leave

_HIDDEN = mark("Parts of this contact are hidden from you, so it can be copied but not moved.")
_TAKEN = mark("This very contact is in that book already.")

pages = Blueprint("book_contact", __name__)


@pages.get("/people/<name>/more", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>/<name>/more")
def ask(slug: str, name: str) -> Response:
    """Show what can be done."""
    with reading() as opened:
        return _page(opened, entry_named(opened, slug, name), 200)


@pages.post("/people/<name>/trash", defaults={"slug": PEOPLE})
@pages.post("/books/<slug>/<name>/trash")
def trash(slug: str, name: str) -> Response:
    """Put the contact into the trash."""
    with writing() as opened:
        entry = entry_named(opened, slug, name)
        opened.trash(entry.uuid)
    return leave(redirect(url_for("people.show", slug=entry.book), 303), BookNotice.TRASHED)


@pages.post("/people/<name>/archive", defaults={"slug": PEOPLE})
@pages.post("/books/<slug>/<name>/archive")
def archive(slug: str, name: str) -> Response:
    """Put the contact into the archive."""
    with writing() as opened:
        entry = entry_named(opened, slug, name)
        opened.archive(entry.uuid)
    return leave(redirect(url_for("people.show", slug=entry.book), 303), BookNotice.ARCHIVED)


@pages.post("/people/<name>/place", defaults={"slug": PEOPLE})
@pages.post("/books/<slug>/<name>/place")
def place(slug: str, name: str) -> Response:
    """Copy the contact to another book, or move it there; asks first where that book may have it already."""
    is_move = request.form.get("do") == "move"
    href = Href(f"{uuids.uuid4()}.vcf")
    problem = ""
    try:
        with writing() as opened:
            entry = entry_named(opened, slug, name)
            target = opened.book(request.form.get("to", ""))
            found = () if request.form.get("force") else candidates(opened, target, entry.card)
            if found:
                return _page(opened, entry, 409, alike=tuple(alike_of(one) for one in found), target=target, is_move=is_move)
            taken = opened.take(opened.book(entry.book), entry.href, target, is_move=is_move)
            opened.place(taken, target, href)
            made = opened.entry(target, href)
    except Conflict:
        problem = gettext(_TAKEN)
    except NotAllowed:
        if not is_move or entry.view.reads_everything:
            raise
        problem = gettext(_HIDDEN)
    if problem:
        with reading() as opened:
            return _page(opened, entry_named(opened, slug, name), 409, problem=problem)
    answer = redirect(entry_url("person.show", made.book, made.name, made.uuid), 303)
    return leave(answer, BookNotice.MOVED if is_move else BookNotice.COPIED)


def _page(
    opened: Reading,
    entry: Entry,
    status: int,
    *,
    problem: str = "",
    alike: tuple[Alike, ...] = (),
    target: BookView | None = None,
    is_move: bool = False,
) -> Response:
    show_books(opened)
    may_delete = opened.level_on(entry) >= Level.DELETE
    page = render_template(
        "books/contact.html",
        entry=entry,
        book=opened.book(entry.book),
        face_of_entry=face_of(entry),
        may_delete=may_delete,
        may_move=may_delete and entry.view.reads_everything,
        targets=tuple(view for view in opened.books() if view.may_add and view.slug not in {entry.book, PEOPLE}),
        problem=problem,
        alike=alike,
        target=target,
        is_move=is_move,
    )
    return Response(page, status=status, mimetype="text/html")
