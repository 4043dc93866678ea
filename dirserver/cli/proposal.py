# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver proposal: changes that wait for approval."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import print_rows, say
from dirserver.directory.changes.proposal import Proposal
from dirserver.errors import Stale
from dirserver.model.principal import Principal


@click.group()
def proposal() -> None:
    """Proposals: changes that wait for approval. See also: dirserver approval."""


@proposal.command("list")
@json_option
@config_option
def list_(config_file: Path | None, *, as_json: bool) -> None:
    """List what waits, oldest first. A field that has changed since it was proposed is marked."""
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        waiting = reading.proposals.to_decide()
    rows = [(one.number, one.display, _told(one, 0), _told(one, 1), str(one.approver), one.by, one.at, one.is_stale) for one in waiting]
    print_rows(("Number", "Person", "Now", "Wanted", "Approver", "By", "At", "Changed since"), rows, as_json=as_json)


@proposal.command("approve")
@click.argument("number", type=int)
@click.option("--anyway", is_flag=True, help="Also where the field has changed since it was proposed.")
@config_option
def approve(number: int, config_file: Path | None, *, anyway: bool) -> None:
    """Make the change NUMBER. Its history and the audit trail name the operator."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        seen = writing.proposals.one(number).seen if anyway else None
        try:
            done = writing.proposals.approve(number, seen=seen)
        except Stale as error:
            raise Stale(f"{error.public_message} (dirserver proposal list), and use --anyway") from None
    say(f"{done.display}: {done.field_name} is changed as {done.by} proposed")


@proposal.command("reject")
@click.argument("number", type=int)
@click.option("--reason", default="", help="What is told to who proposed it.")
@config_option
def reject(number: int, reason: str, config_file: Path | None) -> None:
    """Leave the field of proposal NUMBER as it is."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        done = writing.proposals.refuse(number, reason)
    say(f"{done.display}: {done.field_name} stays as it is")


def _told(one: Proposal, which: int) -> tuple[str, ...]:
    return tuple(f"{name}: {', '.join(pair[which])}" for name, pair in one.changes.items())
