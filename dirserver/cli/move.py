# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver move: everything into another database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from dirserver import wiring
from dirserver.cli.options import config_option, json_option
from dirserver.cli.terminal import note, print_rows, progress, say
from dirserver.config import Config, load
from dirserver.errors import BadConfig
from dirserver.model.moved import Moved, Part


@click.command()
@click.option(
    "--to",
    required=True,
    metavar="URL",
    help="The other database, empty: postgresql+psycopg://USER@HOST/NAME or sqlite:///FILE. Its password is better in ~/.pgpass.",
)
@click.option("--apply", "is_applying", is_flag=True, help="Do it; without this only what would be moved is shown.")
@json_option
@config_option
def move(to: str, is_applying: bool, as_json: bool, config_file: Path | None) -> None:
    """Move everything into another, empty database: from SQLite to PostgreSQL, or back.

    Contacts with their history, accounts, groups, grants, passwords, sessions, the audit trail; phones and
    clients notice nothing. Stop every server before --apply. All of it is moved and compared, or nothing is.
    Afterwards the settings have to name the other database; no server starts on the one before any more.
    """
    os.umask(0o077)
    config = load(config_file)
    try:
        if not is_applying:
            _tell(wiring.look_at_move(config, to), as_json=as_json)
            note("nothing was changed; stop every server, then do it with --apply")
            return
        with progress("Moving") as bar:
            task = bar.add_task("Moving", total=None)
            done = wiring.move(config, to, lambda rows, total: bar.update(task, completed=rows, total=total))
    except BadConfig as error:
        # The address was given here, not there.
        raise BadConfig(error.public_message.replace("[database] url:", "--to:", 1)) from error
    _tell(done.parts, as_json=as_json)
    _tell_next(done, config, tell=note if as_json else say)


def _tell(parts: tuple[Part, ...], *, as_json: bool) -> None:
    rows = [(part.table, part.rows, part.digest or None) for part in parts if as_json or part.rows]
    print_rows(("Table", "Rows", "Digest"), rows, as_json=as_json)


def _tell_next(done: Moved, config: Config, *, tell: Callable[[str], None]) -> None:
    rows = sum(part.rows for part in done.parts)
    tell(f"moved {rows} rows, and both databases hold the same; now write into {config.file or 'dirserver.toml'}:")
    tell(f'\n[database]\nurl = "{done.url}"\n')
    if done.has_password:
        note("with the password, which is not shown here, as in USER:PASSWORD@HOST")
    note("then start the servers; every node needs the same key file as before")
