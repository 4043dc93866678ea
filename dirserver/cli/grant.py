# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver grant: who may do what with which book, or with what carries a label in it."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import print_rows, say
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal

_LEVELS = [level.name.lower() for level in Level if level > Level.NONE]
_ON_LABEL = "With --label only entries that carry it are meant: who has no other grant finds them in a book of their own."
_SUBJECT = "SUBJECT is account:LOGIN, group:NAME, authenticated, anonymous, self (one's own entry) or manager (one's reports')."


@click.group()
def grant() -> None:
    """Grants: who may do what with which book, and which fields go with it."""


@grant.command(
    "add", help=f"Let SUBJECT use a book up to LEVEL.\n\n{_SUBJECT} A grant replaces the one that SUBJECT has there.\n\n{_ON_LABEL}"
)
@click.argument("subject")
@click.argument("level", type=click.Choice(_LEVELS))
@click.option("--book", "slug", required=True, metavar="SLUG", help="Which address book.")
@click.option("--label", default="", metavar="NAME", help="Only what carries this label of the book; LEVEL is manage at most.")
@click.option("--reads", default="", metavar="FIELDS", help="Field classes or fields to show, with commas between; * for all.")
@click.option("--writes", default="", metavar="FIELDS", help="Field classes or fields to change, likewise.")
@config_option
def add(subject: str, level: str, slug: str, label: str, reads: str, writes: str, config_file: Path | None) -> None:
    """Let SUBJECT use a book up to LEVEL."""
    given = Grant(Slug(slug), Subject.parse(subject), Level[level.upper()], _split(reads), _split(writes), label)
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.grant(given)
        found = writing.label_book(writing.book(slug), label).slug if label else slug
    say(f"{given.subject} may {level} in {slug}" + (f" what is labelled '{label}', as the book {found}" if label else ""))


@grant.command("remove", help=f"Take away what a grant gave to SUBJECT on a book.\n\n{_SUBJECT}")
@click.argument("subject")
@click.option("--book", "slug", required=True, metavar="SLUG", help="Which address book.")
@click.option("--label", default="", metavar="NAME", help="The grant on this label of the book.")
@config_option
def remove(subject: str, slug: str, label: str, config_file: Path | None) -> None:
    """Take away what a grant gave to SUBJECT on a book."""
    taken = Subject.parse(subject)
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        book = writing.book(slug)
        writing.revoke(writing.label_book(book, label) if label else book, taken)
    say(f"{taken} has no grant on {slug}" + (f" and its label '{label}'" if label else "") + " any more")


@grant.command("list")
@click.option("--book", "slug", metavar="SLUG", help="Only this address book.")
@json_option
@config_option
def list_(slug: str | None, as_json: bool, config_file: Path | None) -> None:
    """List the grants."""
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        books = [reading.book(slug)] if slug else list(reading.books())
        found = [each for view in books for each in (*reading.grants(view), *(reading.label_grants(view) if view.label is None else ()))]
    rows = [(each.book, each.label, str(each.subject), each.level.name.lower(), each.reads, each.writes) for each in found]
    print_rows(("Book", "Label", "Subject", "Level", "Reads", "Writes"), rows, as_json=as_json)


def _split(fields: str) -> tuple[str, ...]:
    return tuple(field.strip() for field in fields.split(",") if field.strip())
