# SPDX-License-Identifier: GPL-3.0-or-later
"""The crowds of one process: made when somebody looks around, kept current from the change log, asked within the asker's own snapshot.

A crowd is shared by all who may read the same of everybody. What somebody may read besides on their own entry and on their reports' comes
as other texts of those few. Where an answer would need anything else, and while a crowd is being made, there is none, and SQL answers.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from dirserver.access.guard import guard
from dirserver.access.rights import Rights
from dirserver.directory.crowd.crowd import NAMES, Crowd, text_of
from dirserver.directory.crowd.spotting import NO_GROUPS, Around, Groups, Looked, Spotted, found, proposed, told, values
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.binding import SEARCHED, Typed, typed
from dirserver.directory.views.entry import BookView
from dirserver.directory.views.presenting import listed_reach
from dirserver.errors import DirserverError
from dirserver.model.book import Book, BookKind
from dirserver.model.filter import AnyOf, Filter, Guard, Guarded, Or
from dirserver.store.engine.opening import ReadTx, Store
from dirserver.store.entries import books
from dirserver.store.finding import crowds
from dirserver.store.finding.facets import ValueCount, is_within_all
from dirserver.store.finding.filters import MEMBER_OF

AT_ONCE = 500
"""A book of so many entries is taken in while somebody waits; a larger one behind what is served."""
_REST = 20
"""How many times longer than it took to make a crowd the next one for the same has to wait."""
_MOST_SIGHTS = 4096
_MOST_AROUND = 1000
_MOST_COUNTS = 32

_LONGEST = 300
_ANY = "any"
_NONE = frozenset[str]()
_NOTHING = Typed(())
_RELATED = frozenset({Guard.SELF, Guard.MANAGED})

_Key = tuple[int, frozenset[str]]
_Arounds = OrderedDict[tuple[str, frozenset[str], frozenset[str]], Around]


@dataclass(frozen=True, slots=True)
class _Sight:
    """What somebody may read on everybody, besides on their own entry, and besides on their reports'."""

    readable: frozenset[str]
    own: frozenset[str]
    managed: frozenset[str]
    is_alike: bool
    """True if these entries show no more than others, in whatever field."""


@dataclass(slots=True)
class _Held:
    """A crowd with what only holds as long as nothing changes in it."""

    crowd: Crowd
    around: _Arounds
    counts: dict[tuple[tuple[str, ...], tuple[int, int]], tuple[ValueCount, ...]]
    """Of the whole, by attributes and when the groups were read."""


class Crowds:
    """Safe for threads. ``max_octets`` is what all of them may take together; 0 holds nobody."""

    def __init__(self, store: Store, max_octets: int) -> None:
        self._store = store
        self._max_octets = max_octets
        self._lock = threading.Lock()
        self._held: OrderedDict[_Key, _Held] = OrderedDict()
        self._sights: dict[str, _Sight | None] = {}
        self._groups: dict[int, Groups] = {}
        self._not_before: dict[_Key, float] = {}
        self._maker: threading.Thread | None = None
        self._is_closed = False

    def close(self) -> None:
        """Wait for what is being made; nothing is made any more."""
        self._is_closed = True
        self.settle()

    def settle(self) -> None:
        """Wait for what is being made."""
        maker = self._maker
        if maker is not None:
            maker.join()

    # Asking

    def spot(self, asking: Asking, view: BookView, looked: Looked) -> Spotted | None:
        """Return what is found in a book, the same as SQL finds; None where that has to be asked."""
        sight = self._sight(asking, view)
        if sight is None or len(looked.text) > _LONGEST or not all(name == MEMBER_OF or name in sight.readable for name, _ in looked.tags):
            return None
        meant = typed(looked.text) if looked.text else _NOTHING
        candidates = proposed(asking.tx, meant)
        with self._lock:
            held = self._current(asking.tx, view, (view.book.id, sight.readable))
            if held is None:
                return None
            groups = self._groups_at(asking, view) if MEMBER_OF in looked.counted or looked.groups else NO_GROUPS
            around = self._around(asking, held, sight)
            places = found(asking.tx, held.crowd, looked, meant, candidates, around)
            for name in looked.groups:
                ids, of_entry = held.crowd.ids, groups.of_entry
                places = [
                    place for place in (held.crowd.places.values() if places is None else places) if name in of_entry.get(ids[place], ())
                ]
            return told(asking.tx, held.crowd, places, looked, _counted(held, places, looked, groups), around)

    def expect(self, asking: Asking, view: BookView) -> None:
        """Take in, or begin to, what would answer the asker, before they look around."""
        sight = self._sight(asking, view)
        if sight is not None:
            with self._lock:
                self._current(asking.tx, view, (view.book.id, sight.readable))

    def keep(self, asking: Asking, view: BookView, sheet: Hashable, made: Mapping[int, str]) -> None:
        """Keep what was made of entries, by id, for those who are shown what most entries show to the asker."""
        sight = self._sight(asking, view)
        with self._lock:
            held = self._held.get((view.book.id, sight.readable)) if sight is not None else None
            if held is None or sight is None or (held.crowd.epoch, held.crowd.number) != (view.book.epoch, view.book.number):
                return
            around, places = self._around(asking, held, sight), held.crowd.places
            by_place = {places[number]: text for number, text in made.items() if number in places}
            held.crowd.keep(sheet, {place: text for place, text in by_place.items() if place not in around})

    def near(self, asking: Asking, view: BookView, word: str, most: int) -> list[tuple[int, str]] | None:
        """Return the words of a book, as far as the asker reads them, that are so few mistakes away; None where SQL has to be asked."""
        sight = self._sight(asking, view)
        if sight is None:
            return None
        with self._lock:
            held = self._current(asking.tx, view, (view.book.id, sight.readable))
            return held.crowd.vocabulary.near(word, most) if held is not None else None

    def _sight(self, asking: Asking, view: BookView) -> _Sight | None:
        """Return what somebody may read in a book; None where not everybody shows, or names don't."""
        if not self._max_octets or view.label is not None or view.book.kind is BookKind.PERSONAL:
            return None
        reach = listed_reach(asking, view)
        if not is_within_all(reach) or reach.with_groups:
            return None
        rights = asking.rights_on(view.book)
        if rights.fingerprint not in self._sights:
            if len(self._sights) >= _MOST_SIGHTS:
                self._sights.clear()
            self._sights[rights.fingerprint] = _sight_of(rights)
        return self._sights.get(rights.fingerprint)

    def _around(self, asking: Asking, held: _Held, sight: _Sight) -> Around:
        """Return the texts of those entries of which the asker may read more than of others."""
        person = asking.standing.person
        if person is None or sight.is_alike:
            return {}
        key = (person, sight.own, sight.managed)
        known = held.around.get(key)
        if known is None:
            known = {}
            for near in crowds.around(asking.tx, held.crowd.book_id, person):
                readable = sight.readable | (sight.own if near.is_own else _NONE) | (sight.managed if near.is_managed else _NONE)
                known |= {place: text_of(near.norms, readable) for place in held.crowd.standing([near.id])}
            if len(held.around) >= _MOST_AROUND:
                held.around.popitem(last=False)
            held.around[key] = known
        return known

    def _groups_at(self, asking: Asking, view: BookView) -> Groups:
        # By both numbers: a group is also a card of the book.
        known, stamp = self._groups.get(view.book.id), (asking.access_number, view.book.number)
        if known is None or known.stamp != stamp:
            of_entry: dict[int, tuple[str, ...]] = {}
            rows = crowds.memberships(asking.tx, view.book.id)
            for number, key, _ in rows:
                of_entry[number] = (*of_entry.get(number, ()), key)
            alike = {keys: keys for keys in of_entry.values()}
            known = Groups(
                stamp,
                {number: alike[keys] for number, keys in of_entry.items()},
                {key: name for _, key, name in rows},
            )
            self._groups[view.book.id] = known
        return known

    # Making

    def _current(self, tx: ReadTx, view: BookView, key: _Key) -> _Held | None:
        """Return the crowd of a book as this snapshot has it. The lock is held."""
        book = view.book
        held = self._held.get(key)
        if held is not None and held.crowd.epoch == book.epoch:
            if held.crowd.number == book.number:
                self._held.move_to_end(key)
                return held
            if held.crowd.number > book.number:
                # Somebody with a later snapshot was here before.
                return None
        # What is caught up with halfway is of no use to anybody.
        self._held.pop(key, None)
        if held is not None and held.crowd.epoch == book.epoch and held.crowd.catch_up(tx, book.number):
            held.around.clear()
            held.counts.clear()
            self._held[key] = held
            return held
        return self._begin(tx, view, key)

    def _begin(self, tx: ReadTx, view: BookView, key: _Key) -> _Held | None:
        """Make a crowd now if it is small, else begin to make it in a thread."""
        if self._is_closed or time.monotonic() < self._not_before.get(key, 0.0) or (self._maker is not None and self._maker.is_alive()):
            return None
        if crowds.is_small(tx, view.book.id, AT_ONCE):
            made = self._made(tx, key, view.book)
            if made is not None:
                self._hold(key, made)
            return self._held.get(key)
        self._maker = threading.Thread(target=self._make, args=(key,), name="crowd", daemon=True)
        self._maker.start()
        return None

    def _make(self, key: _Key) -> None:
        with contextlib.suppress(DirserverError), self._store.reading() as tx:
            book = books.by_id(tx, key[0])
            made = self._made(tx, key, book) if book is not None else None
            if made is not None:
                with self._lock:
                    self._hold(key, made)

    def _made(self, tx: ReadTx, key: _Key, book: Book) -> Crowd | None:
        began = time.monotonic()
        crowd = Crowd(book.id, key[1], book.number, book.epoch)
        is_whole = crowd.fill(tx, self._max_octets)
        # Too large once is too large until the process begins anew: nobody should try again and again.
        self._not_before[key] = time.monotonic() + _REST * (time.monotonic() - began) if is_whole else math.inf
        return crowd if is_whole else None

    def _hold(self, key: _Key, crowd: Crowd) -> None:
        self._held[key] = _Held(crowd, OrderedDict(), {})
        while len(self._held) > 1 and sum(each.crowd.octets for each in self._held.values()) > self._max_octets:
            self._held.popitem(last=False)


def _counted(held: _Held, places: Sequence[int] | None, looked: Looked, groups: Groups) -> tuple[ValueCount, ...]:
    if places is not None:
        return values(held.crowd, places, looked, groups)
    key = (looked.counted, groups.stamp)
    known = held.counts.get(key)
    if known is None:
        known = values(held.crowd, None, looked, groups)
        if len(held.counts) >= _MOST_COUNTS:
            held.counts.clear()
        held.counts[key] = known
    return known


def _sight_of(rights: Rights) -> _Sight | None:
    """Return what a search box looks through for an asker, as ``guard`` has it; None for what only SQL knows."""
    found: dict[frozenset[Guard | int], frozenset[str]] = {}
    for part in _parts(guard(AnyOf(SEARCHED, _ANY), rights)):
        match part:
            case AnyOf(names, _):
                found[frozenset()] = names
            case Guarded(guards, AnyOf(names, _)) if guards <= _RELATED:
                found[guards] = names
            case _:
                return None
    readable = found.pop(frozenset(), _NONE)
    if not readable.issuperset(NAMES):
        return None
    own, managed = (
        frozenset[str]().union(*(names for guards, names in found.items() if related in guards)) for related in (Guard.SELF, Guard.MANAGED)
    )
    shown = {rights.view.fingerprint, rights.own.fingerprint, rights.managed.fingerprint}
    return _Sight(readable, own, managed, is_alike=len(shown) == 1)


def _parts(guarded: Filter) -> tuple[Filter, ...]:
    return guarded.parts if isinstance(guarded, Or) else (guarded,)
