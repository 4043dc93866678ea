# SPDX-License-Identifier: GPL-3.0-or-later
"""The book that a page is about."""

from __future__ import annotations

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import BookKind, Level


def whole_book(opened: Reading, slug: str) -> BookView:
    """Return a book that shows; a label that is shown as one is looked after in the book that it belongs to. NotFound."""
    view = opened.book(slug)
    if view.label is not None:
        raise NotFound(f"'{slug}' shows a label" if view.stands_alone else f"'{slug}' shows a label of the book '{view.book.name}'")
    return view


def shared_book(opened: Reading, slug: str) -> BookView:
    """Return a book that shows, or a label that is shared as one: labels of shared books are. NotFound."""
    view = opened.book(slug)
    return view if view.label is not None and view.book.kind is BookKind.SHARED else whole_book(opened, slug)


def trash_of(opened: Reading, slug: str) -> BookView:
    """Return a book of which the asker sees the trash; or a label, where they may delete what carries it and not the rest. NotFound.

    NotAllowed for who may not delete from it.
    """
    view = opened.book(slug)
    if view.label is not None and view.may_delete and view.in_general.level < Level.DELETE:
        return view
    return require_deleter(whole_book(opened, slug))


def require_owner(view: BookView) -> BookView:
    """Give the book back; NotAllowed for who doesn't own it, before a page offers what couldn't be done."""
    return _require(view, Level.OWN)


def require_sharer(view: BookView) -> BookView:
    """Give the book back; NotAllowed for who may not share it."""
    return _require(view, Level.MANAGE)


def require_editor(view: BookView) -> BookView:
    """Give the book back; NotAllowed for who may not add to it."""
    return _require(view, Level.EDIT)


def require_deleter(view: BookView) -> BookView:
    """Give the book back; NotAllowed for who may not delete from it."""
    return _require(view, Level.DELETE)


def _require(view: BookView, level: Level) -> BookView:
    if view.level < level:
        raise NotAllowed(f"you may not do this with '{view.name}'")
    return view
