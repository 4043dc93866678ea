# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what with which book, and why: grants, and what they add up to for one account."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.explaining import Answer, FieldAnswer
from dirserver.errors import NotAuthenticated, NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.model.names import Slug
from dirserver.web.admin import frame
from dirserver.web.admin.answers import NOBODY, book_or_entry, reasons
from dirserver.web.books.levels import LEVELS, class_name, classes, grantee, part_names, subject_name
from dirserver.web.entry.fields import label_of_unit
from dirserver.web.people.collation import sort_key
from dirserver.web.shell.current import identity
from dirserver.web.shell.languages import current_language, gettext
from dirserver.web.shell.links import PEOPLE

pages = Blueprint("admin_grants", __name__)
frame.opens_doors(pages, lambda: url_for("admin_grants.show", book=request.form.get("book") or None))


@pages.get("/admin/grants")
def show() -> str:
    """Show the grants on a book."""
    return _page()


@pages.post("/admin/grants")
def give() -> Response:
    """Give a grant; it replaces the one that the same subject has on the book."""
    slug = request.form.get("book", "")

    def deed() -> None:
        level = request.form.get("level", "").upper()
        given = Grant(
            Slug(slug),
            _subject(request.form.get("subject", "")),
            Level[level] if level in Level.__members__ else Level.NONE,
            _fields("reads"),
            _fields("writes"),
        )
        with frame.writing() as opened:
            opened.grant(given)

    return frame.attempt(deed, _page, url_for("admin_grants.show", book=slug))


@pages.post("/admin/grants/revoke")
def revoke() -> Response:
    """Take a grant back."""
    slug = request.form.get("book", "")

    def deed() -> None:
        with frame.writing() as opened:
            opened.revoke(opened.book(slug), Subject.parse(request.form.get("subject", "")))

    return frame.attempt(deed, _page, url_for("admin_grants.show", book=slug))


@pages.get("/admin/explain")
def explain() -> str:
    """Show what an account may do with an entry, or with a book in general, field by field, and which grants say so."""
    login, wanted = (request.args.get(name, "").strip() for name in ("login", "entry"))
    problem, answer = "", None
    with frame.reading() as opened:
        if login:
            try:
                answer = _answer(opened, login, wanted or PEOPLE)
            except (NotFound, NotAuthenticated) as error:
                problem = error.public_message
        return render_template(
            "admin/explain.html",
            login=login,
            entry=wanted,
            answer=answer,
            reasons=reasons(answer) if answer is not None else (),
            problem=problem,
            rows=_rows(answer) if answer is not None else [],
            levels=LEVELS,
            class_name=class_name,
        )


def _rows(answer: Answer) -> list[tuple[str, FieldAnswer, tuple[str, ...]]]:
    """Return the fields by what they are called, each with who has the grants that give it."""
    called = {grant.named: grantee(grant) for grant in (*answer.decided_by, *answer.added_by)}
    rows = [
        (gettext(label_of_unit(one.field)), one, tuple(called.get(name, name) for name in dict.fromkeys((*one.read_by, *one.write_by))))
        for one in answer.fields
    ]
    return sorted(rows, key=lambda row: sort_key(row[0], current_language().code))


def _answer(opened: Reading, login: str, wanted: str) -> Answer:
    account_id = None if login == NOBODY else identity().account(login).id
    book, entry = book_or_entry(opened, wanted)
    may = opened.may(account_id, book)
    return may.in_general() if entry is None else may.on(entry)


def _subject(text: str) -> Subject:
    """Return whom a text names: as grants are written, or an account's login alone."""
    plain = text.strip()
    is_login = bool(plain) and ":" not in plain and plain not in set(SubjectKind)
    return Subject.parse(f"{SubjectKind.ACCOUNT}:{plain}" if is_login else plain)


def _fields(name: str) -> tuple[str, ...]:
    chosen = request.form.getlist(name)
    return tuple(part.strip() for text in chosen for part in text.split(",") if part.strip())


def _page(problem: str = "") -> str:
    with frame.reading() as opened:
        books = [book for book in (*opened.books(), *opened.label_books()) if not book.slug.startswith("~")]
        wanted = request.args.get("book") or request.form.get("book") or PEOPLE
        book = next((each for each in books if each.slug == wanted), books[0] if books else None)
        grants = opened.grants(book) if book is not None else ()
        return render_template(
            "admin/grants.html",
            books=books,
            chosen=book,
            grants=[(grant, subject_name(grant.subject), part_names(grant.reads), part_names(grant.writes)) for grant in grants],
            levels=LEVELS,
            class_name=class_name,
            classes=classes(),
            groups=[group.name for group in opened.groups()],
            problem=problem,
        )
