# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what with which book, and why: grants, and what they add up to for one account."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.directory.views.explaining import Answer, FieldAnswer
from dirserver.errors import NotAuthenticated, NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.model.names import Slug
from dirserver.web.admin import frame
from dirserver.web.books.levels import LEVELS, class_name, classes, grantee, level_name, part_names, subject_name
from dirserver.web.entry.fields import label_of_unit
from dirserver.web.people.collation import sort_key
from dirserver.web.shell.current import identity
from dirserver.web.shell.languages import current_language, gettext, mark
from dirserver.web.shell.links import PEOPLE

_NOBODY = "anonymous"
_BY_RULE = {
    "owner of the book": mark("It is their own book: they may do everything."),
    "administrator": mark("Administrators may do everything in every shared book."),
}
_DECIDED = mark("Decided by: %(who)s.")
_ADDED = mark("On this entry also: %(who)s.")
_PASSED_OVER = mark("Passed over, because that is closer: %(who)s.")
_NOTHING = mark("No grant fits, so nothing shows.")

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
            reasons=_reasons(answer) if answer is not None else (),
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


def _reasons(answer: Answer) -> tuple[str, ...]:
    """Say what an answer rests on, in sentences."""
    if answer.rule in _BY_RULE:
        return (gettext(_BY_RULE[answer.rule]),)
    if not answer.decided_by and not answer.added_by:
        return (gettext(_NOTHING),)
    said = []
    for words, grants in ((_DECIDED, answer.decided_by), (_ADDED, answer.added_by)):
        if grants:
            said.append(gettext(words) % {"who": "; ".join(f"{grantee(grant)} ({level_name(grant.level)})" for grant in grants)})
    if answer.passed_over:
        said.append(gettext(_PASSED_OVER) % {"who": "; ".join(map(grantee, answer.passed_over))})
    return tuple(said)


def _answer(opened: Reading, login: str, wanted: str) -> Answer:
    account_id = None if login == _NOBODY else identity().account(login).id
    slug, _, name = wanted.partition("/")
    if name:
        book = opened.book(slug)
        return opened.may(account_id, book).on(opened.named(book, name))
    book_alone = _book(opened, slug)
    if book_alone is not None:
        return opened.may(account_id, book_alone).in_general()
    entry = opened.find(wanted)
    return opened.may(account_id, opened.book(entry.book)).on(entry)


def _book(opened: Reading, slug: str) -> BookView | None:
    try:
        return opened.book(slug)
    except NotFound:
        return None


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
