# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing an entry: my own profile, or any entry of which the reader may write something.

The form carries the revision that it was made from. When the entry changed meanwhile, the two changes are joined field by
field (what I left alone takes the other's value); only where both changed the same field to different values the form comes
back and shows both.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.directory.writing import Writing
from dirserver.errors import BadInput, NotAllowed
from dirserver.web.entry.fields import GROUPS, PHOTO
from dirserver.web.entry.row import face_of
from dirserver.web.entry.values import Values, all_values
from dirserver.web.people.person import entry_named
from dirserver.web.profile.audience import told
from dirserver.web.profile.form import ProfileForm, make_form
from dirserver.web.profile.own import approver_words, own_entry, required
from dirserver.web.profile.sent_photo import photo_told, sent_photo
from dirserver.web.shell.current import reading, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import PEOPLE, entry_url
from dirserver.web.shell.menu import Place, persons
from dirserver.web.shell.notices import Notice, leave

_LABELS = "categories"
_LABEL_NEEDED = mark("Each contact of this book needs a label: leave one, or write another.")

pages = Blueprint("profile_edit", __name__)
PLACES = (Place(mark("My page"), "profile_edit.show_own", "person", persons),)
WITH_FILES = frozenset({"profile_edit.save", "profile_edit.save_own"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A form on its way: what was typed, which revision it knows, what to say about it."""

    form: ProfileForm
    revision: int
    problem: str = ""
    photo_problem: str = ""
    has_clash: bool = False


@pages.get("/me")
def show_own() -> Response:
    """Lead to one's own page."""
    with reading() as opened:
        entry = opened.me()
        if entry is None:
            return redirect(url_for("profile_mine.show"), 303)
        return redirect(entry_url("person.show", entry.book, entry.name, entry.uuid), 303)


@pages.get("/me/edit")
def ask_own() -> Response:
    """Show the form of one's own entry."""
    with reading() as opened:
        return _ask(opened, own_entry(opened))


@pages.get("/people/<name>/edit", defaults={"slug": PEOPLE})
@pages.get("/books/<slug>/<name>/edit")
def ask(slug: str, name: str) -> Response:
    """Show the form of an entry."""
    with reading() as opened:
        return _ask(opened, entry_named(opened, slug, name))


@pages.post("/me/edit")
def save_own() -> Response:
    """Save one's own entry."""
    with writing() as opened:
        return _save(opened, own_entry(opened))


@pages.post("/people/<name>/edit", defaults={"slug": PEOPLE})
@pages.post("/books/<slug>/<name>/edit")
def save(slug: str, name: str) -> Response:
    """Save an entry."""
    with writing() as opened:
        return _save(opened, entry_named(opened, slug, name))


def writable(entry: Entry) -> tuple[str, ...]:
    """Return the attributes of the form that the reader may write on this entry."""
    return tuple(field.attribute for group in GROUPS for field in group.fields if entry.view.may_write(field.attribute))


def _ask(opened: Reading, entry: Entry) -> Response:
    _require_something(entry)
    form = make_form(writable(entry), all_values(entry.card))
    return _page(opened, entry, Draft(form, entry.revision), 200)


def _require_something(entry: Entry) -> None:
    if not writable(entry) and not entry.view.may_write(PHOTO.attribute):
        raise NotAllowed("you may not change this entry")


def _save(opened: Writing, entry: Entry) -> Response:
    _require_something(entry)
    revision = request.form.get("revision", type=int)
    if revision is None:
        raise BadRequest
    stored = all_values(entry.card)
    form = make_form(writable(entry), _values_at(opened, entry, revision, stored), request.form)
    if opened.book(entry.book).book.needs_label:
        form.need(_LABELS, gettext(_LABEL_NEEDED))
    if not form.is_good:
        return _page(opened, entry, Draft(form, revision), 422)
    if form.join(stored):
        return _page(opened, entry, Draft(form, entry.revision, has_clash=True), 409)
    photo, photo_problem = sent_photo() if entry.view.may_write(PHOTO.attribute) else ((), "")
    if photo_problem:
        return _page(opened, entry, Draft(form, revision, photo_problem=photo_problem), 422)
    modifications = (*form.modifications(), *photo)
    answer = redirect(entry_url("person.show", entry.book, entry.name, entry.uuid), 303)
    if not modifications:
        return leave(answer, Notice.NOTHING_CHANGED)
    try:
        opened.modify(entry.uuid, modifications, if_revision=entry.revision)
    except BadInput as error:
        return _page(opened, entry, Draft(form, revision, problem=error.public_message), 422)
    if opened.held:
        return leave(redirect(url_for("profile_mine.show"), 303), Notice.WAITS)
    return leave(answer, Notice.SAVED)


def _values_at(opened: Reading, entry: Entry, revision: int, stored: Values) -> Values:
    """Return the values that the form was made from; where history can't tell, what is stored now."""
    if revision == entry.revision:
        return stored
    try:
        earlier = next((each for each in opened.history(entry) if each.number == revision), None)
    except NotAllowed:
        earlier = None
    return stored if earlier is None else all_values(earlier.card)


def _page(opened: Reading, entry: Entry, draft: Draft, status: int) -> Response:
    book = opened.book(entry.book)
    proposals = opened.proposals.waiting_on(entry.uuid) if entry.is_self else ()
    page = render_template(
        "profile/edit.html",
        entry=entry,
        book=book,
        face_of_entry=face_of(entry),
        draft=draft,
        audience_of=told(opened, entry, (PHOTO.attribute, *writable(entry))) if entry.is_self else {},
        may_change_photo=entry.view.may_write(PHOTO.attribute),
        region=draft.form.region,
        photo_told=photo_told(),
        required=(required() if entry.is_self else frozenset()) | ({_LABELS} if book.book.needs_label else frozenset()),
        waits_for=_waits_for(opened, entry),
        wanted={name: ", ".join(new) for one in proposals for name, (_, new) in one.changes.items()},
    )
    return Response(page, status=status, mimetype="text/html")


def _waits_for(opened: Reading, entry: Entry) -> dict[str, str]:
    """Return who has to approve changes of one's own entry, in the reader's language, by attribute."""
    if not entry.is_self:
        return {}
    book = opened.book(entry.book)
    names = (PHOTO.attribute, *writable(entry))
    return {name: approver_words(who) for name in names if (who := opened.proposals.waits_for(book, name)) is not None}
