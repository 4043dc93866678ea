# SPDX-License-Identifier: GPL-3.0-or-later
"""A new contact of a book: its form, and a look for who may be there already before it is made."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass, replace

from flask import Blueprint, jsonify, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from dirserver.card.card import Card
from dirserver.card.fields import from_attributes
from dirserver.card.groups import categories_of
from dirserver.care.candidates import Candidate, candidates
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Draft
from dirserver.errors import BadInput
from dirserver.web.books.notices import BookNotice
from dirserver.web.books.place import require_editor, whole_book
from dirserver.web.entry.fields import GROUPS, label_of
from dirserver.web.entry.row import Row, row_of
from dirserver.web.profile.form import ProfileForm, ValuesField, make_form
from dirserver.web.shell.current import reading, show_books, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import entry_url
from dirserver.web.shell.notices import leave

_FIRST = ("givenname", "sn", "o", "title", "telephonenumber", "mobile", "mail", "description")
"""What is asked for at once; the rest stands below "More fields"."""
_LABELS = "categories"
_MOST_CHOICES = 60
_THE_SAME = mark("the same: %(fields)s")
_LABEL_NEEDED = mark("Each contact of this book needs a label: tick one, or write a new one.")
_NAME_NEEDED = mark("Write at least a name, an organization or a mail address.")

pages = Blueprint("book_adding", __name__)


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who may be meant, and the labels of the fields in which both agree."""

    row: Row
    agrees_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewContact:
    """A form on its way. ``labels`` are those that the book has, each with whether it is ticked."""

    form: ProfileForm
    labels: tuple[tuple[str, bool], ...] = ()
    fresh_label: str = ""
    problem: str = ""
    label_problem: str = ""
    alike: tuple[Alike, ...] = ()

    @property
    def first(self) -> tuple[ValuesField, ...]:
        """The fields that are asked for at once, in their order."""
        by_name = {field.name.lower(): field for field in self.form.fields}
        return tuple(by_name[name] for name in _FIRST if name in by_name)

    @property
    def more(self) -> tuple[ValuesField, ...]:
        """All others, apart from labels."""
        return tuple(field for field in self.form.fields if field.name.lower() not in {*_FIRST, _LABELS})


@pages.get("/book/<slug>/new")
def ask(slug: str) -> Response:
    """Show an empty form."""
    with reading() as opened:
        view = require_editor(whole_book(opened, slug))
        return _page(opened, view, _filled(opened, view, None), 200)


@pages.post("/book/<slug>/new")
def add(slug: str) -> Response:
    """Make the contact, unless one like it is there and nobody said that it is another."""
    with writing() as opened:
        view = require_editor(whole_book(opened, slug))
        new = _filled(opened, view, request.form)
        if not new.form.is_good:
            return _page(opened, view, new, 422)
        uuid = str(uuids.uuid4())
        try:
            card = _card(new, uuid)
        except BadInput:
            return _page(opened, view, replace(new, problem=gettext(_NAME_NEEDED)), 422)
        if view.book.needs_label and not categories_of(card):
            return _page(opened, view, replace(new, label_problem=gettext(_LABEL_NEEDED)), 422)
        found = () if request.form.get("force") else candidates(opened, view, card)
        if found:
            return _page(opened, view, replace(new, alike=tuple(alike_of(one) for one in found)), 409)
        made = opened.add(view, Draft(card, uuid=uuid))
    return leave(redirect(entry_url("person.show", made.book, made.name, made.uuid), 303), BookNotice.ADDED)


@pages.post("/book/<slug>/new/alike")
def alike(slug: str) -> Response:
    """Tell who may be meant by what is typed so far. Nothing is kept; a POST, so that nothing of it stands in an address or a log."""
    with reading() as opened:
        view = require_editor(whole_book(opened, slug))
        new = _filled(opened, view, request.form)
        good = tuple(field for field in new.form.fields if field.is_good)
        try:
            card = _card(replace(new, form=replace(new.form, fields=good)), str(uuids.uuid4()))
        except BadInput:
            return jsonify(alike=[])
        found = [alike_of(one) for one in candidates(opened, view, card)]
    told = [{"name": one.row.name, "url": one.row.url, "why": _why(one)} for one in found]
    return jsonify(alike=told)


def _why(one: Alike) -> str:
    return gettext(_THE_SAME) % {"fields": ", ".join(one.agrees_in)}


def _filled(opened: Reading, view: BookView, sent: MultiDict[str, str] | None) -> NewContact:
    writable = tuple(field.attribute for group in GROUPS for field in group.fields if view.view.may_write(field.attribute))
    form = make_form(writable, {}, sent)
    names = [label.display for label, _ in opened.labels(view)] if view.view.may_write(_LABELS) else []
    ticked = set(sent.getlist("label")) if sent is not None else set()
    fresh = " ".join(sent.get("fresh_label", "").split())[:120] if sent is not None else ""
    return NewContact(form, tuple((name, name in ticked) for name in names[:_MOST_CHOICES]), fresh)


def _card(new: NewContact, uuid: str) -> Card:
    values = {field.about.attribute: field.data for field in new.form.fields}
    labels = tuple(name for name, is_ticked in new.labels if is_ticked) + ((new.fresh_label,) if new.fresh_label else ())
    return from_attributes({**values, **({_LABELS: labels} if labels else {})}, uid=uuid)


def alike_of(one: Candidate) -> Alike:
    """Return a candidate as pages show it."""
    return Alike(row_of(one.entry), tuple(gettext(label_of(name)) for name in one.agrees_in))


def _page(opened: Reading, view: BookView, new: NewContact, status: int) -> Response:
    show_books(opened)
    is_labelling = view.view.may_write(_LABELS) and view.slug != "people"
    page = render_template("books/adding.html", book=view, tab="new", new=new, is_labelling=is_labelling)
    return Response(page, status=status, mimetype="text/html")
