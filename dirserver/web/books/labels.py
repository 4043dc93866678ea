# SPDX-License-Identifier: GPL-3.0-or-later
"""The labels of a book: how many have each, new ones, other names, one made of two, away with one; and putting them on many contacts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Search
from dirserver.errors import BadInput, Conflict, NotFound
from dirserver.model.book import BookKind, Level
from dirserver.model.filter import ANY_ENTRY, Equality, Filter
from dirserver.web.books.notices import BookNotice
from dirserver.web.books.place import require_editor, require_sharer, whole_book
from dirserver.web.entry.row import Row, row_of
from dirserver.web.entry.values import all_values
from dirserver.web.shell.current import reading, show_books, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.notices import leave
from dirserver.web.shell.refusals import sentence

PAGE_SIZE = 100
_MOST_PAGE = 1000
_MOST_AT_ONCE = 500
_MOST_QUERY = 200
_TAKEN = mark("There is a label of that name already. To make one of two, use Merge.")
_NAME_NEEDED = mark("A label needs a name of up to 120 letters.")
_SAME = mark("Choose another label to merge with.")
_LAST = mark("Nothing is changed: each contact of this book needs a label, and this is the last one of some that are ticked.")
_NOTHING = mark("Tick some contacts, and say which label.")

pages = Blueprint("book_labels", __name__)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One label of the list; ``book`` is its name as a book of its own, "" where it is none."""

    uuid: str
    name: str
    count: int
    book: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A contact that may be ticked, with the labels that it has."""

    uuid: str
    row: Row
    labels: tuple[str, ...]


@pages.get("/book/<slug>/labels")
def show(slug: str) -> Response:
    """List the labels."""
    with reading() as opened:
        return _page(opened, slug, "", 200)


@pages.post("/book/<slug>/labels")
def add(slug: str) -> Response:
    """Make a label."""
    problem = ""
    try:
        with writing() as opened:
            opened.add_label(require_editor(whole_book(opened, slug)), request.form.get("name", ""))
    except Conflict:
        problem = gettext(_TAKEN)
    except BadInput:
        problem = gettext(_NAME_NEEDED)
    return _answer(slug, problem)


@pages.post("/book/<slug>/labels/rename")
def rename(slug: str) -> Response:
    """Call a label otherwise."""
    problem = ""
    try:
        with writing() as opened:
            opened.rename_label(_label(opened, slug, "label"), request.form.get("name", ""))
    except Conflict:
        problem = gettext(_TAKEN)
    except BadInput:
        problem = gettext(_NAME_NEEDED)
    return _answer(slug, problem)


@pages.post("/book/<slug>/labels/merge")
def merge(slug: str) -> Response:
    """Make one label of two."""
    problem = ""
    try:
        with writing() as opened:
            opened.merge_labels(_label(opened, slug, "label"), _label(opened, slug, "into"))
    except BadInput:
        problem = gettext(_SAME)
    return _answer(slug, problem)


@pages.post("/book/<slug>/labels/drop")
def drop(slug: str) -> Response:
    """Put a label into the trash: it comes off all contacts, and they stay."""
    problem = ""
    try:
        with writing() as opened:
            opened.trash(_label(opened, slug, "label"))
    except Conflict as error:
        problem = sentence(error.public_message)
    return _answer(slug, problem)


@pages.post("/book/<slug>/labels/share")
def share(slug: str) -> Response:
    """Let a label be a book of its own, and go on to who sees it."""
    with writing() as opened:
        view = require_sharer(whole_book(opened, slug))
        label = next((each for each, _ in opened.labels(view) if each.uuid == request.form.get("label", "")), None)
        if label is None:
            raise NotFound("there is no such label")
        made = opened.label_as_book(view, label.display)
    return redirect(url_for("book_members.show", slug=made.slug), 303)


@pages.get("/book/<slug>/labels/pick")
def pick(slug: str) -> Response:
    """List contacts to tick: all of the book, those with a label, or what a search finds."""
    with reading() as opened:
        return _pick_page(opened, slug, "", 200)


@pages.post("/book/<slug>/labels/put")
def put(slug: str) -> Response:
    """Put a label on the ticked contacts, or take it off."""
    name = request.form.get("fresh", "").strip() or request.form.get("put", "")
    chosen = request.form.getlist("entry")[:_MOST_AT_ONCE]
    if not name or not chosen:
        with reading() as opened:
            return _pick_page(opened, slug, gettext(_NOTHING), 422)
    is_off = request.form.get("do") == "off"
    try:
        with writing() as opened:
            view = require_editor(whole_book(opened, slug))
            opened.label(view, chosen, added=() if is_off else (name,), removed=(name,) if is_off else ())
    except BadInput:
        if not is_off:
            raise
        with reading() as opened:
            return _pick_page(opened, slug, gettext(_LAST), 422)
    label, query, number = (request.form.get(name) or None for name in ("label", "q", "page"))
    return leave(redirect(url_for("book_labels.pick", slug=slug, label=label, q=query, page=number), 303), BookNotice.LABELLED)


def _label(opened: Reading, slug: str, field: str) -> str:
    """Return the UUID of a label of the book that a form names. NotFound."""
    wanted = request.form.get(field, "")
    if wanted not in {label.uuid for label, _ in opened.labels(require_editor(whole_book(opened, slug)))}:
        raise NotFound("there is no such label")
    return wanted


def _answer(slug: str, problem: str) -> Response:
    if not problem:
        return leave(redirect(url_for("book_labels.show", slug=slug), 303), BookNotice.LABEL_CHANGED)
    with reading() as opened:
        return _page(opened, slug, problem, 422)


def _labelled(opened: Reading, view: BookView) -> tuple[Labelled, ...]:
    as_books = {each.label.name: each.slug for each in opened.label_books() if each.label is not None and each.book.id == view.book.id}
    return tuple(Labelled(label.uuid, label.display, count, as_books.get(label.display, "")) for label, count in opened.labels(view))


def _page(opened: Reading, slug: str, problem: str, status: int) -> Response:
    view = whole_book(opened, slug)
    page = render_template(
        "books/labels.html",
        book=view,
        tab="labels",
        labels=_labelled(opened, view),
        may_share=view.level >= Level.MANAGE and view.book.kind is BookKind.SHARED,
        may_label=view.may_add and view.view.may_write("categories"),
        problem=problem,
        typed=request.form.get("name", ""),
    )
    return Response(page, status=status, mimetype="text/html")


def _pick_page(opened: Reading, slug: str, problem: str, status: int) -> Response:
    view = require_editor(whole_book(opened, slug))
    show_books(opened)
    query, label = request.values.get("q", "")[:_MOST_QUERY].strip(), request.values.get("label", "")
    number = min(max(request.values.get("page", 1, type=int), 1), _MOST_PAGE)
    wanted: Filter = Equality("categories", label) if label else ANY_ENTRY
    offset = (number - 1) * PAGE_SIZE
    if query:
        found = opened.suggest(query, books=(view.slug,), limit=PAGE_SIZE + 1, offset=offset).entries
    else:
        found = opened.search(Search(wanted, (view.slug,), limit=PAGE_SIZE + 1, offset=offset, with_managers=False)).entries
    page = render_template(
        "books/picking.html",
        book=view,
        tab="labels",
        picks=tuple(Pick(entry.uuid, row_of(entry), all_values(entry.card).get("categories", ())) for entry in found[:PAGE_SIZE]),
        has_more=len(found) > PAGE_SIZE,
        page=number,
        query=query,
        label=label,
        names=tuple(each.display for each, _ in opened.labels(view)),
        ticked=set(request.form.getlist("entry")),
        problem=problem,
    )
    return Response(page, status=status, mimetype="text/html")
