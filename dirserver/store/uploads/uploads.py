# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on their way in, in pieces, and kept meanings of columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.upload_tables import import_mapping, import_run, upload, upload_part


class UploadRow(NamedTuple):
    """One file: whose, for which book, what it is called."""

    id: str
    account_id: int
    slug: str
    name: str
    created_us: int


_COLUMNS = (upload.c.id, upload.c.account_id, upload.c.slug, upload.c.name, upload.c.created_us)


def add(tx: WriteTx, row: UploadRow, parts: Iterator[bytes]) -> None:
    """Store a file."""
    tx.connection.execute(insert(upload).values(row._asdict()))
    for number, data in enumerate(parts):
        tx.connection.execute(insert(upload_part).values(upload_id=row.id, number=number, data=data))


def fetch(tx: ReadTx, upload_id: str, account_id: int) -> UploadRow | None:
    """Return somebody's file, or None."""
    question = select(*_COLUMNS).where(upload.c.id == upload_id, upload.c.account_id == account_id)
    row = tx.connection.execute(question).one_or_none()
    return None if row is None else UploadRow(*row)


def parts(tx: ReadTx, upload_id: str) -> Iterator[bytes]:
    """Stream the octets of a file."""
    question = select(upload_part.c.data).where(upload_part.c.upload_id == upload_id).order_by(upload_part.c.number)
    for (data,) in tx.connection.execute(question, execution_options={"yield_per": 4}):
        yield data


def of_account(tx: ReadTx, account_id: int) -> tuple[UploadRow, ...]:
    """Return somebody's files, newest first."""
    question = select(*_COLUMNS).where(upload.c.account_id == account_id).order_by(upload.c.created_us.desc(), upload.c.id)
    return tuple(UploadRow(*row) for row in tx.connection.execute(question))


def before(tx: ReadTx, created_us: int) -> tuple[UploadRow, ...]:
    """Return everybody's files of before a moment."""
    return tuple(UploadRow(*row) for row in tx.connection.execute(select(*_COLUMNS).where(upload.c.created_us < created_us)))


def drop(tx: WriteTx, upload_id: str) -> None:
    """Forget a file."""
    tx.connection.execute(delete(upload_part).where(upload_part.c.upload_id == upload_id))
    tx.connection.execute(delete(import_run).where(import_run.c.upload_id == upload_id))
    tx.connection.execute(delete(upload).where(upload.c.id == upload_id))


def mappings(tx: ReadTx, account_id: int) -> tuple[tuple[str, str], ...]:
    """Return the kept meanings of columns of an account: name and text."""
    question = select(import_mapping.c.name, import_mapping.c.text).where(import_mapping.c.account_id == account_id)
    return tuple((row.name, row.text) for row in tx.connection.execute(question.order_by(import_mapping.c.name)))


def keep_mapping(tx: WriteTx, account_id: int, name: str, text: str) -> None:
    """Keep the meaning of columns under a name, in place of what was kept under it."""
    drop_mapping(tx, account_id, name)
    tx.connection.execute(insert(import_mapping).values(account_id=account_id, name=name, text=text))


def drop_mapping(tx: WriteTx, account_id: int, name: str) -> None:
    """Forget what was kept under a name."""
    tx.connection.execute(delete(import_mapping).where(import_mapping.c.account_id == account_id, import_mapping.c.name == name))
