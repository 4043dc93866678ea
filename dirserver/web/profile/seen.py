# SPDX-License-Identifier: GPL-3.0-or-later
"""My entry as a colleague sees it, as my manager, as a group, as anybody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from dirserver.errors import BadInput, NotFound
from dirserver.model.grant import Subject, SubjectKind
from dirserver.web.entry.row import face_of
from dirserver.web.entry.sheet import sections_of
from dirserver.web.entry.values import all_values, first_of, photo_digest
from dirserver.web.profile.own import own_entry
from dirserver.web.shell.current import reading
from dirserver.web.shell.languages import gettext, mark

_WHO = {
    SubjectKind.AUTHENTICATED: mark("Colleagues"),
    SubjectKind.MANAGER: mark("My manager"),
    SubjectKind.ANONYMOUS: mark("Anybody, without signing in"),
}

pages = Blueprint("profile_seen", __name__)


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of onlooker: how it stands in the address and what to call it."""

    key: str
    label: str
    is_chosen: bool


@pages.get("/me/seen-by")
def show() -> str:
    """Show one's own entry as somebody else sees it; ``as`` names the kind."""
    with reading() as opened:
        entry = own_entry(opened)
        chosen = _chosen(request.args.get("as", str(SubjectKind.AUTHENTICATED)))
        seen = opened.onlookers.shown_to(entry, chosen)
        tabs = [Tab(str(kind), _label(kind), kind == chosen) for kind in opened.onlookers.kinds(entry)]
        return render_template(
            "profile/seen.html",
            entry=entry,
            book=opened.book(entry.book),
            tabs=tabs,
            who=_label(chosen),
            seen=seen,
            name=seen.display if seen is not None and seen.view.may_read("cn") else "",
            title=first_of(all_values(seen.card), "title") if seen is not None else "",
            face_of_entry=face_of(entry) if seen is not None and photo_digest(seen.card) else None,
            sections=sections_of(opened, seen) if seen is not None else (),
        )


def _chosen(text: str) -> Subject:
    try:
        return Subject.parse(text)
    except BadInput:
        raise NotFound("nobody of that kind looks at this") from None


def _label(kind: Subject) -> str:
    return gettext(_WHO[kind.kind]) if kind.kind in _WHO else kind.name
