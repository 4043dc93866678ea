# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do something with a book, an entry or a field of it, and by which grants: all that may the same, together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.directory.views.explaining import Answer, May
from dirserver.errors import NotAuthenticated, NotFound
from dirserver.model.account import AccountState
from dirserver.model.attribute import FIELDS
from dirserver.model.book import Level
from dirserver.model.grant import Subject, SubjectKind
from dirserver.web.admin import frame
from dirserver.web.admin.answers import NOBODY, book_or_entry, decided_by, reasons
from dirserver.web.books.levels import LEVELS, grantee, subject_name
from dirserver.web.entry.fields import label_of_unit
from dirserver.web.people.collation import sort_key
from dirserver.web.shell.languages import current_language, gettext, mark
from dirserver.web.shell.links import PEOPLE

_AT_ONCE = 2_000
"""Accounts that are asked for a page: about a third of a second."""
_MAX_PAGE = 500
_MAX_LENGTH = 200
_SHOWN = 40
_CHEAPEST = FIELDS[0]
_RIGHTS = (Level.VIEW, Level.EDIT, Level.DELETE, Level.MANAGE)
_RELATIONS = {
    "self": mark("on their own entry"),
    "manager": mark("on the entries of their reports"),
    "label": mark("on what carries the label"),
}
_MAY_FIELD = {(True, True): mark("may read and write it"), (True, False): mark("may read it"), (False, True): mark("may write it")}

pages = Blueprint("admin_who_can", __name__)


@dataclass(frozen=True, slots=True)
class Same:
    """Accounts that may the same for the same reasons. ``where`` are words for the entries of which it holds, "" for all."""

    level: Level
    what: str
    where: str
    because: tuple[str, ...]


@dataclass(slots=True)
class Those:
    """They: the first by their logins, all by their number; ``with_nobody``: also who doesn't sign in."""

    logins: list[str]
    count: int = 0
    with_nobody: bool = False


@pages.get("/admin/who-can")
def show() -> str:
    """Show who may."""
    wanted = request.args.get("what", "").strip()[:_MAX_LENGTH]
    field = request.args.get("field", "")
    field = field if field in FIELDS else ""
    right = request.args.get("right", "").upper()
    least = Level[right] if right in {level.name for level in _RIGHTS} else Level.VIEW
    number = min(max(request.args.get("page", 1, type=int), 1), _MAX_PAGE)
    offset = (number - 1) * _AT_ONCE
    found = frame.office().accounts(state=AccountState.OPEN, limit=_AT_ONCE, offset=offset)
    asked = [(line.account.login, line.account.id) for line in found.lines]
    problem, told = "", None
    with frame.reading() as opened:
        if wanted:
            try:
                told = _gathered(opened, wanted, field, least, [*([] if offset else [(NOBODY, None)]), *asked])
            except NotFound as error:
                problem = error.public_message
        return render_template(
            "admin/who_can.html",
            what=wanted,
            field=field,
            fields=_fields(),
            right=right.lower(),
            rights=[(level.name.lower(), LEVELS[level]) for level in _RIGHTS],
            levels=LEVELS,
            told=told,
            nobody=subject_name(Subject(SubjectKind.ANONYMOUS)),
            first=offset + 1,
            last=offset + len(asked),
            total=found.total,
            number=number,
            problem=problem,
            example=PEOPLE,
        )


def _gathered(opened: Reading, wanted: str, field: str, least: Level, asked: Sequence[tuple[str, int | None]]) -> list[tuple[Same, Those]]:
    """Return who may, those that may most first. NotFound for no such book or entry."""
    book, entry = book_or_entry(opened, wanted)
    found: dict[Same, Those] = {}
    for login, account_id in asked:
        try:
            may = opened.may(account_id, book)
        except NotAuthenticated:
            # It was closed a moment ago.
            continue
        for same in dict.fromkeys(_answers(may, entry, field, least)):
            those = found.setdefault(same, Those([]))
            if account_id is None:
                those.with_nobody = True
            else:
                those.count += 1
                those.logins += [login] if len(those.logins) < _SHOWN else []
    return sorted(found.items(), key=lambda each: (bool(each[0].where), -each[0].level, -each[1].count))


def _answers(may: May, entry: Entry | None, field: str, least: Level) -> Iterator[Same]:
    fields = (field or _CHEAPEST,)
    if entry is not None:
        answers: tuple[Answer, ...] = (may.on(entry, fields),)
    else:
        more = (may.on_own(fields), may.on_reports(fields), *may.on_labels(fields))
        answers = (may.in_general(fields), *(answer for answer in more if answer.added_by))
    usual = answers[0].fields[0]
    for answer in answers:
        one = answer.fields[0]
        if answer.level < least or (field and not (one.may_read or one.may_write)):
            continue
        if field and answer is not answers[0] and (one.may_read, one.may_write) == (usual.may_read, usual.may_write):
            # No more than everywhere.
            continue
        # With an entry the sentence that names the grant says it.
        where = gettext(_RELATIONS[answer.relation]) if entry is None and answer.relation else ""
        what = gettext(_MAY_FIELD[one.may_read, one.may_write]) if field else ""
        yield Same(answer.level, what, where, _field_reasons(answer) if field else reasons(answer))


def _field_reasons(answer: Answer) -> tuple[str, ...]:
    """Say who has the grants that give a field, or what gives it without one."""
    called = {grant.named: grantee(grant) for grant in (*answer.decided_by, *answer.added_by)}
    names = dict.fromkeys((*answer.fields[0].read_by, *answer.fields[0].write_by))
    return decided_by(called.get(name, name) for name in names) if names else reasons(answer)


def _fields() -> list[tuple[str, str]]:
    language = current_language().code
    return sorted(((field, gettext(label_of_unit(field))) for field in FIELDS), key=lambda each: sort_key(each[1], language))
