# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of people: mailing lists of the address book, and whom grants name."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Group
from dirserver.errors import BadInput, Conflict, NotFound
from dirserver.model.grant import Grant, SubjectKind
from dirserver.web.admin import frame
from dirserver.web.books.levels import LEVELS
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import PEOPLE
from dirserver.web.shell.notices import Notice, leave

_MAX_LENGTH = 200
_NAME_REFUSED = (BadInput, Conflict)
"""It can't be a name, or another group has it; nothing else that is typed about a group is looked at."""
_NOBODY = mark("Nobody goes by “%(who)s” here. Type the login of a person, or the UUID of a contact.")

pages = Blueprint("admin_groups", __name__)
frame.opens_doors(pages, lambda: url_for("admin_groups.open_one" if request.view_args else "admin_groups.show", **request.view_args or {}))


@pages.get("/admin/groups")
def show() -> str:
    """List the groups."""
    return _page()


@pages.post("/admin/groups")
def add() -> Response:
    """Make a group and go to it."""
    name, description, mail = _typed()
    try:
        with frame.writing() as opened:
            made = opened.add_group(name, description=description, mail=mail)
    except _NAME_REFUSED as error:
        return frame.refused(error, lambda problem: _page(name_problem=problem))
    return leave(redirect(url_for("admin_groups.open_one", name=made.name), 303), Notice.DONE)


@pages.get("/admin/groups/<name>")
def open_one(name: str) -> str:
    """Show a group with its members and what is granted to it."""
    return _group_page(name)


@pages.post("/admin/groups/<name>")
def save(name: str) -> Response:
    """Call a group otherwise."""
    new, description, mail = _typed()
    try:
        with frame.writing() as opened:
            changed = opened.change_group(name, name=new, description=description, mail=mail)
    except _NAME_REFUSED as error:
        return frame.refused(error, lambda problem: _group_page(name, name_problem=problem))
    return leave(redirect(url_for("admin_groups.open_one", name=changed.name), 303), Notice.DONE)


@pages.post("/admin/groups/<name>/members")
def join(name: str) -> Response:
    """Put somebody into a group: by login, or by the UUID of any entry."""
    who = request.form.get("who", "")[:_MAX_LENGTH].strip()
    with frame.reading() as opened:
        opened.group(name)
        try:
            uuid = _person(opened, who)
        except NotFound:
            problem = gettext(_NOBODY) % {"who": who}
            return Response(_group_page(name, who_problem=problem), status=422, mimetype="text/html")

    def deed() -> None:
        with frame.writing() as opened:
            opened.add_member(name, uuid)

    return _do(name, deed)


@pages.post("/admin/groups/<name>/members/remove")
def part(name: str) -> Response:
    """Take somebody out of a group."""
    uuid = request.form.get("uuid", "")

    def deed() -> None:
        with frame.writing() as opened:
            opened.remove_member(name, uuid)

    return _do(name, deed)


@pages.post("/admin/groups/<name>/second-factor")
def require(name: str) -> Response:
    """Say whether its members must have a second factor."""
    is_required = request.form.get("is_required") == "y"

    def deed() -> None:
        with frame.writing() as opened:
            opened.require_second_factor(name, is_required=is_required)

    return _do(name, deed)


@pages.post("/admin/groups/<name>/remove")
def drop(name: str) -> Response:
    """Remove a group, with what is granted to it."""

    def deed() -> None:
        with frame.writing() as opened:
            opened.drop_group(name)

    return frame.attempt(deed, lambda problem: _group_page(name, problem), url_for("admin_groups.show"))


def _do(name: str, deed: Callable[[], object]) -> Response:
    return frame.attempt(deed, lambda problem: _group_page(name, problem), url_for("admin_groups.open_one", name=name))


def _typed() -> tuple[str, str, str]:
    name, description, mail = (request.form.get(field, "")[:_MAX_LENGTH].strip() for field in ("name", "description", "mail"))
    return name, description, mail


def _person(opened: Reading, who: str) -> str:
    try:
        return opened.named(opened.book(PEOPLE), who).uuid
    except NotFound:
        return opened.find(who).uuid


def _page(*, name_problem: str = "") -> str:
    with frame.reading() as opened:
        return render_template("admin/groups.html", groups=opened.groups(), name_problem=name_problem)


def _group_page(name: str, problem: str = "", *, who_problem: str = "", name_problem: str = "") -> str:
    with frame.reading() as opened:
        group = opened.group(name)
        return render_template(
            "admin/group.html",
            group=group,
            grants=_granted_to(opened, group),
            levels=LEVELS,
            problem=problem,
            who_problem=who_problem,
            name_problem=name_problem,
            typed=request.form if name_problem else {"name": group.name, "description": group.description, "mail": group.mail},
        )


def _granted_to(opened: Reading, group: Group) -> list[tuple[BookView, Grant]]:
    return [
        (book, grant)
        for book in (*opened.books(), *opened.label_books())
        if not book.slug.startswith("~")
        for grant in opened.grants(book)
        if grant.subject.kind is SubjectKind.GROUP and grant.subject.name == group.name
    ]
