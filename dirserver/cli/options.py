# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that many commands take, and how a command gets at the directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dirserver.config import load
from dirserver.wiring import Parts, wire

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Settings file; default dirserver.toml, then built-in defaults.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
password_option = click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")


@contextmanager
def opened(config_file: Path | None) -> Iterator[Parts]:
    """Open what the settings describe, and close it afterwards."""
    parts = wire(load(config_file))
    try:
        yield parts
    finally:
        parts.close()
