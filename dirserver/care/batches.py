# SPDX-License-Identifier: GPL-3.0-or-later
"""The batches that changed a book: imports, merges, mendings. Who looks after the book sees them; undoing is ``Writing.undo_batch``."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.access.stewardship import may_merge, require_steward
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Batch, batch_of
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.store.engine.opening import Store
from dirserver.store.entries import merges


@dataclass(frozen=True, slots=True)
class Listed:
    """A batch with how many entries of the book it changed; ``is_undoable``: it wasn't undone, and the asker would be let."""

    batch: Batch
    entries: int
    is_undoable: bool


class Batches:
    """The batches of a directory. Safe for threads."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def newest(self, principal: Principal, slug: Slug, limit: int = 25, offset: int = 0) -> tuple[Listed, ...]:
        """Return the newest batches that changed a book. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = reading.book(slug)
            require_steward(book.in_general, book.name)
        with self._store.reading() as tx:
            rows = merges.newest_on(tx, book.book.id, limit, offset)
        return tuple(Listed(batch_of(row), count, row.undone_us is None and may_merge(book.in_general)) for row, count in rows)
