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
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dirserver.access.guard import guard
from dirserver.access.rights import Rights
from dirserver.directory.asking import Asking
from dirserver.directory.binding import BEGUN, SEARCHED, WHOLE_WORD, Typed, typed
from dirserver.directory.crowd.crowd import NAMES, Crowd, Tag, fits, text_of
from dirserver.directory.entry import BookView
from dirserver.directory.presenting import listed_reach
from dirserver.errors import DirserverError
from dirserver.model.book import Book, BookKind
from dirserver.model.filter import AnyOf, Filter, Guard, Guarded, Or
from dirserver.model.fold import fold
from dirserver.store import books, crowds
from dirserver.store.facets import ValueCount, is_within_all
from dirserver.store.filters import MEMBER_OF
from dirserver.store.opening import ReadTx, Store

AT_ONCE = 500
"""A book of so many entries is taken in while somebody waits; a larger one behind what is served."""
_REST = 20
"""How many times longer than it took to make a crowd the next one for the same has to wait."""
_MOST_SIGHTS = 4096
_MOST_AROUND = 1000

MOST_VALUES = 10
"""Values of an attribute that are told with how many have them, the most frequent ones."""
_LONGEST = 300
_ANY = "any"
_NONE = frozenset[str]()
_NOTHING = Typed(())
_RELATED = frozenset({Guard.SELF, Guard.MANAGED})

_Key = tuple[int, frozenset[str]]
_Around = Mapping[int, str]
"""Texts by place, of entries of which somebody may read more than of others."""
_Words = OrderedDict[tuple[str, frozenset[str], frozenset[str]], _Around]


class Looked(NamedTuple):
    """What to look for: a text, values to narrow down by, an initial; which stretch of it, and what to count it by."""

    text: str
    tags: tuple[Tag, ...]
    initial: str
    start: int
    stop: int
    counted: tuple[str, ...]


class Spotted(NamedTuple):
    """The ids of a stretch in order, how much was found, and its values with how many have each."""

    ids: tuple[int, ...]
    total: int
    values: tuple[ValueCount, ...]


@dataclass(frozen=True, slots=True)
class _Sight:
    """What somebody may read on everybody, besides on their own entry, and besides on their reports'."""

    readable: frozenset[str]
    own: frozenset[str]
    managed: frozenset[str]


class _Groups(NamedTuple):
    """Who is in which groups, by id of entry, at an access number; what the groups are called."""

    access_number: int
    of_entry: Mapping[int, tuple[str, ...]]
    names: Mapping[str, str]


_NO_GROUPS = _Groups(-1, {}, {})


@dataclass(slots=True)
class _Held:
    """A crowd with what only holds as long as nothing changes in it."""

    crowd: Crowd
    around: _Words


class Crowds:
    """Safe for threads. ``max_octets`` is what all of them may take together; 0 holds nobody."""

    def __init__(self, store: Store, max_octets: int) -> None:
        self._store = store
        self._max_octets = max_octets
        self._lock = threading.Lock()
        self._held: OrderedDict[_Key, _Held] = OrderedDict()
        self._sights: dict[str, _Sight | None] = {}
        self._groups: dict[int, _Groups] = {}
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
        proposed = _proposed(asking.tx, meant)
        with self._lock:
            held = self._current(asking.tx, view, (view.book.id, sight.readable))
            if held is None:
                return None
            groups = self._groups_at(asking, view) if MEMBER_OF in looked.counted or _names_of_groups(looked) else _NO_GROUPS
            found = _found(held.crowd, looked, meant, proposed, self._around(asking, held, sight) if meant.words else {})
            for name in _names_of_groups(looked):
                ids, of_entry = held.crowd.ids, groups.of_entry
                found = [place for place in (held.crowd.everybody if found is None else found) if name in of_entry.get(ids[place], ())]
            return _told(held.crowd, found, looked, groups)

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

    def _around(self, asking: Asking, held: _Held, sight: _Sight) -> _Around:
        """Return the texts of those entries of which the asker may read more than of others."""
        person = asking.standing.person
        if person is None or not (sight.own or sight.managed):
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

    def _groups_at(self, asking: Asking, view: BookView) -> _Groups:
        known = self._groups.get(view.book.id)
        if known is None or known.access_number != asking.access_number:
            of_entry: dict[int, tuple[str, ...]] = {}
            rows = crowds.memberships(asking.tx, view.book.id)
            for number, key, _ in rows:
                of_entry[number] = (*of_entry.get(number, ()), key)
            alike = {keys: keys for keys in of_entry.values()}
            known = _Groups(
                asking.access_number,
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
        self._held[key] = _Held(crowd, OrderedDict())
        while len(self._held) > 1 and sum(each.crowd.octets for each in self._held.values()) > self._max_octets:
            self._held.popitem(last=False)


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
    return _Sight(readable, own, managed)


def _parts(guarded: Filter) -> tuple[Filter, ...]:
    return guarded.parts if isinstance(guarded, Or) else (guarded,)


def _proposed(tx: ReadTx, meant: Typed) -> list[int] | None:
    """Return whom the index knows for what was typed, and perhaps others; None for everybody."""
    if not meant.words:
        return None
    long = [word for word in meant.words if len(word) >= WHOLE_WORD]
    if meant.number and len(meant.number) < WHOLE_WORD:
        return None
    by_number = crowds.containing(tx, [meant.number]) if meant.number else []
    if meant.number and any(meant.number in word for word in long):
        # Who has the word has the number in it.
        return by_number
    by_words = crowds.containing(tx, long) if long else crowds.beginning(tx, BEGUN, meant.words[0])
    return list({*by_words, *by_number})


def _found(crowd: Crowd, looked: Looked, meant: Typed, proposed: list[int] | None, around: _Around) -> Sequence[int] | None:
    """Return the places of what was found, groups aside; None for everybody."""
    found: Sequence[int] | None = None
    if looked.text:
        if not meant.words:
            return ()
        found = crowd.found(meant, crowd.everybody if proposed is None else crowd.standing(proposed))
        more = [place for place, text in around.items() if fits(meant, text)]
        if more:
            found = list({*found, *more})
    if looked.initial:
        stretch = crowd.within(looked.initial)
        found = stretch if found is None else [place for place in found if stretch and stretch[0] <= place <= stretch[-1]]
    tags = [tag for tag in looked.tags if tag[0] != MEMBER_OF]
    return crowd.tagged(tags, found) if tags else found


def _told(crowd: Crowd, found: Sequence[int] | None, looked: Looked, groups: _Groups) -> Spotted:
    if found is None:
        stretch: Sequence[int] = crowd.everybody[looked.start : looked.stop]
    else:
        stretch = crowd.in_order(found, fold(looked.text), looked.start, looked.stop)
    total = len(crowd) if found is None else len(found)
    return Spotted(tuple(crowd.ids[place] for place in stretch), total, _values(crowd, found, looked, groups))


def _values(crowd: Crowd, found: Sequence[int] | None, looked: Looked, groups: _Groups) -> tuple[ValueCount, ...]:
    """Count what was found; of each attribute, only the values that most have."""
    if not looked.counted:
        return ()
    tags, examples = crowd.counted(found)
    by_attribute: dict[str, list[ValueCount]] = {name: [] for name in looked.counted}
    for (attribute, norm), amount in tags.items():
        if attribute in by_attribute:
            by_attribute[attribute].append(ValueCount(attribute, norm, amount, crowd.ids[examples[attribute, norm]]))
    if groups.of_entry and MEMBER_OF in by_attribute:
        ids = crowd.ids.values() if found is None else map(crowd.ids.__getitem__, found)
        counts = Counter(map(groups.of_entry.get, ids))
        names: Counter[str] = Counter()
        for keys, amount in counts.items():
            for key in keys or ():
                names[key] += amount
        by_attribute[MEMBER_OF] = [ValueCount(MEMBER_OF, key, amount, 0, groups.names[key]) for key, amount in names.items()]
    return tuple(one for some in by_attribute.values() for one in sorted(some, key=lambda one: (-one.count, one.norm))[:MOST_VALUES])


def _names_of_groups(looked: Looked) -> list[str]:
    return [norm for name, norm in looked.tags if name == MEMBER_OF]
