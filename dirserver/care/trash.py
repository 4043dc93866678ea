# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in the trash and in the archive of a book, with what it was merged into. Restoring and removing is the directory's."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.care.stewards import may_see_trash
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Entry, Search
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.entry import State
from dirserver.model.names import BatchId, Slug
from dirserver.model.principal import Principal
from dirserver.store.care import findings
from dirserver.store.engine.opening import Store
from dirserver.store.entries import merges


@dataclass(frozen=True, slots=True)
class Away:
    """An entry out of sight; ``survivor`` is the one that it was merged into by ``batch``, if it was and that one shows."""

    entry: Entry
    survivor: Entry | None
    batch: BatchId | None


class Trash:
    """Trash and archive of the books of a directory. Safe for threads."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def counts(self, principal: Principal, slug: Slug) -> dict[State, int]:
        """Count the entries of a book by state. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = reading.book(slug)
            if not may_see_trash(book):
                raise NotAllowed(f"only who may delete entries of '{book.name}' sees what was deleted")
        with self._store.reading() as tx:
            found = findings.states(tx, book.book.id)
        return {state: found.get(state.value, 0) for state in State}

    def away(self, principal: Principal, slug: Slug, state: State, limit: int = 25, offset: int = 0) -> tuple[Away, ...]:
        """Return entries of a book that are archived or in the trash, by name. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = reading.book(slug)
            if not may_see_trash(book):
                raise NotAllowed(f"only who may delete entries of '{book.name}' sees what was deleted")
            found = reading.search(Search(books=(book.slug,), with_state=state, limit=limit, offset=offset)).entries
            with self._store.reading() as tx:
                merged = merges.survivors(tx, [entry.uuid for entry in found])
            shown = []
            for entry in found:
                row = merged.get(entry.uuid)
                try:
                    survivor = reading.find(row.survivor_uuid) if row is not None else None
                except NotFound:
                    survivor = None
                shown.append(Away(entry, survivor, BatchId(row.batch) if row is not None and survivor is not None else None))
        return tuple(shown)
