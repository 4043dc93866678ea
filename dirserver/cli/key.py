# SPDX-License-Identifier: GPL-3.0-or-later
"""dirserver key: the keys outside the database."""

from __future__ import annotations

from pathlib import Path

import click

from dirserver.cli.options import config_option, opened
from dirserver.cli.terminal import note, say


@click.group()
def key() -> None:
    """The keys in the key file, under which what must stay secret lies in the database."""


@key.command("rotate")
@config_option
def rotate(config_file: Path | None) -> None:
    """Seal the seeds of second factors under a new key; running servers take it at once, nobody notices.

    The key of before stays in the file until the next time. The installation's own key, which device passwords and sessions
    hang on, stays too. Servers on several machines need the new file: until they have it, codes are not taken there.
    """
    with opened(config_file) as parts:
        made = parts.vault.rotate()
        count = parts.second_factor.reseal()
        say(f"key {made} made; {count} seeds sealed under it")
        note(f"keep a copy of {parts.config.security.key_file}, apart from the database's backups")
