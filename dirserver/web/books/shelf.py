# SPDX-License-Identifier: GPL-3.0-or-later
"""My books: what one has and what others share, and how a new one comes about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.errors import BadInput
from dirserver.model.book import BookKind
from dirserver.web.books.levels import level_name, subject_name
from dirserver.web.books.naming import NAME_NEEDED
from dirserver.web.books.notices import BookNotice
from dirserver.web.shell.current import reading, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.menu import Place
from dirserver.web.shell.notices import leave

_MOST_LABELS = 8

pages = Blueprint("books", __name__)
PLACES = (Place(mark("My books"), "books.show", "book"),)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A book as one line of the shelf; ``labels`` are the most used, ``more`` how many others there are."""

    book: BookView
    count: int
    level: str
    owners: tuple[str, ...]
    labels: tuple[tuple[str, int], ...]
    more: int

    @property
    def is_mine(self) -> bool:
        """True for one's personal book."""
        return self.book.book.kind is BookKind.PERSONAL


class Order(StrEnum):
    """In which order the books stand; the words are in addresses."""

    NAME = "name"
    SIZE = "size"
    LEVEL = "level"


_ORDERS = {
    Order.NAME: mark("By name"),
    Order.SIZE: mark("Largest first"),
    Order.LEVEL: mark("Those that I may change most first"),
}


@pages.get("/books")
def show() -> str:
    """Show the shelf; ``order`` says how it stands."""
    return _page("", "", "")


@pages.post("/books")
def add() -> Response:
    """Make a shared book, and go on to it."""
    name, description = request.form.get("name", ""), request.form.get("description", "")
    try:
        with writing() as opened:
            slug = opened.found_book(name, description=description)
    except BadInput:
        return Response(_page(name, description, gettext(NAME_NEEDED)), status=422, mimetype="text/html")
    return leave(redirect(url_for("book_members.show", slug=slug), 303), BookNotice.MADE)


def _page(name: str, description: str, problem: str) -> str:
    with reading() as opened:
        wanted = request.args.get("order", "")
        order = Order(wanted) if wanted in set(Order) else Order.NAME
        # By name is how books come: people first, one's own last. The others keep that order among equals.
        shelved = sorted((_shelved(opened, view) for view in (*opened.books(), *opened.label_books())), key=_key(order))
        return render_template(
            "books/shelf.html",
            shelved=shelved,
            order=order,
            orders=_ORDERS,
            may_make=opened.may_make_books,
            name=name,
            description=description,
            problem=problem,
        )


def _key(order: Order) -> Callable[[Shelved], int]:
    if order is Order.SIZE:
        return lambda each: -each.count
    return (lambda each: -each.book.level) if order is Order.LEVEL else (lambda _: 0)


def _shelved(opened: Reading, view: BookView) -> Shelved:
    labels = () if view.label is not None else tuple((label.display, count) for label, count in opened.labels(view))
    used = sorted(labels, key=lambda one: -one[1])[:_MOST_LABELS]
    owners = tuple(subject_name(subject) for subject in opened.owners(view))
    return Shelved(view, opened.count(view), level_name(view.level), owners, tuple(used), len(labels) - len(used))
