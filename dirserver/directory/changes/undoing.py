# SPDX-License-Identifier: GPL-3.0-or-later
"""Undoing a batch: every entry that it made or changed becomes what it was before, unless somebody has touched it since."""

from __future__ import annotations

from dataclasses import replace

from dirserver.card.groups import member_keys, member_value, with_members
from dirserver.card.packed import unpack
from dirserver.directory.changes.keeping import require_free
from dirserver.directory.ledger.drafting import next_row, touched
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.entry import Undone
from dirserver.directory.views.spelling import spelled_out
from dirserver.errors import Conflict, NotFound
from dirserver.model.audit import Action, Event
from dirserver.model.change import What
from dirserver.model.entry import Kind, State
from dirserver.model.fold import fold
from dirserver.model.names import BatchId
from dirserver.store.entries import batches, books, entries, labels
from dirserver.store.entries.entries import PastRow, Stored


def undo(ledger: Ledger, batch: BatchId) -> Undone:
    """Undo a batch. NotFound if there is none of that name, Conflict if it was undone before."""
    row = batches.fetch(ledger.tx, batch)
    if row is None:
        raise NotFound(f"there is no batch '{batch}'")
    if row.undone_us is not None:
        raise Conflict(f"the batch '{batch}' was undone already")
    touched_entries = entries.touched(ledger.tx, batch)
    for book_id in sorted({stored.row.book_id for stored in touched_entries}):
        book = books.by_id(ledger.tx, book_id)
        if book is not None:
            ledger.claim(book)
    restored = trashed = 0
    skipped: list[tuple[str, str]] = []
    for stored in entries.touched(ledger.tx, batch):
        if stored.row.batch != batch:
            skipped.append((stored.row.uuid, f"'{stored.row.display}' was changed again by {stored.row.modified_by}"))
            continue
        # What was undone a moment ago may have changed it: labels follow their members, members their labels.
        current = spelled_out(ledger.tx, labels.by_ids(ledger.tx, (stored.id,)))[0]
        before = _state_before(ledger, current, batch)
        try:
            if before is None:
                _trash(ledger, current)
                trashed += 1
            else:
                _bring_back(ledger, current, before)
                restored += 1
        except Conflict as conflict:
            skipped.append((stored.row.uuid, conflict.public_message))
    batches.mark_undone(ledger.tx, batch, ledger.at_us)
    ledger.record(Event(Action.BATCH_UNDONE, f"batch:{batch}", count=restored + trashed))
    return Undone(restored, trashed, tuple(skipped))


def _state_before(ledger: Ledger, stored: Stored, batch: BatchId) -> PastRow | None:
    return next((past for past in entries.past(ledger.tx, stored.id) if past.batch != batch), None)


def _trash(ledger: Ledger, stored: Stored) -> None:
    ledger.change(stored, touched(stored.row, What.TRASHED, ledger.stamp(stored.row.book_id)), state=State.TRASHED)


def _bring_back(ledger: Ledger, stored: Stored, before: PastRow) -> None:
    card = unpack(before.card)
    if stored.row.kind == Kind.GROUP and stored.row.state == before.state == State.ACTIVE:
        # Who is in it is undone with the members themselves, unless somebody changed them since.
        now = member_keys(unpack(stored.row.card))
        card = with_members(card, {key: member_value(key) for key in now}, member_keys(card))
    prepared = next_row(stored.row, card, What.RESTORED, ledger.stamp(stored.row.book_id))
    row = replace(
        prepared.row,
        state=State(before.state),
        href=before.href,
        name=before.name,
        name_key=fold(before.name),
    )
    if before.state != State.TRASHED:
        require_free(ledger.tx, row, apart_from=stored.id)
    ledger.change(stored, row, says=prepared)
