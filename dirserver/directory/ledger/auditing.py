# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a writing transaction goes to the audit trail, and what the owner of a book is told: what left or came back, and many changes.

A single edit is not among it: the history of the entry keeps it, with who and when.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from dirserver.model.audit import Action, Event
from dirserver.model.change import What
from dirserver.model.names import BatchId

MANY = 20
"""From so many entries of a book on, one transaction is told as one deed."""

_DEEDS: Mapping[What, Action] = {
    What.TRASHED: Action.ENTRY_DELETED,
    What.ARCHIVED: Action.ENTRY_ARCHIVED,
    What.RESTORED: Action.ENTRY_RESTORED,
    What.PURGED: Action.ENTRY_PURGED,
}
_TOLD = frozenset(what.value for what in _DEEDS)


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to entries of a book, how many, and what the first of them are called."""

    book_id: int
    what: What
    count: int
    names: tuple[str, ...]


@dataclass(slots=True)
class Deeds:
    """What a transaction has done so far; no larger than ``MANY`` a book and kind of deed, however many entries it changes."""

    _counts: dict[tuple[int, str], int] = field(default_factory=dict)
    _entries: defaultdict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    _names: defaultdict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, book_id: int, what: str, uuid: str, display: str) -> None:
        """Take note of one changed entry, and what it is called."""
        self._counts[book_id, what] = self._counts.get((book_id, what), 0) + 1
        known = self._entries[book_id, what]
        if len(known) < MANY:
            known.append(uuid)
            self._names[book_id, what].append(display)

    def are_told(self, batch: BatchId | None) -> bool:
        """Tell whether any of it goes to the audit trail or to the owners: mostly it's an edit or two."""
        return batch is not None or any(what in _TOLD or count >= MANY for (_, what), count in self._counts.items())

    def for_owners(self, batch: BatchId | None) -> tuple[Deed, ...]:
        """Return what the owners of books should know: what was deleted, and whatever was done to many."""
        found = [Deed(book_id, What(what), count, tuple(self._names[book_id, what])) for (book_id, what), count in self._counts.items()]
        return tuple(one for one in found if one.what is What.TRASHED or batch is not None or one.count >= MANY)

    def counts(self) -> Mapping[int, int]:
        """Return how many entries of which books (by id) were changed."""
        found: Counter[int] = Counter()
        for (book_id, _), count in self._counts.items():
            found[book_id] += count
        return found

    def events(self, slugs: Mapping[int, str], batch: BatchId | None) -> tuple[Event, ...]:
        """Return what is to be written down; ``slugs`` are those of the books by their ids."""
        found: list[Event] = []
        for (book_id, what), count in sorted(self._counts.items()):
            book = f"book:{slugs.get(book_id, book_id)}"
            deed = _DEEDS.get(What(what))
            if batch is not None or count >= MANY:
                found.append(Event(Action.MANY_CHANGED, book, f"batch:{batch}" if batch is not None else "", (what,), count))
            elif deed is not None:
                found += [Event(deed, f"entry:{uuid}", book) for uuid in self._entries[book_id, what]]
        return tuple(found)
