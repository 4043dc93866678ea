# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.book import BookKind
from dirserver.model.principal import Principal
from dirserver.store.entries import batches, merges
from dirserver.store.entries.batches import BatchRow
from dirserver.store.entries.merges import MergedRow
from tests.parts import open_parts


def test_where_an_absorbed_entry_lives_on_until_the_merge_is_undone(copied_url: str) -> None:
    parts = open_parts(copied_url)
    with parts.directory.writing(Principal.system()) as writing:
        book = writing.add_book("clients", BookKind.SHARED, "Clients").book
    row = MergedRow("b1", "old", "new", ("g1", "g2"))
    with parts.store.writing() as tx:
        batches.add(tx, BatchRow("b1", "merge", "", "ada", "web", 1))
        merges.add(tx, row)
        merges.tell_books(tx, "b1", {book.id: 2})
        merges.tell_books(tx, "b1", {book.id: 3})
    with parts.store.writing() as tx:
        assert merges.survivors(tx, ("old", "other")) == {"old": row}
        assert (merges.of_batch(tx, "b1"), merges.books_of(tx, "b1"), merges.count_on(tx, book.id)) == ((row,), (book.id,), 1)
        assert [(one.id, count) for one, count in merges.newest_on(tx, book.id, 10, 0)] == [("b1", 5)]
        batches.mark_undone(tx, "b1", 2)
        assert merges.survivors(tx, ("old",)) == {}
    with parts.directory.writing(Principal.system()) as writing:
        writing.drop_book(writing.book("clients"))
    parts.close()
