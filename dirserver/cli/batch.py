# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver batch: what was imported together, and undoing it."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, json_option, opened
from dirserver.cli.terminal import note, print_rows, say
from dirserver.model.names import BatchId
from dirserver.model.principal import Principal


@click.group()
def batch() -> None:
    """Batches: changes that were made together, as by an import."""


@batch.command("list")
@json_option
@config_option
def list_(as_json: bool, config_file: Path | None) -> None:
    """List the batches, newest first."""
    with opened(config_file) as parts, parts.directory.reading(Principal.system()) as reading:
        rows = [(each.id, each.kind, each.note, each.at, each.actor, each.undone_at, each.series) for each in reading.batches()]
    print_rows(("Id", "Kind", "Note", "At", "By", "Undone", "Series"), rows, as_json=as_json)


@batch.command("undo")
@click.argument("id_", metavar="ID")
@config_option
def undo(id_: str, config_file: Path | None) -> None:
    """Undo the batch or series ID: what it added is trashed, what it changed is as before. What somebody changed since is left alone."""
    with opened(config_file) as parts, parts.directory.writing(Principal.system()) as writing:
        undone = writing.undo_batch(BatchId(id_))
    say(f"{undone.restored} restored, {undone.trashed} trashed, {len(undone.skipped)} left alone")
    for uuid, reason in undone.skipped:
        note(f"{uuid}: {reason}")
