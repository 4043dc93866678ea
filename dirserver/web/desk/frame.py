# SPDX-License-Identifier: GPL-3.0-or-later
"""What every page of the desk stands in: the book that it is about, its neighbours, and what was just done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.care.care import Care
from dirserver.care.stewards import looks_after, may_compare, may_see_trash
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.errors import NotAllowed
from dirserver.model.book import BookKind
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.web.shell.current import parts, reading
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.menu import Place
from dirserver.web.shell.session import signed_in

PAGE_SIZE = 25
MOST_LOOKED_AT = 2_000
"""So many changed entries are looked through before a page is shown; more are left to the server's daily round."""
_MAX_PAGE = 40_000
_BATCH = re.compile(r"[0-9a-f]{12}")


class Done(StrEnum):
    """What was just done; the words are in addresses."""

    MERGED = "merged"
    MERGED_ALL = "merged-all"
    KEPT = "kept"
    MENDED = "mended"
    CONFIRMED = "confirmed"
    ARCHIVED = "archived"
    TRASHED = "trashed"
    RESTORED = "restored"
    PURGED = "purged"
    UNDONE = "undone"
    NOTHING = "nothing"


_DONE = {
    Done.MERGED: mark("Merged. What went is in the trash, and the merge can be undone."),
    Done.MERGED_ALL: mark("Merged. What went is in the trash; all of it can be undone in one step here, or one by one there."),
    Done.KEPT: mark("Noted: they are not the same. Nobody is asked again."),
    Done.MENDED: mark("Mended. All of it can be undone in one step."),
    Done.CONFIRMED: mark("It is noted that they are still correct."),
    Done.ARCHIVED: mark("It is in the archive: in no list and on no phone, and nothing of it is lost."),
    Done.TRASHED: mark("Moved to the trash, from where it can be brought back."),
    Done.RESTORED: mark("It is back, with everything it had."),
    Done.PURGED: mark("It is removed for good."),
    Done.UNDONE: mark("Undone. Everything is as it was before."),
    Done.NOTHING: mark("There was nothing to do."),
}

TABS = (
    ("desk.show", mark("Overview"), "book"),
    ("desk_duplicates.show", mark("Duplicates"), "person"),
    ("desk_findings.show", mark("Findings"), "warning"),
    ("desk_ages.show", mark("Unconfirmed"), "clock"),
    ("desk_trash.show", mark("Trash and archive"), "undo"),
    ("desk_batches.show", mark("Batches"), "save"),
    ("desk_report.show", mark("Report"), "check"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """Where a list stands: ``number`` from 1."""

    number: int
    has_more: bool

    @property
    def offset(self) -> int:
        """How many lines come before."""
        return (self.number - 1) * PAGE_SIZE


def offered() -> bool:
    """Offer the desk to who looks after a book that isn't their own alone; known where a page has looked up the books."""
    return any(looks_after(book) and book.book.kind is not BookKind.PERSONAL for book in g.get("books", ()))


PLACES = (Place(mark("Steward's desk"), "desk.front", "check", offered),)


def care() -> Care:
    """Return what keeps lists clean."""
    return parts().care


def asker() -> Principal:
    """Return who asks."""
    return signed_in().principal


def steward_of(slug: str) -> BookView:
    """Return the book, looked through as far as that is quickly done. NotFound, NotAllowed."""
    with reading() as opened:
        book = opened.book(slug)
        if not looks_after(book):
            raise NotAllowed(f"only who may edit every entry of '{book.name}' looks after it")
    look_through(book, MOST_LOOKED_AT)
    return book


def look_through(book: BookView, most: int) -> None:
    """Look through what has changed in a book, unless that is more than so many entries."""
    if care().looking.waiting(Slug(book.slug)) <= most:
        care().looking.catch_up(Slug(book.slug))


def stewarded(opened: Reading) -> tuple[BookView, ...]:
    """Return the books that the asker looks after."""
    return tuple(book for book in opened.books() if looks_after(book))


def page_number() -> int:
    """Return which page is asked for."""
    return min(max(request.args.get("page", 1, type=int), 1), _MAX_PAGE)


def told() -> tuple[str, str]:
    """Return what was just done, in words, and the batch that undoes it ("" for none)."""
    word, batch = request.args.get("done", ""), request.args.get("batch", "")
    if word not in set(Done):
        return "", ""
    return gettext(_DONE[Done(word)]), batch if _BATCH.fullmatch(batch) else ""


def back(endpoint: str, slug: str, done: Done, *, batch: str | None = None, lane: str | None = None, code: str | None = None) -> Response:
    """Lead to a page of the desk that says what was done, and how to undo it; ``lane`` and ``code`` as the page had them."""
    return redirect(url_for(endpoint, slug=slug, done=done.value, batch=batch or None, lane=lane, code=code), 303)


def _tabs(book: BookView) -> tuple[tuple[str, str, str], ...]:
    """Return the tabs of a book, without those that would lead the asker to a refusal."""
    closed = {"desk_duplicates.show": not may_compare(book), "desk_trash.show": not may_see_trash(book)}
    return tuple(tab for tab in TABS if not closed.get(tab[0]))


def answer(template: str, book: BookView, tab: str, said: Mapping[str, object]) -> str:
    """Return a page of the desk about a book; ``said`` is what its template is told besides."""
    waiting = care().looking.waiting(Slug(book.slug))
    text, batch = told()
    return render_template(f"desk/{template}", book=book, tab=tab, tabs=_tabs(book), told=text, told_batch=batch, waiting=waiting, **said)
