# SPDX-License-Identifier: GPL-3.0-or-later
"""What I was told of: changes in my books, what became of my proposals, what waits for me."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.errors import NotFound
from dirserver.model.notice import Notice as Told
from dirserver.model.notice import NoticeKind
from dirserver.web.entry.fields import label_of_unit
from dirserver.web.shell.called import called
from dirserver.web.shell.current import reading, writing
from dirserver.web.shell.languages import gettext, mark, ngettext, number
from dirserver.web.shell.menu import Place
from dirserver.web.shell.titles import book_title

pages = Blueprint("notices", __name__)
PLACES = (Place(mark("Notices"), "notices.show", "bell", counts="unread"),)


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in the reader's language; ``names`` are the first of those that it is about, ``more`` counts the others."""

    text: str
    names: tuple[str, ...]
    more: int
    remark: str
    url: str
    at: datetime
    is_new: bool


@pages.get("/me/notices")
def show() -> str:
    """Show what one was told of, newest first."""
    with reading() as opened:
        told = opened.notices.listed()
        lines = [_line(opened, one) for one in told]
        return render_template("profile/notices.html", lines=lines, last=max((one.number for one in told if one.is_new), default=0))


@pages.post("/me/notices")
def see() -> Response:
    """Say that one has read them, up to the newest that was shown."""
    with writing() as opened:
        opened.notices.see(request.form.get("last", 0, type=int))
    return redirect(url_for("notices.show"), 303)


def _line(opened: Reading, one: Told) -> Line:
    text, url = _said(opened, one)
    names = one.names if one.kind in {NoticeKind.DELETED, NoticeKind.CHANGED} else ()
    return Line(text, names, max(0, one.count - len(names)) if names else 0, one.remark, url, one.at, one.is_new)


def _said(opened: Reading, one: Told) -> tuple[str, str]:
    words = {"login": called(one.actor), "name": one.names[0] if one.names else "", "shown": number(one.count)}
    match one.kind:
        case NoticeKind.TO_DECIDE:
            return gettext("%(name)s proposed a change that waits for your approval.") % words, url_for("approvals.show")
        case NoticeKind.APPROVED:
            words["field"] = _field(words["name"])
            return gettext("%(login)s approved your change: %(field)s.") % words, url_for("profile_mine.show")
        case NoticeKind.REFUSED:
            words["field"] = _field(words["name"])
            return gettext("%(login)s did not approve your change: %(field)s.") % words, url_for("profile_mine.show")
        case NoticeKind.DELETED:
            words["book"], url = _book(opened, one)
            said = ngettext(
                "%(login)s deleted %(shown)s entry from %(book)s.", "%(login)s deleted %(shown)s entries from %(book)s.", one.count
            )
            return said % words, url
        case NoticeKind.CHANGED:
            words["book"], url = _book(opened, one)
            said = ngettext("%(login)s changed %(shown)s entry in %(book)s.", "%(login)s changed %(shown)s entries in %(book)s.", one.count)
            return said % words, url


def _field(name: str) -> str:
    return gettext(label_of_unit(name))


def _book(opened: Reading, one: Told) -> tuple[str, str]:
    slug = one.about.partition(":")[2]
    try:
        view = opened.book(slug)
    except NotFound:
        return slug, ""
    label = book_title(slug, view.name)
    return label, url_for("people.show", slug=slug)
