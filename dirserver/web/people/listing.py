# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of a book: search as you type, or browse by name. The same page with and without a script."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.entry import BookView, Search, SearchResult
from dirserver.directory.reading import Reading
from dirserver.web.entry.row import Row, row_of
from dirserver.web.shell.current import reading
from dirserver.web.shell.links import PEOPLE

PAGE_SIZE = 25
_MAX_QUERY_LENGTH = 200
_MAX_PAGE = 4000

pages = Blueprint("people", __name__)


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a list, out of ``total``; ``first`` counts from 1."""

    rows: tuple[Row, ...]
    query: str
    page: int
    first: int
    total: int
    has_more: bool

    @property
    def last(self) -> int:
        """The number of the last row that is shown."""
        return self.first + len(self.rows) - 1


@pages.get("/", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>")
def show(slug: str) -> str:
    """Show a book, or what the search box finds in it; with ``part=results`` only the results."""
    query = request.args.get("q", "")[:_MAX_QUERY_LENGTH].strip()
    page = min(max(request.args.get("page", 1, type=int), 1), _MAX_PAGE)
    with reading() as opened:
        book = opened.book(slug)
        results = _find(opened, book, query, page)
        count = opened.count(book)
    template = "people/results.html" if request.args.get("part") == "results" else "people/list.html"
    return render_template(template, book=book, results=results, count=count)


@pages.get("/people")
def short() -> Response:
    """Lead a guessed address to the list of people."""
    return redirect(url_for("people.show", slug=PEOPLE), 301)


def _find(opened: Reading, book: BookView, query: str, page: int) -> Results:
    offset = (page - 1) * PAGE_SIZE
    # One more than fits tells whether there is a next page; only then the rest is counted.
    found = _search(opened, book, query, offset)
    has_more = len(found.entries) > PAGE_SIZE
    rows = tuple(row_of(entry) for entry in found.entries[:PAGE_SIZE])
    total = offset + len(rows)
    if has_more:
        total = opened.suggested(query, books=(book.slug,)) if query else opened.count(book)
    return Results(rows, query, page, offset + 1, total, has_more)


def _search(opened: Reading, book: BookView, query: str, offset: int) -> SearchResult:
    if query:
        return opened.suggest(query, books=(book.slug,), limit=PAGE_SIZE + 1, offset=offset)
    return opened.search(Search(books=(book.slug,), limit=PAGE_SIZE + 1, offset=offset))
