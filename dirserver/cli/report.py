# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver report: figures about a book."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.duplicates import look
from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import print_rows
from dirserver.model.names import Slug
from dirserver.model.principal import Principal


@click.command()
@click.option("--book", "slug", default="people", show_default=True, metavar="SLUG", help="The book.")
@json_option
@config_option
def report(slug: str, as_json: bool, config_file: Path | None) -> None:
    """Print how complete a book is, how old, how it grows, who is there twice, and its labels."""
    with opened(config_file) as parts:
        look(parts, Slug(slug))
        figures = parts.care.reports.figures(Principal.system(), Slug(slug))
    rows = [(figure.topic.value, row.word, row.count, row.of or None) for figure in figures for row in figure.rows]
    print_rows(("Topic", "What", "Count", "Of"), rows, as_json=as_json)
