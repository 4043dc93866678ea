# SPDX-License-Identifier: GPL-3.0-or-later
"""What was deleted from a book, and what lies in its archive: by whom and when, back again, or away for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry, Search
from dirserver.errors import Conflict, NotFound
from dirserver.model.book import Level
from dirserver.model.entry import Kind, State
from dirserver.web.books.notices import BookNotice
from dirserver.web.books.place import trash_of
from dirserver.web.entry.row import Face, face_of
from dirserver.web.shell.current import config, reading, show_books, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.notices import leave

PAGE_SIZE = 50
_MOST_PAGE = 2000
_MOST_AT_ONCE = 500
_TAKEN = mark("Its name or its place has gone to another contact meanwhile. Rename or delete that one first.")
_TICK = mark("Tick something first.")
_HELD = mark("This can't be removed for good: somebody signs in as it, or it isn't in the trash any more.")

pages = Blueprint("book_trash", __name__)


@dataclass(frozen=True, slots=True)
class Discarded:
    """One line: what lies there, since when, by whom."""

    uuid: str
    name: str
    face: Face
    is_label: bool
    at: datetime
    by: str


@pages.get("/book/<slug>/trash")
def show(slug: str) -> Response:
    """List the trash; with ``state=archived`` the archive."""
    with reading() as opened:
        return _page(opened, slug, "", 200)


@pages.post("/book/<slug>/trash/restore")
def restore(slug: str) -> Response:
    """Bring chosen contacts back, with their UIDs and labels: all of them or none."""
    if not _chosen():
        return _again(slug, gettext(_TICK), 422)
    try:
        with writing() as opened:
            view = trash_of(opened, slug)
            for uuid in _chosen():
                _require_here(opened, opened.restore(uuid), view)
    except Conflict:
        return _again(slug, gettext(_TAKEN))
    return _back(slug, BookNotice.RESTORED)


@pages.post("/book/<slug>/trash/discard")
def discard(slug: str) -> Response:
    """Put chosen contacts of the archive into the trash: from there they are removed for good, and no phone sees them again before."""
    if not _chosen():
        return _again(slug, gettext(_TICK), 422)
    with writing() as opened:
        view = trash_of(opened, slug)
        for entry in opened.search(Search(books=(view.slug,), with_state=State.ARCHIVED, among=_chosen())).entries:
            opened.trash(entry.uuid)
    return _back(slug, BookNotice.TRASHED)


@pages.post("/book/<slug>/trash/purge")
def purge(slug: str) -> Response:
    """Remove chosen contacts for good: all of them or none."""
    if not _chosen():
        return _again(slug, gettext(_TICK), 422)
    try:
        with writing() as opened:
            view = trash_of(opened, slug)
            for entry in opened.search(Search(books=(view.slug,), with_state=State.TRASHED, among=_chosen())).entries:
                opened.purge(entry.uuid)
    except Conflict:
        return _again(slug, gettext(_HELD))
    return _back(slug, BookNotice.PURGED)


def _chosen() -> tuple[str, ...]:
    only = request.form.get("only")
    return (only,) if only else tuple(dict.fromkeys(request.form.getlist("entry")))[:_MOST_AT_ONCE]


def _require_here(opened: Reading, entry: Entry, view: BookView) -> None:
    if view.label is not None:
        # It may show in the book too, now that it is back: NotFound where it doesn't carry the label.
        opened.entry(view, entry.href)
    elif entry.book != view.slug:
        raise NotFound("there is no such entry")


def _back(slug: str, notice: BookNotice) -> Response:
    state = State.ARCHIVED.value if request.form.get("state") == State.ARCHIVED.value else None
    return leave(redirect(url_for("book_trash.show", slug=slug, state=state), 303), notice)


def _again(slug: str, problem: str, status: int = 409) -> Response:
    with reading() as opened:
        return _page(opened, slug, problem, status)


def _page(opened: Reading, slug: str, problem: str, status: int) -> Response:
    view = trash_of(opened, slug)
    show_books(opened)
    state = State.ARCHIVED if request.values.get("state") == State.ARCHIVED.value else State.TRASHED
    number = min(max(request.args.get("page", 1, type=int), 1), _MOST_PAGE)
    search = Search(books=(view.slug,), with_state=state, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE, with_managers=False)
    found = opened.search(search).entries
    page = render_template(
        "books/trash.html",
        book=view,
        tab="trash",
        lying=tuple(_discarded(entry) for entry in found[:PAGE_SIZE]),
        has_more=len(found) > PAGE_SIZE,
        page=number,
        is_archive=state is State.ARCHIVED,
        may_purge=view.level >= Level.MANAGE,
        problem=problem,
        days=config().care.trash_days,
    )
    return Response(page, status=status, mimetype="text/html")


def _discarded(entry: Entry) -> Discarded:
    is_label = entry.kind is Kind.GROUP
    return Discarded(entry.uuid, entry.display, face_of(entry), is_label, entry.modified_at, entry.modified_by)
