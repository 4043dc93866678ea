# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver approval: which fields people change of their own entry only with somebody's approval."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import print_rows, say
from dirserver.model.approval import Approver
from dirserver.model.principal import Principal

_book = click.option("--book", "slug", default="people", show_default=True, metavar="SLUG", help="Which book of people.")


@click.group()
def approval() -> None:
    """Approvals: which fields people change of their own entry only with somebody's approval.

    A FIELD is an attribute, as in title, or a class of fields, as in public. Who may change a field for everybody (stewards,
    administrators) changes it at once, and may approve too.
    """


@approval.command("add")
@click.argument("field")
@click.option("--by", "approver", required=True, metavar="WHO", help="manager, stewards, group:NAME or account:LOGIN.")
@_book
@config_option
def add(field: str, approver: str, slug: str, config_file: Path | None) -> None:
    """Let changes of FIELD wait for WHO; this takes the place of what was said of FIELD before."""
    who = Approver.parse(approver)
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.proposals.let_wait(writing.book(slug), field, who)
    say(f"changes of {field} in {slug} wait for {who}")


@approval.command("remove")
@click.argument("field")
@_book
@config_option
def remove(field: str, slug: str, config_file: Path | None) -> None:
    """Let changes of FIELD wait for nobody any more; what waits already is still to be decided."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        writing.proposals.let_pass(writing.book(slug), field)
    say(f"changes of {field} in {slug} wait for nobody any more")


@approval.command("list")
@_book
@json_option
@config_option
def list_(slug: str, config_file: Path | None, *, as_json: bool) -> None:
    """List which fields wait for whom."""
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        rows = [(each.field, str(each.approver)) for each in reading.proposals.rules(reading.book(slug))]
    print_rows(("Field", "Approver"), rows, as_json=as_json)
