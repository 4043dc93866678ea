# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that joins settings and parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dirserver.config import Config
from dirserver.directory.directory import Directory
from dirserver.errors import BadConfig
from dirserver.identity.identity import Identity, Limits
from dirserver.identity.keys import load_key
from dirserver.store import backup, soundness
from dirserver.store.backup import Manifest, Restored
from dirserver.store.opening import Store, open_store


@dataclass(frozen=True, slots=True)
class Parts:
    """What every door works with. Close it when done."""

    config: Config
    directory: Directory
    identity: Identity
    _store: Store

    def close(self) -> None:
        """Close the database connections."""
        self._store.close()


def wire(config: Config, *, may_create: bool = False) -> Parts:
    """Open the database and build the parts on it.

    ``may_create`` lets a SQLite file be made where there is none. Raises BadConfig (settings, key file, a newer version's
    database) or Unavailable.
    """
    key = read_key(config)
    _require_database(config, may_create=may_create)
    store = open_store(config.database.url)
    classes = {each.name: each.fields for each in config.fields.classes}
    limits = Limits(session_idle_s=config.security.session_idle_minutes * 60, session_absolute_s=config.security.session_max_hours * 3600)
    return Parts(config, Directory(store, classes), Identity(store, key, limits=limits), store)


def read_key(config: Config) -> bytes:
    """Return the installation's secret; BadConfig says what is wrong with its file."""
    return load_key(config.security.key_file)


def back_up(config: Config, target: Path) -> Manifest:
    """Write a backup; see ``store.backup.back_up``."""
    return backup.back_up(config.database.url, target)


def restore(config: Config, source: Path) -> Restored:
    """Put a backup back; see ``store.backup.restore``."""
    return backup.restore(config.database.url, source)


def renew(config: Config) -> None:
    """Make every client start over; see ``store.backup.renew``."""
    _require_database(config, may_create=False)
    backup.renew(config.database.url)


def find_faults(config: Config) -> tuple[str, ...]:
    """Check the database; see ``store.soundness.faults``."""
    _require_database(config, may_create=False)
    store = open_store(config.database.url)
    try:
        with store.reading() as tx:
            return soundness.faults(tx)
    finally:
        store.close()


def _require_database(config: Config, *, may_create: bool) -> None:
    url = config.database.url
    if may_create or not url.startswith("sqlite:"):
        return
    if not backup.sqlite_file(url).exists():
        raise BadConfig(
            f"{backup.sqlite_file(url)}: no such database; make one with 'dirserver init --domain DOMAIN', or set [database] url"
        )
