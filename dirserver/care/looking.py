# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking through a book for duplicates and findings: at first all of it, from then on what the change log says has changed.

It is done by nobody in particular, over whole cards; what of it somebody is shown is up to who shows it. Nothing is looked for by
comparing everybody with everybody: entries meet under keys (a mail address, a mobile from the right, an employee number, a name),
and a key that many have is nobody's. Memory is bounded by ``_AT_ONCE``, whatever the size of the book.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dirserver.card.packed import unpack
from dirserver.card.projection import attributes
from dirserver.care.checks import Around, Departments, Standards, check, standing
from dirserver.care.likeness import Lane, Traits, compare, traits_of
from dirserver.care.spellings import Spellings
from dirserver.errors import NotFound
from dirserver.model.book import Book
from dirserver.model.names import Slug
from dirserver.store.accounts import accounts
from dirserver.store.care import findings, suspects
from dirserver.store.care.findings import Found
from dirserver.store.care.suspects import Looked, Mark, NewPair
from dirserver.store.engine.opening import ReadTx, Store
from dirserver.store.entries import books

RULES = 1
"""Grows when the same entries would be found otherwise than before: then every book is looked through anew."""
_AT_ONCE = 500
_MOST_HOLDERS = 20
_OWN_NAMES = 2
_MOST_STEPS_UP = 100

Tell = Callable[[int, int], None]
"""Told how many entries were looked at, and how many there are to look at."""


def silent(_done: int, _all: int) -> None:
    """Tell nobody."""


class Looking:
    """What looks through the books of a store. Safe for threads."""

    def __init__(self, store: Store, standards: Standards, spellings: Spellings | None = None) -> None:
        self._store = store
        self._spellings = spellings or Spellings()
        self._standards = standards
        self._rules = zlib.crc32(f"{RULES} {standards}".encode()) & 0x7FFFFFFF

    def waiting(self, slug: Slug) -> int:
        """Return how many entries of a book have changed since it was looked through."""
        with self._store.reading() as tx:
            book = _book(tx, slug)
            since = self._since(tx, book)
            return suspects.count_active(tx, book.id) if since is None else suspects.count_changed(tx, book.id, since)

    def catch_up(self, slug: Slug, tell: Tell = silent) -> int:
        """Look at what has changed in a book, and return how many entries that were."""
        with self._store.reading() as tx:
            book = _book(tx, slug)
            since = self._since(tx, book)
            if since == book.number:
                return 0
            total = suspects.count_active(tx, book.id) if since is None else suspects.count_changed(tx, book.id, since)
            spellings = Departments(self._spellings.of(tx, book), self._standards.departments)
        if since is None:
            with self._store.writing() as tx:
                suspects.forget(tx, book.id)
                findings.forget(tx, book.id)
        done = 0
        for ids in self._chunks(book, since):
            self._look(book, ids, spellings)
            done += len(ids)
            tell(min(done, total), total)
        with self._store.writing() as tx:
            suspects.set_mark(tx, book.id, Mark(book.number, self._rules, book.epoch))
        return done

    def _since(self, tx: ReadTx, book: Book) -> int | None:
        mark = suspects.mark(tx, book.id)
        is_good = mark is not None and mark.rules == self._rules and mark.epoch == book.epoch and mark.number <= book.number
        return mark.number if mark is not None and is_good else None

    def _standards_of(self, book: Book) -> Standards:
        if not book.needs_label:
            return self._standards
        return replace(self._standards, required=(*self._standards.required, "categories"))

    def _chunks(self, book: Book, since: int | None) -> Iterator[tuple[int, ...]]:
        behind = 0
        while True:
            with self._store.reading() as tx:
                if since is None:
                    ids = suspects.all_ids(tx, book.id, behind, _AT_ONCE)
                else:
                    ids = suspects.changed(tx, book.id, since, book.number, behind, _AT_ONCE)
            if not ids:
                return
            yield ids
            behind = ids[-1]

    def _look(self, book: Book, ids: tuple[int, ...], spellings: Mapping[str, str]) -> None:
        with self._store.reading() as tx:
            rows = suspects.looked(tx, ids)
            finder = Finder(tx, book.id)
            pairs = finder.pairs(rows)
            # Who named one of these as manager may be led by nobody now, or in a circle.
            also = {*findings.reports(tx, book.id, _uuids(tx, ids)), *findings.with_code(tx, book.id, "manager-cycle")} - set(ids)
            checked = (*rows, *suspects.looked(tx, also))
            found = tuple(_found(tx, checked, self._standards_of(book), spellings))
        with self._store.writing() as tx:
            suspects.replace(tx, book.id, finder.settled | set(ids), pairs)
            findings.replace(tx, book.id, {*ids, *also}, found)


class Finder:
    """Finds the pairs that some entries of a book are in; ``settled`` are the ids of those of which all pairs were found."""

    def __init__(self, tx: ReadTx, book_id: int) -> None:
        self._tx = tx
        self._book_id = book_id
        self._traits: dict[int, Traits] = {}
        self._uuids: dict[int, str] = {}
        self._shared: set[str] = set()
        self.settled: set[int] = set()

    def pairs(self, rows: Iterable[Looked]) -> tuple[NewPair, ...]:
        """Return all pairs that these entries are in."""
        wanted: set[tuple[int, int]] = set()
        again = self._meet(rows, wanted)
        # A key of theirs turned out to be several people's: what it said of the others has to be looked at anew.
        self._meet(suspects.looked(self._tx, again - self.settled), wanted)
        self._know(suspects.looked(self._tx, {number for pair in wanted for number in pair} - self._traits.keys()))
        made = [pair for low, high in sorted(wanted) if (pair := self._compared(low, high)) is not None]
        safe = [self._uuids[number] for pair in made if pair.lane == Lane.SAFE for number in (pair.low_id, pair.high_id)]
        # Who signs in is somebody: that is never decided without one.
        known = {row.entry_uuid for row in accounts.of_entries(self._tx, safe)}
        return tuple(
            replace(pair, lane=Lane.DECISION.value)
            if pair.lane == Lane.SAFE and {self._uuids[pair.low_id], self._uuids[pair.high_id]} & known
            else pair
            for pair in made
        )

    def _know(self, rows: Iterable[Looked]) -> None:
        for row in rows:
            self._traits[row.id] = traits_of(attributes(unpack(row.card)))
            self._uuids[row.id] = row.uuid

    def _meet(self, rows: Iterable[Looked], wanted: set[tuple[int, int]]) -> set[int]:
        rows = tuple(rows)
        self._know(rows)
        again: set[int] = set()
        for row in rows:
            self.settled.add(row.id)
            for key, holders, is_name in self._blocks(row):
                if len(holders) > _MOST_HOLDERS:
                    self._shared.add(key)
                    continue
                if not is_name and len({name for _, name in holders}) > _OWN_NAMES:
                    self._shared.add(key)
                    again.update(number for number, _ in holders)
                wanted.update((min(row.id, other), max(row.id, other)) for other, _ in holders if other != row.id)
        return again

    def _blocks(self, row: Looked) -> Iterator[tuple[str, list[tuple[int, str]], bool]]:
        traits, most = self._traits[row.id], _MOST_HOLDERS + 1
        for mail in traits.mails:
            yield mail, suspects.holding_mail(self._tx, self._book_id, mail, most), False
        for mobile in traits.mobiles:
            yield mobile, suspects.holding_mobile(self._tx, self._book_id, mobile, most), False
        for number in traits.numbers:
            yield number, suspects.holding_number(self._tx, self._book_id, number, most), False
        if traits.called:
            yield traits.called, suspects.holding_name(self._tx, self._book_id, traits.called, most), True

    def _compared(self, low: int, high: int) -> NewPair | None:
        one, other = self._traits.get(low), self._traits.get(high)
        found = compare(one, other, self._shared) if one is not None and other is not None else None
        return None if found is None else NewPair(low, high, found.lane.value, found.score, found.agrees, found.differs)


def _found(tx: ReadTx, rows: Sequence[Looked], standards: Standards, spellings: Mapping[str, str]) -> Iterator[Found]:
    chain = _Chain(tx, [row.manager for row in rows if row.manager])
    around = Around(chain.leads_nowhere, chain.in_circle, spellings)
    for row in rows:
        card = unpack(row.card)
        for one in set(check(row.uuid, card, standing(card), standards, around)):
            yield Found(row.id, one.code.value, one.attribute)


class _Chain:
    """Who leads whom, asked for step by step."""

    def __init__(self, tx: ReadTx, first: Iterable[str]) -> None:
        self._tx = tx
        self._known = findings.managers(tx, set(first))

    def leads_nowhere(self, uuid: str) -> bool:
        """Tell whether an entry isn't there, or leads nobody any more."""
        led = self._known.get(uuid)
        return led is None or led.state != "active"

    def in_circle(self, uuid: str) -> bool:
        """Tell whether going from manager to manager comes back to an entry."""
        self._ask(uuid)
        here = self._known[uuid].manager if uuid in self._known else None
        for _ in range(_MOST_STEPS_UP):
            if here is None or here == uuid:
                return here == uuid
            self._ask(here)
            here = self._known[here].manager if here in self._known else None
        return False

    def _ask(self, uuid: str) -> None:
        if uuid not in self._known:
            self._known |= findings.managers(self._tx, {uuid})


def _book(tx: ReadTx, slug: Slug) -> Book:
    book = books.by_slug(tx, slug)
    if book is None:
        raise NotFound(f"there is no book '{slug}'")
    return book


def _uuids(tx: ReadTx, ids: Iterable[int]) -> set[str]:
    return set(suspects.uuids_of(tx, tuple(ids)))
