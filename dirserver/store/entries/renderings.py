# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished bytes per entry, View and format: made once, served many times. A cache that may be emptied at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.schema.tables import rendering

_KEPT = Prepared(
    select(rendering.c.entry_id, rendering.c.etag, rendering.c.body).where(
        rendering.c.view == bindparam("view"), rendering.c.format == bindparam("form"), among(rendering.c.entry_id, "ids")
    ),
    "view",
    "form",
    "ids",
)
_DROP = Prepared(
    delete(rendering).where(
        rendering.c.entry_id == bindparam("wanted"), rendering.c.view == bindparam("shown"), rendering.c.format == bindparam("form")
    ),
    "wanted",
    "shown",
    "form",
)
_ADD = Prepared(insert(rendering), "entry_id", "view", "format", "etag", "body")
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
    rows = _KEPT.all(tx, view, format_name, entry_ids)
    return {entry_id: Rendered(entry_id, view, format_name, etag, body) for entry_id, etag, body in rows}


def keep(tx: WriteTx, rendered: Sequence[Rendered]) -> None:
    """Keep renderings in place of older ones."""
    rows = {(one.entry_id, one.view, one.format): (one.etag, one.body) for one in rendered}
    # One key after the other: SQLite looks through the whole table for a list of keys of several columns.
    _DROP.run_many(tx, list(rows))
    _ADD.run_many(tx, [(*key, *values) for key, values in rows.items()])


def forget(tx: WriteTx, entry_ids: Sequence[int]) -> None:
    """Drop what is kept of these entries."""
    _FORGET.run_many(tx, [(entry_id,) for entry_id in entry_ids])
