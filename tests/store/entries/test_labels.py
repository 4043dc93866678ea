# SPDX-License-Identifier: GPL-3.0-or-later
"""What tables hold after labels changed; how they come to change is held in tests/directory/groups/test_labelling.py."""

from __future__ import annotations

from dirserver.card.reader import read
from dirserver.model.entry import State
from dirserver.model.names import Href
from dirserver.store.entries import entries, labels
from tests.cast import Company
from tests.directory.groups.test_labelling import A, B, contact, group
from tests.parts import CoreParts


def test_members_stay_known_when_they_left_and_those_awaited_are_found_by_their_uid(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        book = writing.book("~ada")
        writing.put(book, Href("a.vcf"), read(contact(A, "Ann")))
        writing.put(book, Href("g.vcf"), read(group("Friends", A, B, "odd@host")))
        writing.put(book, Href("g.vcf"), read(group("Friends", B, "odd@host")))
    with parts.store.reading() as tx:
        (label,) = labels.listed(tx, book.book.id)
        (row,) = labels.members(tx, [label.id])[label.id]
        assert (row.uid, row.spelled, row.is_member, row.is_active) == (A, A.upper(), False, True)
        assert set(labels.awaiting(tx, book.book.id, [A, B, "ODD@HOST", "other"])) == {(B, "Friends"), ("ODD@HOST", "Friends")}
        assert labels.named(tx, book.book.id, ["Friends"]) == (label,)
        assert labels.named(tx, book.book.id, ["Friends"], State.TRASHED) == ()
        assert labels.named(tx, book.book.id, ["friends"]) == ()
        ann = entries.by_uid(tx, book.book.id, A)
        assert ann is not None
        assert labels.labels_of(tx, ann.id) == ()
        assert labels.by_ids(tx, [ann.id]) == labels.by_uids(tx, book.book.id, [A, B]) == (ann,)
