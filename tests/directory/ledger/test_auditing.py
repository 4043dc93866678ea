# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.directory.ledger.auditing import MANY, Deeds
from dirserver.model.audit import Action
from dirserver.model.change import What
from dirserver.model.names import BatchId


def test_few_deletions_are_told_one_by_one_and_edits_not_at_all() -> None:
    deeds = Deeds()
    for uuid in ("a", "b"):
        deeds.note(1, What.TRASHED, uuid, uuid.upper())
        deeds.note(1, What.CHANGED, uuid, uuid.upper())
    assert [(event.action, event.target, event.about) for event in deeds.events({1: "people"}, None)] == [
        (Action.ENTRY_DELETED, "entry:a", "book:people"),
        (Action.ENTRY_DELETED, "entry:b", "book:people"),
    ]
    assert [(deed.what, deed.count, deed.names) for deed in deeds.for_owners(None)] == [(What.TRASHED, 2, ("A", "B"))]
    assert len(deeds.for_owners(BatchId("b1"))) == 2


def test_many_and_batches_are_one_event_a_book_and_deed() -> None:
    deeds = Deeds()
    for number in range(MANY):
        deeds.note(1, What.TRASHED, str(number), "")
    deeds.note(2, What.CREATED, "x", "")
    (many,) = deeds.events({1: "people", 2: "clients"}, None)
    assert (many.action, many.target, many.fields, many.count) == (Action.MANY_CHANGED, "book:people", ("trashed",), MANY)
    assert [event.about for event in deeds.events({1: "people", 2: "clients"}, BatchId("b1"))] == ["batch:b1", "batch:b1"]
