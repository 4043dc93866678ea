# SPDX-License-Identifier: GPL-3.0-or-later
"""What a book is called, by its owners; and dropping it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.errors import BadInput, Conflict
from dirserver.model.book import BookKind
from dirserver.web.books.notices import BookNotice
from dirserver.web.books.place import require_owner, whole_book
from dirserver.web.shell.current import reading, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.notices import leave

NAME_NEEDED = mark("A book needs a name of up to 120 letters.")

pages = Blueprint("book_naming", __name__)


@pages.get("/book/<slug>/settings")
def show(slug: str) -> Response:
    """Show the name of a book and what it is for, to change."""
    with reading() as opened:
        return _page(opened, slug, 200)


@pages.post("/book/<slug>/settings")
def save(slug: str) -> Response:
    """Call the book otherwise."""
    try:
        with writing() as opened:
            view = whole_book(opened, slug)
            opened.rename_book(view, request.form.get("name", ""), description=request.form.get("description", ""))
            if view.book.kind is BookKind.SHARED:
                opened.need_label(view, is_needed=bool(request.form.get("needs_label")))
    except BadInput:
        return _again(slug, problem=gettext(NAME_NEEDED))
    return leave(redirect(url_for("book_naming.show", slug=slug), 303), BookNotice.NAMED)


@pages.post("/book/<slug>/drop")
def drop(slug: str) -> Response:
    """Drop an empty book."""
    try:
        with writing() as opened:
            opened.drop_book(whole_book(opened, slug))
    except Conflict as error:
        return _again(slug, drop_problem=error.public_message, status=409)
    return leave(redirect(url_for("books.show"), 303), BookNotice.DROPPED)


def _again(slug: str, *, problem: str = "", drop_problem: str = "", status: int = 422) -> Response:
    with reading() as opened:
        return _page(opened, slug, status, problem, drop_problem)


def _page(opened: Reading, slug: str, status: int, problem: str = "", drop_problem: str = "") -> Response:
    view = require_owner(whole_book(opened, slug))
    page = render_template(
        "books/naming.html",
        book=view,
        tab="settings",
        name=request.form.get("name", view.book.name),
        description=request.form.get("description", view.book.description),
        needs_label=bool(request.form.get("needs_label")) if request.method == "POST" else view.book.needs_label,
        may_need_label=view.book.kind is BookKind.SHARED,
        problem=problem,
        drop_problem=drop_problem,
    )
    return Response(page, status=status, mimetype="text/html")
