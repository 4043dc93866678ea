# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as a steward sees them, and mending many at once: shown first, then done as one batch, which can be undone.

Who may edit a book is shown what was found in the fields that they may read, and mends those that they may write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dirserver.access.stewardship import require_steward
from dirserver.care.checks import GRAVE, NUMBERS, Code, Departments, Standards, standing
from dirserver.care.mending import MENDABLE, mended
from dirserver.care.spellings import Spellings
from dirserver.directory.directory import Directory
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry
from dirserver.errors import DirserverError
from dirserver.model.attribute import ATTRIBUTES
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import BatchId, Slug
from dirserver.model.principal import Principal
from dirserver.store.care import findings, suspects
from dirserver.store.engine.opening import Store

KIND = "hygiene"
"""What batches of mendings are called."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Summary:
    """The state of a book: what was found, grave things first, and in how many entries there is anything."""

    entries: int
    concerned: int
    counts: tuple[tuple[Code, int], ...]

    @property
    def score(self) -> int:
        """How many of a hundred entries nothing was found in; 100 only for all of them."""
        return 100 if not self.concerned else min(99, round(100 * (self.entries - self.concerned) / max(self.entries, 1)))


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with the values that it is about, and how they would be mended (the same where they can't be, or not by the asker)."""

    entry: Entry
    code: Code
    attribute: str
    values: tuple[str, ...]
    better: tuple[str, ...]

    @property
    def is_mendable(self) -> bool:
        """Tell whether there is something to be done about it here."""
        return self.better != self.values


@dataclass(frozen=True, slots=True)
class Mended:
    """What a mending did; ``skipped``: who was changed meanwhile, or may not be mended so. No batch where nothing was done."""

    batch: BatchId | None
    entries: int
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An attribute of an entry that is to be mended, and the revision in which somebody looked at it."""

    uuid: str
    attribute: str
    revision: int


class Hygiene:
    """The findings of one directory. Safe for threads. ``region``: the country of numbers that don't say theirs."""

    def __init__(
        self, store: Store, directory: Directory, standards: Standards, region: str = "", *, spellings: Spellings | None = None
    ) -> None:
        self._store = store
        self._spellings = spellings or Spellings()
        self._directory = directory
        self._standards = standards
        self._region = region

    def summary(self, principal: Principal, slug: Slug) -> Summary:
        """Return the state of a book as far as the asker may know it. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = _book(reading, slug)
        readable = _readable(book)
        with self._store.reading() as tx:
            found = findings.counts(tx, book.book.id)
            entries = suspects.count_active(tx, book.book.id)
            concerned = findings.concerned(tx, book.book.id, readable)
        counts = {code: sum(count for (one, name), count in found.items() if one == code and name in readable) for code in Code}
        order = sorted((code for code in Code if counts[code]), key=lambda code: (code not in GRAVE, -counts[code]))
        return Summary(entries, concerned, tuple((code, counts[code]) for code in order))

    def found(
        self, principal: Principal, slug: Slug, codes: Sequence[Code], limit: int | None = None, offset: int = 0
    ) -> tuple[Shown, ...]:
        """Return findings of a book with the entries that they are about, by name. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            return self._shown(reading, _book(reading, slug), codes, limit, offset)

    def mend(self, principal: Principal, slug: Slug, code: Code, chosen: Collection[Choice] | None = None) -> Mended:
        """Put right what can be, everywhere or only what is chosen, as one batch."""
        picked = {(one.uuid, one.attribute): one.revision for one in chosen} if chosen is not None else None
        batch: BatchId | None = None
        count, skipped = 0, []
        with self._directory.writing(principal) as writing:
            for one in self._shown(writing, _book(writing, slug), (code,), None, 0):
                if not one.is_mendable or (picked is not None and (one.entry.uuid, one.attribute) not in picked):
                    continue
                if picked is not None and one.entry.revision != picked[one.entry.uuid, one.attribute]:
                    skipped.append(one.entry.display)
                    continue
                batch = batch or writing.begin_batch(KIND, code.value)
                try:
                    # An entry may have two of them: the second is mended in what the first has left.
                    writing.modify(one.entry.uuid, [Modification(one.attribute, Operation.REPLACE, one.better)])
                except DirserverError:
                    skipped.append(one.entry.display)
                else:
                    count += 1
        return Mended(batch, count, tuple(skipped))

    def _shown(self, reading: Reading, book: BookView, codes: Sequence[Code], limit: int | None, offset: int) -> tuple[Shown, ...]:
        with self._store.reading() as tx:
            rows = findings.listed(tx, book.book.id, [code.value for code in codes], _readable(book), limit, offset)
            counts = self._spellings.of(tx, book.book) if Code.DEPARTMENT in codes else {}
        spellings = Departments(counts, self._standards.departments)
        entries: dict[str, Entry] = {}
        uuids = sorted({row.uuid for row in rows})
        for start in range(0, len(uuids), _AT_ONCE):
            entries |= {entry.uuid: entry for entry in reading.among(book, uuids=uuids[start : start + _AT_ONCE])}
        shown = []
        for row in rows:
            entry = entries.get(row.uuid)
            if entry is None or (row.attribute and not entry.view.may_read(row.attribute)):
                continue
            values, code = standing(entry.card).get(row.attribute, ()), Code(row.code)
            shown.append(Shown(entry, code, row.attribute, values, self._better(entry, code, row.attribute, values, spellings)))
        return tuple(shown)

    def _better(self, entry: Entry, code: Code, name: str, values: tuple[str, ...], spellings: Mapping[str, str]) -> tuple[str, ...]:
        if code not in MENDABLE or not name or not entry.view.may_write(name):
            return values
        return mended(code, name, values, region=self._region, spellings=spellings)


def _book(reading: Reading, slug: Slug) -> BookView:
    book = reading.book(slug)
    require_steward(book.in_general, book.name)
    return book


def _readable(book: BookView) -> tuple[str, ...]:
    """Return the attributes about which the asker may be told; "" (the whole entry) where no number is hidden."""
    names = [attribute.name for attribute in ATTRIBUTES.values() if book.in_general.may_read(attribute.name)]
    return (*names, "") if all(book.in_general.may_read(name) for name in NUMBERS) else tuple(names)
