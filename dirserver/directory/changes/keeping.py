# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of entries: who holds them, and giving an entry another one."""

from __future__ import annotations

from dirserver.directory.ledger.drafting import MAX_NAME, touched
from dirserver.directory.ledger.ledger import Ledger
from dirserver.errors import BadInput, Conflict
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.fold import fold
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import entries
from dirserver.store.entries.entries import EntryRow, Stored


def require_free(tx: ReadTx, row: EntryRow, *, apart_from: int) -> None:
    """Raise Conflict if another entry of the book holds the row's UID, name or href."""
    holders = (
        ("UID", entries.by_uid(tx, row.book_id, row.uid)),
        ("name", entries.by_name(tx, row.book_id, row.name_key)),
        ("href", entries.by_href(tx, row.book_id, row.href)),
    )
    for what, holder in holders:
        if holder is not None and holder.id != apart_from and holder.row.state != State.TRASHED:
            raise Conflict(f"its {what} belongs to '{holder.row.display}' now; rename or delete that entry first")


def rename(ledger: Ledger, stored: Stored, name: str) -> Stored:
    """Give an entry another name."""
    name = name.strip()
    if not fold(name) or len(name) > MAX_NAME or not name.isprintable():
        raise BadInput(f"'{name[:40]}' can't be the name of an entry")
    if name == stored.row.name:
        return stored
    renamed = touched(stored.row, What.CHANGED, ledger.stamp(stored.row.book_id))._replace(name=name, name_key=fold(name))
    require_free(ledger.tx, renamed, apart_from=stored.id)
    return ledger.change(stored, renamed)
