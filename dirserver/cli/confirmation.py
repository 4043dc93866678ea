# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver confirmation: whether entries are still correct."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import print_rows, say
from dirserver.errors import BadInput
from dirserver.model.names import Slug
from dirserver.model.principal import Principal

_MOST = 100_000


@click.group()
def confirmation() -> None:
    """Confirmations: entries that nobody said are correct for long, and asking people by mail. A running server asks every night."""


@confirmation.command("list")
@click.option("--book", "slug", default="people", show_default=True, metavar="SLUG", help="The book.")
@json_option
@config_option
def list_(slug: str, config_file: Path | None, *, as_json: bool) -> None:
    """List what nobody confirmed for long, the longest first, and who was asked how often."""
    with opened(config_file) as parts:
        found = parts.care.ages.stale(Principal.system(), Slug(slug), _MOST)
    rows = [(one.entry.name, one.entry.display, one.confirmed_at, one.login, one.times, one.asked_at) for one in found]
    print_rows(("Name", "Display", "Confirmed", "Asked", "Times", "Last asked"), rows, as_json=as_json)


@confirmation.command("ask")
@config_option
def ask(config_file: Path | None) -> None:
    """Ask now whom it is time to ask, as a running server does every night. Letters are delivered by dirserver serve."""
    with opened(config_file) as parts:
        if not parts.config.mail.is_set:
            raise BadInput("mail is not set up ([mail] host), so nobody can be asked")
        done = parts.care.confirmations.ask()
    say(f"{done.letters} letters about {done.entries} entries; {done.overdue} entries are told to those who look after their book")
