# SPDX-License-Identifier: GPL-3.0-or-later
"""Undoing a batch, or a series of them: every entry that it made or changed becomes what it was, unless somebody touched it since."""

from __future__ import annotations

from collections.abc import Sequence

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
from dirserver.store.entries.batches import BatchRow
from dirserver.store.entries.entries import PastRow, Stored


def named(ledger: Ledger, batch: BatchId) -> tuple[BatchRow, ...]:
    """Return the batch of that name, or what of a series of that name isn't undone yet; all of it where everything is."""
    row = batches.fetch(ledger.tx, batch)
    if row is not None:
        return (row,)
    rows = batches.in_series(ledger.tx, batch)
    return tuple(row for row in rows if row.undone_us is None) or rows


def undo(ledger: Ledger, batch: BatchId, rows: Sequence[BatchRow]) -> Undone:
    """Undo what is ``named`` so. NotFound if there is none of that name, Conflict if it was undone before."""
    if not rows:
        raise NotFound(f"there is no batch '{batch}'")
    if all(row.undone_us is not None for row in rows):
        raise Conflict(f"the batch '{batch}' was undone already")
    ids = frozenset(row.id for row in rows)
    touched_entries = _touched(ledger, rows)
    for book_id in sorted({stored.row.book_id for stored in touched_entries}):
        book = books.by_id(ledger.tx, book_id)
        if book is not None:
            ledger.claim(book)
    restored = trashed = 0
    skipped: list[tuple[str, str]] = []
    for stored in _touched(ledger, rows):
        if stored.row.batch not in ids:
            skipped.append((stored.row.uuid, f"'{stored.row.display}' was changed again by {stored.row.modified_by}"))
            continue
        # What was undone a moment ago may have changed it: labels follow their members, members their labels.
        current = spelled_out(ledger.tx, labels.by_ids(ledger.tx, (stored.id,)))[0]
        before = _state_before(ledger, current, ids)
        try:
            if before is None:
                _trash(ledger, current)
                trashed += 1
            else:
                _bring_back(ledger, current, before)
                restored += 1
        except Conflict as conflict:
            skipped.append((stored.row.uuid, conflict.public_message))
    for row in rows:
        batches.mark_undone(ledger.tx, row.id, ledger.at_us)
    ledger.record(Event(Action.BATCH_UNDONE, f"batch:{batch}", count=restored + trashed))
    return Undone(restored, trashed, tuple(skipped))


def _touched(ledger: Ledger, rows: Sequence[BatchRow]) -> list[Stored]:
    # One entry may be in several batches of a series: the one that stays of three that were the same.
    return list({stored.id: stored for row in rows for stored in entries.touched(ledger.tx, row.id)}.values())


def _state_before(ledger: Ledger, stored: Stored, ids: frozenset[str]) -> PastRow | None:
    return next((past for past in entries.past(ledger.tx, stored.id) if past.batch not in ids), None)


def _trash(ledger: Ledger, stored: Stored) -> None:
    ledger.change(stored, touched(stored.row, What.TRASHED, ledger.stamp(stored.row.book_id)), state=State.TRASHED)


def _bring_back(ledger: Ledger, stored: Stored, before: PastRow) -> None:
    card = unpack(before.card)
    if stored.row.kind == Kind.GROUP and stored.row.state == before.state == State.ACTIVE:
        # Who is in it is undone with the members themselves, unless somebody changed them since.
        now = member_keys(unpack(stored.row.card))
        card = with_members(card, {key: member_value(key) for key in now}, member_keys(card))
    prepared = next_row(stored.row, card, What.RESTORED, ledger.stamp(stored.row.book_id))
    row = prepared.row._replace(
        state=State(before.state),
        href=before.href,
        name=before.name,
        name_key=fold(before.name),
    )
    if before.state != State.TRASHED:
        require_free(ledger.tx, row, apart_from=stored.id)
    ledger.change(stored, row, says=prepared)
