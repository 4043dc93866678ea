# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver book: address books."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import print_rows, say
from dirserver.model.book import BookKind
from dirserver.model.principal import Principal


@click.group()
def book() -> None:
    """Address books."""


@book.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="What people see.")
@click.option("--kind", type=click.Choice([BookKind.PEOPLE.value, BookKind.SHARED.value]), default=BookKind.SHARED.value, show_default=True)
@click.option("--description", default="", help="A sentence about it.")
@config_option
def add(slug: str, name: str, kind: str, description: str, config_file: Path | None) -> None:
    """Make the address book SLUG. Nobody sees it until a grant says so (dirserver grant add)."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        made = writing.add_book(slug, BookKind(kind), name, description=description)
    say(f"book {made.slug} made; now say who may use it: dirserver grant add authenticated view --book {made.slug} --reads '*'")


@book.command("add-label")
@click.argument("slug")
@click.argument("label")
@click.option("--as", "as_slug", required=True, metavar="SLUG", help="Its name as a book, in URLs.")
@config_option
def add_label(slug: str, label: str, as_slug: str, config_file: Path | None) -> None:
    """Show what is labelled LABEL in the book SLUG as a book of its own, to phones that can't choose among labels.

    Who may use the book may use it: no grant is needed. A card that is made there gets the label; one that is deleted there loses it.
    """
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        made = writing.add_label_book(writing.book(slug), label, as_slug)
    say(f"label '{made.name}' of {slug} is shown as the book {made.slug}")


@book.command("drop-label")
@click.argument("slug")
@config_option
def drop_label(slug: str, config_file: Path | None) -> None:
    """Show the label that is the book SLUG as a book no more. Nothing that is labelled so changes."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.drop_label_book(slug)
    say(f"{slug} is no book any more")


@book.command("require-label")
@click.argument("slug")
@click.option("--off", is_flag=True, help="Labels are up to who adds a contact again.")
@config_option
def require_label(slug: str, off: bool, config_file: Path | None) -> None:
    """Let nobody add a contact without a label to the shared book SLUG.

    Phones make a contact first and put it into a list afterwards: what comes by CardDAV is taken, and stewards are told of it while it
    has no label.
    """
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.need_label(writing.book(slug), is_needed=not off)
    say(f"contacts of {slug} need {'no' if off else 'a'} label")


@book.command("list")
@json_option
@config_option
def list_(as_json: bool, config_file: Path | None) -> None:
    """List the address books with their number of entries."""
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        views = (*reading.books(), *reading.label_books())
        rows = [
            (view.slug, "label" if view.label else str(view.book.kind), view.name, reading.count(view), view.book.number) for view in views
        ]
    print_rows(("Slug", "Kind", "Name", "Entries", "Changes"), rows, as_json=as_json)
