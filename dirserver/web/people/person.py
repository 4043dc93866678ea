# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry's page: all that the reader may see, who is above and below, and what can be done from here."""

from __future__ import annotations

from flask import Blueprint, render_template

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.errors import NotFound
from dirserver.model.book import Level
from dirserver.web.entry.fields import BY_ATTRIBUTE
from dirserver.web.entry.row import Row, face_of, row_of
from dirserver.web.entry.sheet import sections_of
from dirserver.web.entry.values import Values, all_values, first_of
from dirserver.web.shell.current import reading
from dirserver.web.shell.links import PEOPLE, chart_url

_UUID_LENGTH = 36
_MOST_REPORTS = 60

pages = Blueprint("person", __name__)


@pages.get("/people/<name>", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>/<name>")
def show(slug: str, name: str) -> str:
    """Show the entry of this name."""
    with reading() as opened:
        entry = entry_named(opened, slug, name)
        manager = _manager(opened, entry)
        reports = opened.reports_of(entry)
        values = all_values(entry.card)
        return render_template(
            "people/person.html",
            entry=entry,
            book=opened.book(entry.book),
            face_of_entry=face_of(entry),
            title=first_of(values, "title"),
            place=_place(entry, values),
            phone=row_of(entry),
            sections=sections_of(opened, entry),
            manager=manager,
            reports=tuple(row_of(report) for report in reports[:_MOST_REPORTS]),
            report_count=len(reports),
            groups=opened.groups_of(entry),
            chart_url=chart_url(entry) if entry.book == PEOPLE and entry.view.may_read("manager") and (manager or reports) else "",
            comment_count=opened.comments.count(entry),
            may_edit=any(entry.view.may_write(attribute) for attribute in BY_ATTRIBUTE),
            may_see_history=entry.is_self or entry.view.level >= Level.EDIT,
        )


def entry_named(opened: Reading, slug: str, name: str) -> Entry:
    """Return the entry of this name, or of this UUID, in a book; NotFound otherwise."""
    book = opened.book(slug)
    try:
        return opened.named(book, name)
    except NotFound:
        if len(name) != _UUID_LENGTH:
            raise
    entry = opened.find(name)
    if entry.book != book.slug:
        raise NotFound("no such entry in this book")
    return entry


def _manager(opened: Reading, entry: Entry) -> Row | None:
    if entry.manager is None:
        return None
    try:
        return row_of(opened.find(entry.manager.uuid))
    except NotFound:
        return None


def _place(entry: Entry, values: Values) -> str:
    """Return department and organization in one line."""
    parts = (first_of(values, "ou"), first_of(values, "o"))
    return " · ".join(part for part in parts if part and part != entry.display)
