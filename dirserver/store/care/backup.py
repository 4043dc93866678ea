# SPDX-License-Identifier: GPL-3.0-or-later
"""Backing up and restoring a SQLite database: one zip file with a consistent copy and its checksum.

The copy is made by SQLite's online backup, so the servers keep running and writing. A restore wants the database for itself; it
keeps what was there under another name, gives every book a new epoch (no client may trust a token from the time that is gone)
and ends all browser sessions (some of them were closed since).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, delete, make_url

from dirserver.errors import BadInput, Conflict, DirserverError, Unavailable
from dirserver.model.audit import Action, Event
from dirserver.model.principal import Principal
from dirserver.store.care import audit
from dirserver.store.engine import counters
from dirserver.store.engine.line import SUFFIX
from dirserver.store.engine.opening import WriteTx, open_store, with_password_apart
from dirserver.store.entries.books import renew_epochs
from dirserver.store.schema.factor_tables import half_sign_in
from dirserver.store.schema.tables import session

_COPY = "dirserver.db"
_MANIFEST = "manifest.json"
_MAX_MANIFEST_BYTES = 10_000
_CHUNK_BYTES = 1_048_576
_PAGES_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself. ``made_at`` is ISO 8601 in UTC, ``sha256`` that of the database in it."""

    sha256: str
    length_bytes: int
    made_at: str
    format: int = 1


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: ``kept`` is where the database that was there lies now, None when there was none."""

    manifest: Manifest
    kept: Path | None


def back_up(url: str, target: Path) -> Manifest:
    """Write a backup of the database at ``url`` to ``target``, which must not exist. Raises BadInput, Unavailable."""
    source = sqlite_file(url)
    if not source.exists():
        raise BadInput(f"{source}: no such database")
    if target.exists():
        raise BadInput(f"{target}: exists already; a backup never overwrites, choose another name")
    folder = target.absolute().parent
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder; make it first")
    with _told(source), _scratch(folder) as scratch:
        with contextlib.closing(sqlite3.connect(source)) as live, contextlib.closing(sqlite3.connect(scratch)) as copy:
            live.backup(copy, pages=_PAGES_AT_ONCE)
            # One file alone: no write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        digest, length = _digest(scratch)
        manifest = Manifest(digest, length, datetime.now(UTC).isoformat(timespec="seconds"))
        _pack(scratch, manifest, target)
    _note(url)
    return manifest


def _note(url: str) -> None:
    """Let whoever watches the server see that a backup was made; one of a database that can't be written to is as good."""
    with contextlib.suppress(DirserverError), contextlib.closing(open_store(url, migrate=False)) as store, store.writing() as tx:
        counters.note_backup(tx, time.time_ns() // 1_000)


def restore(url: str, source: Path) -> Restored:
    """Put the backup ``source`` in the place of the database at ``url``.

    Nothing is touched unless the backup is whole and of this or an earlier version. Raises BadInput, BadConfig (a newer version's
    database), Conflict (a server is using the database), Unavailable.
    """
    target = sqlite_file(url)
    if not target.parent.is_dir():
        raise BadInput(f"{target.parent}: no such folder; make it first")
    with _told(target), _scratch(target.parent) as scratch:
        manifest = _unpack(source, scratch)
        _check(scratch, source)
        renew(f"sqlite:///{scratch}")
        _flatten(scratch)
        kept = None
        if target.exists():
            _require_alone(target)
            kept = target.with_name(f"{target.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}")
            target.rename(kept)
        scratch.rename(target)
        _sync_folder(target.parent)
    return Restored(manifest, kept)


def renew(url: str) -> None:
    """Make every client start over and every browser sign in again: after a restore by whatever means."""
    store = open_store(url)
    try:
        with store.writing() as tx:
            _forget_the_time_after(tx)
    finally:
        store.close()


def _forget_the_time_after(tx: WriteTx) -> None:
    renew_epochs(tx)
    counters.forget_moved(tx)
    audit.record(tx, Event(Action.BACKUP_RESTORED, "database"), Principal.system(), time.time_ns() // 1000)
    for table in (session, half_sign_in):
        tx.connection.execute(delete(table))


def sqlite_file(url: str) -> Path:
    """Return the file of a SQLite database; BadInput with the commands to use instead for another one."""
    parsed = with_password_apart(make_url(url))
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Path(parsed.database)
    # Without the password: pg_dump reads it from PGPASSFILE or asks.
    bare = URL.create("postgresql", parsed.username, None, parsed.host, parsed.port, parsed.database, parsed.query)
    shown = bare.render_as_string()
    raise BadInput(
        "PostgreSQL has its own tools, which see all that they need:\n"
        f"  back up:  pg_dump --format=custom --file=FILE '{shown}'\n"
        f"  restore:  pg_restore --clean --if-exists --no-owner --dbname='{shown}' FILE\n"
        "  then:     dirserver restore --renew-only\n"
        "The last line makes every client start over, which a restore needs."
    )


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give the name of a new private file beside the target; whatever is left of it is removed."""
    number, name = tempfile.mkstemp(prefix=".dirserver-", suffix=".db", dir=folder)
    os.close(number)
    try:
        yield Path(name)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal", SUFFIX):
            Path(name + suffix).unlink(missing_ok=True)


@contextlib.contextmanager
def _told(database: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(f"{database}: {error}") from error
    except OSError as error:
        raise Unavailable(f"{error.filename or database}: {error.strerror}; nothing was changed") from error


def _digest(path: Path) -> tuple[str, int]:
    found, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            found.update(chunk)
            length += len(chunk)
    return found.hexdigest(), length


def _pack(database: Path, manifest: Manifest, target: Path) -> None:
    number, name = tempfile.mkstemp(prefix=".dirserver-", suffix=".zip", dir=target.absolute().parent)
    try:
        with os.fdopen(number, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                archive.write(database, _COPY)
                archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link fails where the name is taken; a rename would overwrite what came in between.
        os.link(name, target)
        _sync_folder(target.absolute().parent)
    finally:
        Path(name).unlink(missing_ok=True)


def _unpack(source: Path, scratch: Path) -> Manifest:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _read_manifest(archive, source)
            found, length = hashlib.sha256(), 0
            with archive.open(_COPY) as packed, scratch.open("wb") as file:
                while chunk := packed.read(_CHUNK_BYTES):
                    length += len(chunk)
                    if length > manifest.length_bytes:
                        break
                    found.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
    except FileNotFoundError:
        raise BadInput(f"{source}: no such file") from None
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise BadInput(f"{source}: not a whole backup of dirserver ({error}); nothing was changed") from None
    if found.hexdigest() != manifest.sha256 or length != manifest.length_bytes:
        raise BadInput(f"{source}: damaged, its checksum doesn't fit; nothing was changed, try an older backup")
    return manifest


def _read_manifest(archive: zipfile.ZipFile, source: Path) -> Manifest:
    with archive.open(_MANIFEST) as file:
        content = file.read(_MAX_MANIFEST_BYTES)
    try:
        manifest = Manifest(**json.loads(content))
    except (ValueError, TypeError):
        raise BadInput(f"{source}: the backup's manifest can't be read; nothing was changed") from None
    if manifest.format != 1:
        raise BadInput(f"{source}: the backup was made by a newer dirserver; nothing was changed, use that version")
    return manifest


def _check(database: Path, source: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise BadInput(f"{source}: the database in it is damaged ({found}); nothing was changed, try an older backup")


def _flatten(database: Path) -> None:
    """Put the write-ahead log into the file, so that it can be moved alone."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    with database.open("rb+") as file:
        os.fsync(file.fileno())


def _require_alone(database: Path) -> None:
    """Raise Conflict while somebody else has the database open; its write-ahead log is then in the file."""
    try:
        # Leaving WAL mode needs the file for oneself alone (sqlite.org/wal.html).
        with contextlib.closing(sqlite3.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise Conflict(f"{database}: a server is using the database; stop it first (systemctl stop dirserver)") from None
        # What is there is damaged: the very reason to restore. It is kept aside.
        return


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
