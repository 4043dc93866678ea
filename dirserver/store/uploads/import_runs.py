# SPDX-License-Identifier: GPL-3.0-or-later
"""How far long imports are (table ``import_run``), one for each file."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.upload_tables import import_run, upload, upload_part


class RunRow(NamedTuple):
    """How far an import is; ``beat_us`` is when it last said so, ``reason`` why it failed."""

    upload_id: str
    state: str
    done: int
    total: int
    reason: str
    beat_us: int


_COLUMNS = tuple(import_run.c[name] for name in RunRow._fields)


def fetch(tx: ReadTx, upload_id: str, account_id: int, slug: str) -> RunRow | None:
    """Return how far the import of somebody's file into a book is, None where none was begun."""
    mine = (upload.c.id == upload_id) & (upload.c.account_id == account_id) & (upload.c.slug == slug)
    row = tx.connection.execute(select(*_COLUMNS).join(upload, upload.c.id == import_run.c.upload_id).where(mine)).one_or_none()
    return None if row is None else RunRow(*row)


def put(tx: WriteTx, row: RunRow) -> None:
    """Say how far one is, in place of what was said before."""
    tx.connection.execute(delete(import_run).where(import_run.c.upload_id == row.upload_id))
    tx.connection.execute(insert(import_run).values(row._asdict()))


def beat(tx: WriteTx, upload_id: str, done: int, at_us: int) -> None:
    """Say how far one that goes on is."""
    tx.connection.execute(update(import_run).where(import_run.c.upload_id == upload_id).values(done=done, beat_us=at_us))


def drop_octets(tx: WriteTx, upload_id: str) -> None:
    """Forget what is in a file that was imported; that it was stays for a day."""
    tx.connection.execute(delete(upload_part).where(upload_part.c.upload_id == upload_id))
