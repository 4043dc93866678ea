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


@book.command("list")
@json_option
@config_option
def list_(as_json: bool, config_file: Path | None) -> None:
    """List the address books with their number of entries."""
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        rows = [(view.slug, str(view.book.kind), view.name, reading.count(view), view.book.number) for view in reading.books()]
    print_rows(("Slug", "Kind", "Name", "Entries", "Changes"), rows, as_json=as_json)
