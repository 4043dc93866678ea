# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver who-can and dirserver explain: who may do what, and which grant says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import Cell, print_json, print_rows, say
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry
from dirserver.directory.views.explaining import Answer, FieldAnswer, May, because
from dirserver.errors import NotAuthenticated, NotFound
from dirserver.model.attribute import find
from dirserver.model.grant import Grant
from dirserver.model.principal import Principal
from dirserver.wiring import Parts

_NOBODY = "anonymous"
_PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class _Who:
    login: str
    may: May


@click.command("who-can")
@click.argument("what", metavar="ENTRY|BOOK|FIELD")
@click.option("--book", "slug", default=_PEOPLE, show_default=True, metavar="SLUG", help="The book in which a field is meant.")
@json_option
@config_option
def who_can(what: str, slug: str, as_json: bool, config_file: Path | None) -> None:
    """Show who may do what with an entry, a book or a field, and why; those who may nothing are not listed.

    An entry is a person's login, BOOK/NAME as in clients/acme, or a UUID. A field is an attribute, as in mobile.
    """
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        try:
            view: BookView | None = reading.book(what)
        except NotFound:
            view = None
        if view is not None:
            _print_levels(_all(parts, reading, view), None, as_json=as_json)
        elif find(what) is not None:
            _print_field(_all(parts, reading, reading.book(slug)), what, as_json=as_json)
        elif (found := _entry(reading, what)) is not None:
            _print_levels(_all(parts, reading, found[0]), found[1], as_json=as_json)
        else:
            raise NotFound(
                f"'{what}' is neither a book nor a field, nor an entry (a person's login, BOOK/NAME as in clients/acme, or a UUID)"
            )


@click.command("explain")
@click.argument("login")
@click.argument("entry", metavar="ENTRY")
@click.option("--field", "fields", multiple=True, metavar="FIELD", help="Only this field; may be given more than once.")
@json_option
@config_option
def explain(login: str, entry: str, fields: tuple[str, ...], as_json: bool, config_file: Path | None) -> None:
    """Show what LOGIN may do with ENTRY, field by field, and which grants say so; LOGIN anonymous is nobody in particular.

    ENTRY is a person's login, BOOK/NAME as in clients/acme, or a UUID.
    """
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        found = _entry(reading, entry)
        if found is None:
            raise NotFound(f"there is no entry '{entry}'; give a person's login, BOOK/NAME as in clients/acme, or a UUID")
        account_id = None if login == _NOBODY else parts.identity.account(login).id
        answer = reading.may(account_id, found[0]).on(found[1], fields)
    if as_json:
        print_json({"login": login, "entry": found[1].uuid, "book": found[1].book, **_described(answer)})
        return
    say(f"{login} may {_level(answer)} {found[0].slug}/{found[1].name}: {because(answer)}")
    rows = [(one.field, one.of_class, one.may_read, one.may_write, _by(one)) for one in answer.fields]
    print_rows(("Field", "Class", "Read", "Write", "By"), rows, as_json=False)


def _entry(reading: Reading, text: str) -> tuple[BookView, Entry] | None:
    slug, slash, name = text.partition("/")
    try:
        if slash:
            view = reading.book(slug)
            return view, reading.named(view, name)
        entry = reading.find(text)
        return reading.book(entry.book), entry
    except NotFound:
        return _entry(reading, f"{_PEOPLE}/{text}") if not slash else None


def _all(parts: Parts, reading: Reading, view: BookView) -> Iterator[_Who]:
    yield _Who(_NOBODY, reading.may(None, view))
    for account in parts.identity.accounts():
        try:
            yield _Who(account.login, reading.may(account.id, view))
        except NotAuthenticated:
            # A closed account may nothing.
            continue


def _print_levels(everybody: Iterator[_Who], entry: Entry | None, *, as_json: bool) -> None:
    told = []
    for one in everybody:
        if entry is not None:
            told.append((one.login, one.may.on(entry)))
        else:
            told.append((one.login, one.may.in_general()))
            told += [(one.login, more) for more in (one.may.on_own(), one.may.on_reports()) if more.added_by]
            told += [(one.login, more) for more in one.may.on_labels()]
    told = [(login, answer) for login, answer in told if answer.level]
    if as_json:
        print_json([{"login": login, **_described(answer)} for login, answer in told])
        return
    rows: list[tuple[Cell, ...]] = [
        (login, answer.relation or "any", _level(answer), _classes(answer, write=False), _classes(answer, write=True), because(answer))
        for login, answer in told
    ]
    print_rows(("Login", "On", "Level", "Reads", "Writes", "Because"), rows, as_json=False)


def _print_field(everybody: Iterator[_Who], name: str, *, as_json: bool) -> None:
    rows: list[tuple[Cell, ...]] = []
    for one in everybody:
        general = one.may.in_general((name,))
        for answer in (general, one.may.on_own((name,)), one.may.on_reports((name,)), *one.may.on_labels((name,))):
            field = answer.fields[0]
            is_more = (field.may_read, field.may_write) != (general.fields[0].may_read, general.fields[0].may_write)
            if (field.may_read or field.may_write) and (answer is general or is_more):
                rows.append((one.login, answer.relation or "any", field.may_read, field.may_write, _by(field) or answer.rule))
    print_rows(("Login", "On", "Read", "Write", "By"), rows, as_json=as_json)


def _described(answer: Answer) -> dict[str, object]:
    return {
        "relation": answer.relation,
        "level": answer.level.name.lower(),
        "rule": answer.rule,
        "because": because(answer),
        "decided_by": [_grant(grant) for grant in answer.decided_by],
        "added_by": [_grant(grant) for grant in answer.added_by],
        "passed_over": [_grant(grant) for grant in answer.passed_over],
        "fields": {
            one.field: {
                "class": one.of_class,
                "read": one.may_read,
                "write": one.may_write,
                "read_by": list(one.read_by),
                "write_by": list(one.write_by),
            }
            for one in answer.fields
        },
    }


def _grant(grant: Grant) -> dict[str, object]:
    told: dict[str, object] = {
        "subject": str(grant.subject),
        "level": grant.level.name.lower(),
        "reads": list(grant.reads),
        "writes": list(grant.writes),
    }
    return {**told, "label": grant.label} if grant.label else told


def _level(answer: Answer) -> str:
    return answer.level.name.lower() if answer.level else "not see"


def _by(field: FieldAnswer) -> str:
    return ", ".join(dict.fromkeys((*field.read_by, *field.write_by)))


def _classes(answer: Answer, *, write: bool) -> tuple[str, ...]:
    """Name the classes of which all may be read (or written), and the single fields of the others."""
    may = {one.field: one.may_write if write else one.may_read for one in answer.fields}
    if all(may.values()):
        return ("*",)
    of_class: dict[str, list[str]] = {}
    for one in answer.fields:
        of_class.setdefault(one.of_class, []).append(one.field)
    found: list[str] = []
    for name, members in of_class.items():
        allowed = [field for field in members if may[field]]
        found += [name] if len(allowed) == len(members) else allowed
    return tuple(found)
