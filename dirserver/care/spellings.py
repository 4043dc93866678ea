# SPDX-License-Identifier: GPL-3.0-or-later
"""How often each spelling of a department stands in a book: counted once, then kept current from the change log."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dirserver.model.book import Book
from dirserver.store.care import findings, suspects
from dirserver.store.engine.opening import ReadTx

_ATTRIBUTE = "ou"
_KEPT = 8
_MOST_CHANGES = 2_000


@dataclass(slots=True)
class _Known:
    """What stood in which entry at a number of the change log."""

    epoch: str
    number: int
    of_entry: dict[int, tuple[str, ...]]
    counts: Counter[str]


class Spellings:
    """The spellings of the books that were asked about last. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[int, _Known] = OrderedDict()

    def of(self, tx: ReadTx, book: Book) -> Mapping[str, int]:
        """Return how many of a book's active entries have each normal form, at the number that ``book`` has."""
        with self._lock:
            known = self._known.get(book.id)
            if known is None or known.epoch != book.epoch or known.number > book.number or not _catch_up(tx, book, known):
                known = _Known(book.epoch, book.number, {}, Counter())
                _add(known, findings.spelled(tx, book.id, _ATTRIBUTE))
                self._known[book.id] = known
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)
            self._known.move_to_end(book.id)
            return dict(known.counts)


def _catch_up(tx: ReadTx, book: Book, known: _Known) -> bool:
    """Bring what is known to a later number; False where that would take as long as counting anew."""
    if known.number == book.number:
        return True
    changed = suspects.changed(tx, book.id, known.number, book.number, 0, _MOST_CHANGES + 1)
    if len(changed) > _MOST_CHANGES:
        return False
    for number in changed:
        known.counts.subtract(known.of_entry.pop(number, ()))
    _add(known, findings.spelled_in(tx, book.id, _ATTRIBUTE, changed))
    # Nobody has what nobody has any more.
    known.counts = +known.counts
    known.number = book.number
    return True


def _add(known: _Known, rows: Iterable[tuple[int, str]]) -> None:
    for number, norm in rows:
        known.of_entry[number] = (*known.of_entry.get(number, ()), norm)
        known.counts[norm] += 1
