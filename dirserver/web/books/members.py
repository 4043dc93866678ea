# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has which level on a book: seeing, giving, changing and taking back, and why somebody sees it.

What one may give is for the directory to say: a page offers no level above one's own, and shows what is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.directory.views.explaining import Answer
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.model.names import Slug
from dirserver.web.books.levels import EVERYTHING, LEVELS, classes, level_name, part_names, subject_name
from dirserver.web.books.notices import BookNotice
from dirserver.web.books.place import require_sharer, shared_book
from dirserver.web.books.subjects import Meant, meant
from dirserver.web.shell.current import identity, reading, writing
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.notices import leave

_NOBODY = mark("Nobody with an account is called so. Type a login, or a name from the list of people.")
_SEVERAL = mark("Several people fit. Choose one of them.")
_EITHER = mark("Choose a person, or many at once, but not both.")
_TOO_MUCH = mark("You can give, change and take back at most what you have yourself.")
_LAST_OWNER = mark("This is the only owner. Make somebody else an owner first.")
_ALL = mark("all fields")
_NO_LEVEL = mark("Choose what they may do.")
_NOTHING_SEEN = mark("Tick what they may see.")
_NOTHING_CHANGED = mark("Who may add and edit needs something to change: tick it, or let them only look.")
_WIDE = {"authenticated": SubjectKind.AUTHENTICATED, "anonymous": SubjectKind.ANONYMOUS}

pages = Blueprint("book_members", __name__)


@dataclass(frozen=True, slots=True)
class Shared:
    """A grant as a line of the list; ``sees`` and ``changes`` are what it reads and writes, in words.

    ``singly`` are the fields that it names by themselves.
    """

    grant: Grant
    key: str
    name: str
    level: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    sees: tuple[str, ...]
    changes: tuple[str, ...]
    singly: tuple[str, ...]
    has_all: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """What the asker has to give: all fields, or these classes to see and these to change."""

    has_all: bool
    reads: tuple[str, ...]
    writes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody sees a book, or doesn't; the names of the classes of fields that they read and write."""

    name: str
    level: str
    rule: str
    decided_by: tuple[tuple[str, str], ...]
    passed_over: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What came of a form that could not be done: words, and whom it may have meant."""

    text: str
    candidates: tuple[Meant, ...] = ()


@pages.get("/book/<slug>/members")
def show(slug: str) -> Response:
    """List who has which level; with ``why`` also why somebody has it."""
    with reading() as opened:
        return _page(opened, slug, None, 200)


@pages.post("/book/<slug>/members")
def give(slug: str) -> Response:
    """Give somebody a level, or another one."""
    with reading() as opened:
        require_sharer(shared_book(opened, slug))
        subject = _subject(opened)
        if isinstance(subject, Problem):
            return _page(opened, slug, subject, 422)
        level = request.form.get("level", type=int)
        if level is None or level not in set(Level):
            return _page(opened, slug, Problem(gettext(_NO_LEVEL)), 422)
        given = _given(opened, slug, subject, Level(level))
        if isinstance(given, Problem):
            return _page(opened, slug, given, 422)
    return _done(slug, given, BookNotice.SHARED)


@pages.post("/book/<slug>/members/remove")
def remove(slug: str) -> Response:
    """Take a level back."""
    subject = Subject.parse(request.form.get("subject", ""))
    return _done(slug, subject, BookNotice.UNSHARED)


def _done(slug: str, change: Grant | Subject, notice: BookNotice) -> Response:
    problem, status = "", 403
    try:
        with writing() as opened:
            view = shared_book(opened, slug)
            if isinstance(change, Grant):
                opened.grant(change)
            else:
                opened.revoke(view, change)
    except NotAllowed:
        problem = gettext(_TOO_MUCH)
    except Conflict:
        problem, status = gettext(_LAST_OWNER), 409
    if problem:
        with reading() as again:
            return _page(again, slug, Problem(problem), status)
    with reading() as again:
        is_still_mine = any(each.slug == slug and each.level >= Level.MANAGE for each in (*again.books(), *again.label_books()))
    return leave(redirect(url_for("book_members.show", slug=slug) if is_still_mine else url_for("books.show"), 303), notice)


def _subject(opened: Reading) -> Subject | Problem:
    """Return to whom the form gives: the one of the line, a group, everybody, or who was typed."""
    if request.form.get("subject"):
        return Subject.parse(request.form["subject"])
    group = request.form.get("group", "")
    if group and request.form.get("who", "").strip():
        # Whoever is taken for the other one would see what wasn't meant for them.
        return Problem(gettext(_EITHER))
    if group in _WIDE:
        return Subject(_WIDE[group])
    if group.startswith("group:"):
        return Subject.parse(group)
    found = meant(opened, request.form.get("who", ""))
    if len(found) == 1:
        return Subject(SubjectKind.ACCOUNT, found[0].login)
    return Problem(gettext(_SEVERAL if found else _NOBODY), found)


def _given(opened: Reading, slug: str, subject: Subject, level: Level) -> Grant | Problem:
    had = next((grant for grant in opened.grants(shared_book(opened, slug)) if grant.subject == subject), None)
    # Single fields are given on other ways; who has some keeps those that stay ticked.
    known = {EVERYTHING, *classes(), *((*had.reads, *had.writes) if had is not None else ())}
    if request.form.get("fields", "all") == "all":
        everything = (EVERYTHING,) if level > Level.NONE else ()
        return Grant(Slug(slug), subject, level, everything, everything if level >= Level.EDIT else ())
    reads = tuple(name for name in request.form.getlist("reads") if name in known)
    writes = tuple(name for name in request.form.getlist("writes") if name in known)
    # A level that has nothing to work on would be told as a right, and be none.
    if level >= Level.EDIT and not writes:
        return Problem(gettext(_NOTHING_CHANGED))
    if level == Level.VIEW and not reads:
        return Problem(gettext(_NOTHING_SEEN))
    return Grant(Slug(slug), subject, level, reads, writes if level >= Level.EDIT else ())


def _page(opened: Reading, slug: str, problem: Problem | None, status: int) -> Response:
    view = require_sharer(shared_book(opened, slug))
    page = render_template(
        "books/members.html",
        book=view,
        tab="members",
        shared=tuple(
            _shared(opened, view, grant) for grant in sorted(opened.grants(view), key=lambda grant: (-grant.level, str(grant.subject)))
        ),
        levels=[(level, gettext(text)) for level, text in LEVELS.items() if level <= (view.level if view.label is None else Level.MANAGE)],
        groups=tuple(group.name for group in opened.groups()),
        is_people=view.book.kind is BookKind.PEOPLE,
        offered=_offered(opened, view),
        problem=problem,
        typed=request.form,
        why=_why(opened, view),
        may_ask=view.in_general.level >= Level.MANAGE,
        asked=request.args.get("why", ""),
        name_of=lambda name: part_names((name,))[0],
    )
    return Response(page, status=status, mimetype="text/html")


def _offered(opened: Reading, view: BookView) -> Offered:
    def may_give(reads: tuple[str, ...], writes: tuple[str, ...]) -> bool:
        return opened.may_give(view, Grant(view.slug, Subject(SubjectKind.AUTHENTICATED), Level.VIEW, reads, writes))

    return Offered(
        may_give((EVERYTHING,), (EVERYTHING,)),
        tuple(name for name in classes() if may_give((name,), ())),
        tuple(name for name in classes() if may_give((), (name,))),
    )


def _shared(opened: Reading, view: BookView, grant: Grant) -> Shared:
    has_all = EVERYTHING in grant.reads and (grant.level < Level.EDIT or EVERYTHING in grant.writes)
    return Shared(
        grant,
        str(grant.subject),
        subject_name(grant.subject),
        level_name(grant.level),
        grant.reads,
        grant.writes,
        part_names(grant.reads),
        part_names(grant.writes),
        tuple(name for name in dict.fromkeys((*grant.reads, *grant.writes)) if name not in {EVERYTHING, *classes()}),
        has_all,
        opened.may_give(view, grant),
    )


def _why(opened: Reading, view: BookView) -> Why | Problem | None:
    typed = request.args.get("why", "")
    if not typed or view.in_general.level < Level.MANAGE:
        return None
    found = meant(opened, typed)
    if len(found) != 1:
        return Problem(gettext(_SEVERAL if found else _NOBODY), found)
    try:
        answer = opened.may(identity().account(found[0].login).id, view).in_general()
    except (NotFound, BadInput):
        return Problem(gettext(_NOBODY))
    return _told(found[0].name, answer)


def _whole(names: Iterable[str]) -> tuple[str, ...]:
    """Return what these classes are called, or "all fields" where they are all there are."""
    found = tuple(names)
    return (gettext(_ALL),) if found == classes() else part_names(found)


def _told(name: str, answer: Answer) -> Why:
    by_class: dict[str, list[tuple[bool, bool]]] = {}
    for field in answer.fields:
        by_class.setdefault(field.of_class, []).append((field.may_read, field.may_write))
    return Why(
        name,
        level_name(answer.level),
        answer.rule,
        tuple((subject_name(grant.subject), level_name(grant.level)) for grant in (*answer.decided_by, *answer.added_by)),
        tuple(subject_name(grant.subject) for grant in answer.passed_over),
        _whole(name for name in classes() if all(read for read, _ in by_class.get(name, ()))),
        _whole(name for name in classes() if all(write for _, write in by_class.get(name, ()))),
    )
