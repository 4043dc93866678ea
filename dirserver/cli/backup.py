# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver backup and restore."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from dirserver import wiring
from dirserver.cli.options import config_option
from dirserver.cli.terminal import note, say
from dirserver.config import load

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
@config_option
def backup(file: Path, config_file: Path | None) -> None:
    """Write a consistent copy of the database with its checksum to FILE (a zip file), while the servers run.

    The settings and the key are not in it. On PostgreSQL it tells which of its tools to use, and ends with an error.
    """
    os.umask(0o077)
    config = load(config_file)
    manifest = wiring.back_up(config, file)
    say(f"{file}: {manifest.length_bytes} bytes of database, SHA-256 {manifest.sha256}")
    note(f"keep the key apart: {config.security.key_file}")


@click.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--renew-only", is_flag=True, help="Restore nothing; only make every client start over, after a restore by other means.")
@config_option
def restore(file: Path | None, yes: bool, renew_only: bool, config_file: Path | None) -> None:
    """Put the database of the backup FILE in the place of the present one. Stop the servers first.

    The backup is checked before anything is touched; the present database is kept beside it under another name. Every
    phone and client then fetches everything anew, and every browser signs in again.
    """
    if renew_only == (file is not None):
        raise click.UsageError("give either the FILE to restore, or --renew-only")
    os.umask(0o077)
    config = load(config_file)
    if file is None:
        wiring.renew(config)
        say("every client starts over, every browser signs in again")
        return
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("this replaces the database: say --yes")
        click.confirm(f"Replace the database by {file}? The present one is kept beside it.", abort=True, err=True)
    done = wiring.restore(config, file)
    say(f"restored the database of {done.manifest.made_at}")
    if done.kept is not None:
        say(f"the one before is kept: {done.kept}")
