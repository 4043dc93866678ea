# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver init: settings, key, database and the way in for the first administrator. All of it or nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import click

from dirserver.care.founding import found
from dirserver.cli.options import config_option
from dirserver.cli.terminal import note, say
from dirserver.config import DEFAULT_FILE, Config, DatabaseSettings, load
from dirserver.config.sample import sample
from dirserver.config.values import read_domain
from dirserver.errors import BadConfig, BadInput
from dirserver.identity.keys import make_key
from dirserver.model.principal import Principal
from dirserver.wiring import wire

ADMIN = "admin"


@click.command()
@click.option("--domain", required=True, help="Domain of your company, as in example.com.")
@click.option("--database", "database_url", metavar="URL", help="Database address; default a SQLite file beside the settings.")
@config_option
def init(domain: str, database_url: str | None, config_file: Path | None) -> None:
    """Start a new directory: write a commented settings file and a key, create the database, print a link for the first admin.

    Nothing that exists is overwritten, and nothing is left behind when something fails.
    """
    path = config_file or DEFAULT_FILE
    try:
        settings = Config(domain=read_domain(domain))
    except ValueError as error:
        raise BadInput(f"--domain: {error}") from None
    if database_url is not None:
        settings = dataclasses.replace(settings, database=DatabaseSettings(database_url))
    # What is made here holds secrets and people's data: it is for its owner alone.
    os.umask(0o077)
    config, token = lay_out(settings, path)
    say(f"settings:  {config.file}")
    say(f"key:       {config.security.key_file}")
    say("")
    say("Start it:  dirserver serve" + (f" --config {path}" if config_file else ""))
    say(f"Then open this link within 15 minutes, once, to choose the password of the account {ADMIN}:")
    say(f"  {config.http.public_url}/welcome/{token}")
    say(f"(dirserver account link {ADMIN} makes another one.)")
    note("The key belongs to the database: back it up too, apart from it.")


def lay_out(settings: Config, path: Path) -> tuple[Config, str]:
    """Write ``settings`` to ``path``, make key and database, return the settings as read and the first admin's token."""
    with _undone_on_failure() as made:
        _write_new(path, sample(settings), made)
        config = load(path)
        make_key(config.security.key_file)
        made.append(config.security.key_file)
        database = Path(config.database.url.removeprefix("sqlite:///")) if config.database.url.startswith("sqlite:") else None
        if database is not None:
            if database.exists():
                raise BadConfig(f"{database}: there is a database already; move it away, or choose another with --database")
            made += [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm", "-line")]
        parts = wire(config, may_create=True)
        try:
            with parts.directory.writing(Principal.system()) as writing:
                found(writing)
            parts.identity.add_account(ADMIN, name="Administrator", mail="", is_admin=True)
            token = parts.identity.make_password_link(ADMIN)
        finally:
            parts.close()
    return config, token


@contextlib.contextmanager
def _undone_on_failure() -> Iterator[list[Path]]:
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _write_new(path: Path, text: str, made: list[Path]) -> None:
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadConfig(f"{path}: exists already and is not overwritten; move it away, or choose another with --config") from None
    except OSError as error:
        raise BadConfig(f"{path}: can't be written ({error.strerror}); choose another place with --config") from None
    made.append(path)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
