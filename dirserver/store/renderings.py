# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished bytes per entry, View and format: made once, served many times. A cache that may be emptied at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, tuple_

from dirserver.store.opening import ReadTx, WriteTx
from dirserver.store.prepared import Prepared
from dirserver.store.tables import rendering

_CHUNK = 200
_FORGET = Prepared(delete(rendering).where(rendering.c.entry_id == bindparam("wanted")), "wanted")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The bytes of one entry as one View sees it in one format; ``etag`` says of which state of the card."""

    entry_id: int
    view: str
    format: str
    etag: str
    body: bytes


def fetch(tx: ReadTx, view: str, format_name: str, entry_ids: Sequence[int]) -> dict[int, Rendered]:
    """Return what is kept of these entries, by entry id."""
    found: dict[int, Rendered] = {}
    for start in range(0, len(entry_ids), _CHUNK):
        question = select(rendering.c.entry_id, rendering.c.etag, rendering.c.body).where(
            rendering.c.entry_id.in_(entry_ids[start : start + _CHUNK]), rendering.c.view == view, rendering.c.format == format_name
        )
        for row in tx.connection.execute(question):
            found[row.entry_id] = Rendered(row.entry_id, view, format_name, row.etag, bytes(row.body))
    return found


def keep(tx: WriteTx, rendered: Sequence[Rendered]) -> None:
    """Keep renderings in place of older ones."""
    for start in range(0, len(rendered), _CHUNK):
        chunk = rendered[start : start + _CHUNK]
        keys = [(one.entry_id, one.view, one.format) for one in chunk]
        tx.connection.execute(delete(rendering).where(tuple_(rendering.c.entry_id, rendering.c.view, rendering.c.format).in_(keys)))
        rows = {
            key: {"entry_id": one.entry_id, "view": one.view, "format": one.format, "etag": one.etag, "body": one.body}
            for key, one in zip(keys, chunk, strict=True)
        }
        tx.connection.execute(insert(rendering), list(rows.values()))


def forget(tx: WriteTx, entry_ids: Sequence[int]) -> None:
    """Drop what is kept of these entries."""
    _FORGET.run_many(tx, [(entry_id,) for entry_id in entry_ids])
