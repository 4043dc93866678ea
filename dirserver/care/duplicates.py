# SPDX-License-Identifier: GPL-3.0-or-later
"""Duplicates as a steward sees them: pairs by lane, two entries side by side, merging them, keeping them apart.

Only who may read, change and delete everything in a book is shown its pairs: that two are alike says something of hidden values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dirserver.access.stewardship import require_merging
from dirserver.card.combine import Line, lines
from dirserver.care.likeness import Lane
from dirserver.care.looking import Looking, Tell, silent
from dirserver.directory.changes.merging import KIND, Merge
from dirserver.directory.directory import Directory
from dirserver.directory.ledger.ledger import new_batch_id
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry
from dirserver.errors import Conflict, NotAllowed, NotFound, Stale
from dirserver.model.names import BatchId, Slug
from dirserver.model.principal import Principal
from dirserver.store.accounts import accounts
from dirserver.store.care import suspects
from dirserver.store.care.suspects import Pair
from dirserver.store.engine.opening import Store

_AT_ONCE = 200
_MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class ShownPair:
    """Two entries that may be the same. ``one`` is who would stay unless somebody says otherwise; words as in ``care.likeness``."""

    one: Entry
    other: Entry
    lane: Lane
    score: int
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two entries side by side. ``may_swap``: either may be the one that stays."""

    kept: Entry
    other: Entry
    lines: tuple[Line, ...]
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    may_swap: bool


@dataclass(frozen=True, slots=True)
class MergedSafe:
    """Who stayed and who went, pair by pair; undoing the batch that is called ``series`` undoes them all. None: nothing was merged."""

    pairs: tuple[tuple[Entry, Entry], ...]
    series: BatchId | None


class Duplicates:
    """The duplicates of one directory. Safe for threads."""

    def __init__(self, store: Store, directory: Directory, looking: Looking, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._directory = directory
        self._looking = looking
        self._clock = clock

    def counts(self, principal: Principal, slug: Slug) -> dict[Lane, int]:
        """Count the pairs of a book by lane. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = _book(reading, slug)
        with self._store.reading() as tx:
            found = suspects.counts(tx, book.book.id)
        return {lane: found.get(lane.value, 0) for lane in Lane}

    def pairs(self, principal: Principal, slug: Slug, lanes: Sequence[Lane], limit: int = 25, offset: int = 0) -> tuple[ShownPair, ...]:
        """Return pairs of a book, those that are most alike first. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = _book(reading, slug)
            with self._store.reading() as tx:
                found = suspects.listed(tx, book.book.id, [lane.value for lane in lanes], limit, offset)
                uuids = sorted({uuid for pair in found for uuid in (pair.low, pair.high)})
                signed = {row.entry_uuid for row in accounts.of_entries(tx, uuids)}
            entries = {entry.uuid: entry for entry in reading.among(book, uuids=uuids)}
            return tuple(
                _shown(pair, entries[pair.low], entries[pair.high], signed)
                for pair in found
                if pair.low in entries and pair.high in entries
            )

    def compared(self, principal: Principal, kept: str, other: str) -> Compared:
        """Return two entries of one book side by side. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            one, two = reading.find(kept), reading.find(other)
            require_merging(one.view, one.book)
            require_merging(two.view, two.book)
            if one.book != two.book or one.uuid == two.uuid:
                raise NotFound("only two entries of one book can be compared")
            with self._store.reading() as tx:
                pair = suspects.between(tx, one.uuid, two.uuid)
                signed = accounts.of_entries(tx, (one.uuid, two.uuid))
            shown = lines(one.card, two.card)
        return Compared(one, two, shown, pair.agrees if pair else (), pair.differs if pair else (), may_swap=not signed)

    def merge(self, principal: Principal, wanted: Merge, *, series: BatchId | None = None) -> tuple[Entry, BatchId]:
        """Make one entry of two, and return it with the batch that undoes it. Raises as ``Writing.merge`` does."""
        with self._directory.writing(principal) as writing:
            batch = writing.begin_batch(KIND, f"{wanted.other} {wanted.kept}", series=series)
            return writing.merge(wanted), batch

    def merge_safe(self, principal: Principal, slug: Slug, tell: Tell = silent) -> MergedSafe:
        """Merge all pairs of the safe lane: each a batch of its own, all of them one series.

        A pair that changed meanwhile, or whose values are in each other's way, is left to somebody.
        """
        self._looking.catch_up(slug)
        series = new_batch_id()
        done: list[tuple[Entry, Entry]] = []
        left: set[frozenset[str]] = set()
        total = self.counts(principal, slug)[Lane.SAFE]
        for _ in range(_MOST_ROUNDS):
            pairs = [pair for pair in self.pairs(principal, slug, (Lane.SAFE,), _AT_ONCE + len(left)) if _key(pair) not in left]
            touched: set[str] = set()
            for pair in pairs:
                # Of three that are one, the second pair is looked at again after the first was merged.
                if {pair.one.uuid, pair.other.uuid} & touched:
                    continue
                if self._merged(principal, pair, series):
                    done.append((pair.one, pair.other))
                    touched |= {pair.one.uuid, pair.other.uuid}
                    tell(len(done), total)
                else:
                    left.add(_key(pair))
            if not touched:
                break
            self._looking.catch_up(slug)
        return MergedSafe(tuple(done), series if done else None)

    def keep(self, principal: Principal, one: str, other: str) -> None:
        """Remember that two entries are not the same: nobody is asked again. NotFound, NotAllowed."""
        self._require(principal, one, other)
        with self._store.writing() as tx:
            suspects.keep_apart(tx, one, other, principal.login, self._clock())

    def forget(self, principal: Principal, one: str, other: str) -> bool:
        """Take back that two entries are not the same; tell whether anybody had said so. NotFound, NotAllowed."""
        self._require(principal, one, other)
        with self._store.writing() as tx:
            return suspects.forget_apart(tx, one, other)

    def _require(self, principal: Principal, *uuids: str) -> None:
        with self._directory.reading(principal) as reading:
            for uuid in uuids:
                entry = reading.find(uuid)
                require_merging(entry.view, entry.book)

    def _merged(self, principal: Principal, pair: ShownPair, series: BatchId) -> bool:
        if any(line.is_open for line in lines(pair.one.card, pair.other.card) if line.attribute in _DECIDED_BY_SOMEBODY):
            return False
        try:
            wanted = Merge(pair.one.uuid, pair.other.uuid, revisions=(pair.one.revision, pair.other.revision))
            self.merge(principal, wanted, series=series)
        except (Conflict, NotAllowed, NotFound, Stale):
            return False
        return True


_DECIDED_BY_SOMEBODY = frozenset({"birthDate", "anniversary", "employeeNumber", "manager"})
"""Where two values of one person can't both be true, somebody decides."""


def _book(reading: Reading, slug: Slug) -> BookView:
    book = reading.book(slug)
    require_merging(book.in_general, book.name)
    return book


def _key(pair: ShownPair) -> frozenset[str]:
    return frozenset((pair.one.uuid, pair.other.uuid))


def _shown(pair: Pair, low: Entry, high: Entry, signed: set[str | None]) -> ShownPair:
    one, other = sorted(
        (low, high), key=lambda entry: (entry.uuid not in signed, -len(entry.card.properties), entry.created_at, entry.uuid)
    )
    return ShownPair(one, other, Lane(pair.lane), pair.score, pair.agrees, pair.differs)
