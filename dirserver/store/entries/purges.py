# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that go with an entry which is removed for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, insert, or_, select, update

from dirserver.store.engine.counters import advance_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.entries import former_slugs, index, renderings
from dirserver.store.schema.care_tables import apart, asked, finding, merged, suspect
from dirserver.store.schema.label_tables import label_grant, once_labelled
from dirserver.store.schema.self_service_tables import comment, proposal
from dirserver.store.schema.tables import account, book, entry, history, label_book, labelled, membership

_TRASHED = entry.c.state == "trashed"


def remove(tx: WriteTx, entry_id: int, uuid: str) -> None:
    """Remove an entry and what hangs on it; its lines in the change log stay."""
    kept = ("label_id", "entry_id", "left_number")
    was_labelled = select(*(labelled.c[name] for name in kept)).where(labelled.c.entry_id == entry_id)
    tx.connection.execute(insert(once_labelled).from_select(kept, was_labelled))
    if tx.connection.execute(delete(label_grant).where(label_grant.c.label_id == entry_id)).rowcount:
        advance_access(tx)
    tx.connection.execute(delete(once_labelled).where(once_labelled.c.label_id == entry_id))
    former_slugs.keep_label_books(tx, label_book.c.label_id == entry_id)
    renderings.forget(tx, [entry_id])
    index.remove(tx, [entry_id])
    for table, condition in (
        (labelled, or_(labelled.c.entry_id == entry_id, labelled.c.label_id == entry_id)),
        (label_book, label_book.c.label_id == entry_id),
        (suspect, or_(suspect.c.low_id == entry_id, suspect.c.high_id == entry_id)),
        (finding, finding.c.entry_id == entry_id),
        (asked, asked.c.entry_id == entry_id),
        (apart, or_(apart.c.low_uuid == uuid, apart.c.high_uuid == uuid)),
        (merged, or_(merged.c.absorbed_uuid == uuid, merged.c.survivor_uuid == uuid)),
        (membership, membership.c.entry_uuid == uuid),
        (proposal, proposal.c.entry_uuid == uuid),
        (comment, comment.c.entry_uuid == uuid),
        (history, history.c.entry_id == entry_id),
    ):
        tx.connection.execute(delete(table).where(condition))
    tx.connection.execute(update(account).where(account.c.entry_uuid == uuid).values(entry_uuid=None))
    tx.connection.execute(delete(entry).where(entry.c.id == entry_id))


def trashed_before(tx: ReadTx, at_us: int, most: int) -> Sequence[tuple[int, str]]:
    """Return book id and UUID of what has lain in the trash since before ``at_us``, longest first."""
    rotten = and_(_TRASHED, entry.c.modified_us < at_us)
    question = select(entry.c.book_id, entry.c.uuid).where(rotten).order_by(entry.c.modified_us, entry.c.id).limit(most)
    return [(row.book_id, row.uuid) for row in tx.connection.execute(question)]


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies in the trash of a book: how many, how many of them since before a moment, and since when the first of those."""

    book_id: int
    count: int
    due: int
    first_us: int | None


def lying(tx: ReadTx, before_us: int) -> tuple[Lying, ...]:
    """Return what lies in the trash of each listed book that has anything there."""
    is_due = entry.c.modified_us < before_us
    question = (
        select(entry.c.book_id, func.count(), func.count().filter(is_due), func.min(entry.c.modified_us).filter(is_due))
        .join(book, book.c.id == entry.c.book_id)
        .where(_TRASHED, book.c.kind != "personal")
        .group_by(entry.c.book_id)
        .order_by(entry.c.book_id)
    )
    return tuple(Lying(*row) for row in tx.connection.execute(question))
