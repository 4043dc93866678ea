# SPDX-License-Identifier: GPL-3.0-or-later
"""The desk's first page: the books that one looks after; and for each of them what waits there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from dirserver.care.agreement import Compared, compare
from dirserver.care.likeness import Lane
from dirserver.care.stewards import may_compare, may_see_trash
from dirserver.directory.views.entry import BookView
from dirserver.errors import NotAllowed
from dirserver.model.entry import State
from dirserver.web.desk.frame import MOST_LOOKED_AT, answer, asker, care, look_through, steward_of, stewarded
from dirserver.web.desk.words import WAYS
from dirserver.web.shell.current import reading

pages = Blueprint("desk", __name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a book; None where it isn't the asker's to know."""

    score: int
    findings: int
    entries: int
    stale: int
    safe: int | None
    undecided: int | None
    trashed: int | None
    proposals: int


@pages.get("/desk")
def front() -> str | Response:
    """List the books that the asker looks after, with what waits in each; who looks after one is led there."""
    with reading() as opened:
        books = stewarded(opened)
    if not books:
        raise NotAllowed("you look after no book")
    if len(books) == 1:
        return redirect(url_for("desk.show", slug=books[0].slug), 303)
    for book in books:
        look_through(book, MOST_LOOKED_AT // 10)
    return render_template("desk/front.html", shelves=[(book, _waiting(book)) for book in books])


@pages.get("/desk/<slug>")
def show(slug: str) -> str:
    """Tell what waits in a book."""
    book = steward_of(slug)
    return answer("overview.html", book, "desk.show", {"waits": _waiting(book)})


def _waiting(book: BookView) -> Waiting:
    who, kept = asker(), care()
    summary = kept.hygiene.summary(who, book.slug)
    with reading() as opened:
        proposals = sum(1 for one in opened.proposals.to_decide() if one.book == book.slug)
    lanes = kept.duplicates.counts(who, book.slug) if may_compare(book) else None
    return Waiting(
        score=summary.score,
        findings=summary.concerned,
        entries=summary.entries,
        stale=kept.ages.count(who, book.slug),
        safe=lanes[Lane.SAFE] if lanes is not None else None,
        undecided=lanes[Lane.DECISION] if lanes is not None else None,
        proposals=proposals,
        trashed=kept.trash.counts(who, book.slug)[State.TRASHED] if may_see_trash(book) else None,
    )


@pages.get("/desk-sync")
def sync() -> str:
    """Compare what every way of asking shows of each book, as the asker sees it: what their phone should show."""
    with reading() as opened:
        compared: tuple[Compared, ...] = tuple(compare(opened))
    return render_template("desk/sync.html", compared=compared, ways=WAYS)
