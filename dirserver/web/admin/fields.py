# SPDX-License-Identifier: GPL-3.0-or-later
"""Which field is of which class, and who reads and writes each class. Classes come from the settings file: shown, not changed here."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from dirserver.model.attribute import FIELDS
from dirserver.model.grant import Grant
from dirserver.web.admin import frame
from dirserver.web.books.levels import class_name, subject_name
from dirserver.web.entry.fields import label_of_unit
from dirserver.web.shell.current import config
from dirserver.web.shell.links import PEOPLE

_UNLISTED = "private"
_ALL = "*"

pages = Blueprint("admin_fields", __name__)


@dataclass(frozen=True, slots=True)
class ClassOfFields:
    """A class with its fields, and who may read and write the whole of it on a book, by the grants that say so."""

    name: str
    labels: tuple[str, ...]
    readers: tuple[str, ...]
    writers: tuple[str, ...]


@pages.get("/admin/fields")
def show() -> str:
    """Show the classes."""
    with frame.reading() as opened:
        books = [book for book in opened.books() if not book.slug.startswith("~")]
        wanted = request.args.get("book", PEOPLE)
        book = next((each for each in books if each.slug == wanted), books[0] if books else None)
        grants = opened.grants(book) if book is not None else ()
        return render_template("admin/fields.html", classes=_classes(grants), books=books, chosen=book, class_name=class_name)


def _classes(grants: tuple[Grant, ...]) -> list[ClassOfFields]:
    policy = config().fields
    listed = [(each.name, each.fields) for each in policy.classes]
    rest = tuple(field for field in FIELDS if policy.class_of(field) == _UNLISTED)
    return [
        ClassOfFields(
            name,
            tuple(label_of_unit(field) for field in fields),
            tuple(subject_name(grant.subject) for grant in grants if {name, _ALL} & {*grant.reads, *grant.writes}),
            tuple(subject_name(grant.subject) for grant in grants if {name, _ALL} & set(grant.writes)),
        )
        for name, fields in (*listed, (_UNLISTED, rest))
    ]
