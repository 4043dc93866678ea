# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts over a folder with a SQLite file and a key in it."""

from pathlib import Path

from dirserver.config import Config, DatabaseSettings, HttpSettings, SecuritySettings
from dirserver.config.values import PublicUrl
from dirserver.identity.keys import make_key
from dirserver.wiring import Parts, wire


def make_parts(folder: Path) -> Parts:
    """Return parts on an empty database in a folder."""
    make_key(folder / "dirserver.key")
    return open_parts(folder)


def open_parts(folder: Path) -> Parts:
    """Return parts on the database in a folder."""
    config = Config(
        database=DatabaseSettings(url=f"sqlite:///{folder / 'dirserver.db'}"),
        http=HttpSettings(public_url=PublicUrl("http://127.0.0.1:8080")),
        security=SecuritySettings(key_file=folder / "dirserver.key"),
    )
    return wire(config, may_create=True)
