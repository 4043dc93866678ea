# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened to an entry, newest first, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.card.postal import from_ldap
from dirserver.directory.views.entry import Entry, Revision
from dirserver.errors import NotFound, Stale
from dirserver.model.attribute import Syntax, find
from dirserver.model.change import What
from dirserver.web.entry.fields import BY_ATTRIBUTE, Look, label_of
from dirserver.web.entry.phone import shown
from dirserver.web.entry.row import face_of
from dirserver.web.entry.values import all_values
from dirserver.web.people.person import entry_named
from dirserver.web.shell.current import reading, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import PEOPLE, entry_url
from dirserver.web.shell.notices import Notice, leave
from dirserver.web.shell.titles import door_name

_WHATS = {
    What.CREATED: mark("Added"),
    What.CHANGED: mark("Changed"),
    What.ARCHIVED: mark("Archived"),
    What.TRASHED: mark("Moved to the trash"),
    What.RESTORED: mark("Restored"),
    What.MOVED: mark("Moved"),
    What.PURGED: mark("Removed for good"),
    What.RIGHTS: mark("Rights changed"),
}

pages = Blueprint("history", __name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute before and after; both without values for a photo, which is shown in words."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One revision. ``undo_to`` is the revision to go back to, 0 for none; for the current one that undoes its change."""

    number: int
    at: datetime
    by: str
    proposed_by: str
    door: str
    what: str
    differences: tuple[Difference, ...]
    is_current: bool
    undo_to: int


@pages.get("/people/<name>/history", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>/<name>/history")
def show(slug: str, name: str) -> str:
    """Show every revision that the reader may see."""
    with reading() as opened:
        entry = entry_named(opened, slug, name)
        steps = _steps(entry, opened.history(entry))
        return render_template("people/history.html", entry=entry, book=opened.book(entry.book), face_of_entry=face_of(entry), steps=steps)


@pages.post("/people/<name>/history", defaults={"slug": PEOPLE})
@pages.post("/books/<slug>/<name>/history")
def undo(slug: str, name: str) -> Response:
    """Make the card of an earlier revision the current one; refused when the entry changed since the page was made."""
    target = _number("revision")
    seen = _number("current")
    with writing() as opened:
        entry = entry_named(opened, slug, name)
        if entry.revision != seen:
            raise Stale("the entry was changed meanwhile")
        if target not in {revision.number for revision in opened.history(entry)}:
            raise NotFound("no such revision")
        entry = opened.revert(entry.uuid, target)
        if opened.held:
            return leave(redirect(url_for("profile_mine.show"), 303), Notice.WAITS)
    answer = redirect(entry_url("history.show", entry.book, entry.name, entry.uuid), 303)
    return leave(answer, Notice.UNDONE if request.form.get("undo") else Notice.BROUGHT_BACK)


def _number(field: str) -> int:
    value = request.form.get(field, type=int)
    if value is None:
        raise BadRequest
    return value


def _steps(entry: Entry, revisions: tuple[Revision, ...]) -> tuple[Step, ...]:
    """Return the revisions as the page tells them; a way back is offered where the reader may write all that it changes."""
    steps = []
    current = {} if not revisions else all_values(revisions[0].card)
    for index, revision in enumerate(revisions):
        before = revisions[index + 1] if index + 1 < len(revisions) else None
        target = before if index == 0 else revision
        undo_to = 0
        if target is not None and _may_return(entry, current, all_values(target.card)):
            undo_to = target.number
        steps.append(
            Step(
                number=revision.number,
                at=revision.at,
                by=revision.by,
                proposed_by=revision.proposed_by,
                door=door_name(revision.door),
                what=gettext(_WHATS[revision.what]),
                differences=_differences(revision, before),
                is_current=index == 0,
                undo_to=undo_to,
            )
        )
    return tuple(steps)


def _may_return(entry: Entry, now: dict[str, tuple[str, ...]], then: dict[str, tuple[str, ...]]) -> bool:
    changed = [name for name in now.keys() | then.keys() if now.get(name) != then.get(name)]
    return bool(changed) and all(entry.view.may_write(name) for name in changed)


def _differences(revision: Revision, before: Revision | None) -> tuple[Difference, ...]:
    new = all_values(revision.card)
    old = all_values(before.card) if before is not None else {}
    made = []
    for name in revision.changed:
        attribute = find(name)
        is_picture = attribute is not None and attribute.syntax is Syntax.BINARY
        earlier, later = (_readable(name, values.get(name.lower(), ())) for values in (old, new))
        made.append(Difference(gettext(label_of(name)), () if is_picture else earlier, () if is_picture else later, is_picture))
    return tuple(made)


def _readable(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    field = BY_ATTRIBUTE.get(name.lower())
    if field is not None and field.look is Look.PHONE:
        return tuple(shown(value) for value in values)
    if field is not None and field.look is Look.POSTAL:
        return tuple(", ".join(from_ldap(value).splitlines()) for value in values)
    return values
