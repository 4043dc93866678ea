# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in an order that the asker chose: sorted once, then kept, so that whoever scrolls costs what is shown.

An order is the ids of what a search finds. It is kept for all who are shown the same, as of the change numbers of its books;
when they have moved, the few entries that changed are put in their new places instead of sorting everything again. Places are
found by bisection: the keys of an entry are asked for where they are needed, not kept.
"""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dirserver.directory.search.finding import parts_of
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.binding import bind
from dirserver.directory.views.entry import BookView, Entry, Search
from dirserver.directory.views.presenting import present
from dirserver.model.entry import State
from dirserver.model.filter import And, Equality, Filter, Not, Or
from dirserver.model.order import Key, SortKey, is_before
from dirserver.store.engine import counters
from dirserver.store.engine.prepared import Prepared
from dirserver.store.entries import books, entries
from dirserver.store.finding import ordering
from dirserver.store.finding.ordering import Guards, OrderedSearch
from dirserver.store.finding.search import BoundSearch, Part

MOST_IDS = 2_000_000
"""How many entries all kept orders have together; 8 octets each."""
_MOST_ORDERS = 256
_MOST_PLACES = 1_000
_LONGEST_PLACE = 100
_LONGEST_SIGNATURE = 20_000
_MOST_CHANGES = 200
_OCTETS = 8

Views = Sequence[BookView]
_Signature = tuple[object, ...]
_Moment = tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What a search finds, as ids in order, at one moment: id, epoch and change number of each of its books.

    ``places`` remembers what bisection found; it never changes what an order says.
    """

    question: OrderedSearch
    moment: _Moment
    ids: array[int]
    keys: Prepared
    places: dict[object, int] = field(default_factory=dict, compare=False)


class Orders:
    """The orders that were asked for last; bounded, safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[_Signature, Order] = OrderedDict()
        self._size = 0

    def recall(self, signature: _Signature) -> Order | None:
        """Return the order that was kept for a question, of whatever moment."""
        with self._lock:
            known = self._known.get(signature)
            if known is not None:
                self._known.move_to_end(signature)
            return known

    def keep(self, signature: _Signature, order: Order) -> None:
        """Keep an order instead of the one that was kept for its question; what nobody asked for lately goes."""
        if len(order.ids) > MOST_IDS or len(repr(signature)) > _LONGEST_SIGNATURE:
            return
        with self._lock:
            before = self._known.pop(signature, None)
            self._size += len(order.ids) - (len(before.ids) if before is not None else 0)
            self._known[signature] = order
            while self._size > MOST_IDS or len(self._known) > _MOST_ORDERS:
                _, gone = self._known.popitem(last=False)
                self._size -= len(gone.ids)


class Ordered:
    """An answer in order, in one reading: how much there is, any stretch of it, and where a value would stand."""

    def __init__(self, asking: Asking, order: Order) -> None:
        self._asking = asking
        self._order = order

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._order.ids)

    def entries(self, start: int, stop: int) -> tuple[Entry, ...]:
        """Return the entries from one place to before another."""
        return present(self._asking, ordering.stored(self._asking.tx, self._order.ids[start:stop]))

    def keys_at(self, place: int) -> tuple[Key, ...]:
        """Return what the entry at a place is sorted by, as far as the asker may read it."""
        return _keys_of(self._asking, self._order, self._order.ids[place])

    def place(self, keys: Sequence[Key]) -> int:
        """Return how many entries stand before these keys; with fewer keys than the order has, the first ones count."""
        return self._bisect(tuple(keys), None)

    def place_behind(self, keys: Sequence[Key], uuid: str) -> int:
        """Return how many entries stand before or at the place that an entry with these keys has or had."""
        last = entries.by_uuid(self._asking.tx, uuid)
        return self._bisect(tuple(keys), last.id if last is not None else -1)

    def _bisect(self, keys: tuple[Key, ...], last: int | None) -> int:
        remembered = self._order.places
        asked = (keys, last)
        found = remembered.get(asked)
        if found is None:
            found = _place(self._asking, self._order, self._order.ids, keys, last)
            if len(remembered) >= _MOST_PLACES:
                remembered.clear()
            # What somebody made up at length isn't asked for twice.
            if all(len(key) <= _LONGEST_PLACE for key in keys if isinstance(key, str)):
                remembered[asked] = found
        return found


def ordered(
    asking: Asking,
    orders: Orders,
    asked: Sequence[tuple[Search, Views]],
    by: Sequence[SortKey],
    time_limit_s: float | None,
) -> Ordered | None:
    """Return everything that several searches (of different books) find, in one order; None if the time was over before."""
    parts: list[Part] = []
    guards: list[Guards] = []
    told: list[object] = [tuple(by)]
    for search, views in asked:
        bound = bind(search.filter)
        if _asks_for_groups(bound):
            # Who is in which group is written down in no book, but in the number that moves with all of access.
            told.append(counters.access_number(asking.tx))
        by_place = {(view.book.id, None if view.label is None else view.label.id): view for view in views}
        for part in parts_of(asking, views, bound, State.ACTIVE):
            rights = asking.rights_in(by_place[part.book_ids[0], part.reach.label])
            parts.append(part)
            guards.append(tuple(rights.guards_for(key.attribute) for key in by))
            told.append((part.book_ids, part.reach.with_groups, part.reach.label, rights.fingerprint, bound))
    question = OrderedSearch(BoundSearch(tuple(parts)), tuple(by), tuple(guards))
    order = _current(asking, orders, tuple(told), question, time_limit_s)
    return None if order is None else Ordered(asking, order)


def _current(asking: Asking, orders: Orders, signature: _Signature, question: OrderedSearch, time_limit_s: float | None) -> Order | None:
    known = orders.recall(signature)
    now = _moment_of(asking, question)
    if known is not None and known.moment == now:
        return known
    order = _caught_up(asking, known, now) if known is not None else None
    if order is None:
        found = ordering.ids(asking.tx, question, time_limit_s)
        if found is None:
            return None
        order = Order(question, now, found, ordering.keys_by_id(question))
    if known is None or not _is_newer(known.moment, now):
        orders.keep(signature, order)
    return order


def _moment_of(asking: Asking, question: OrderedSearch) -> _Moment:
    found = (books.by_id(asking.tx, book_id) for part in question.search.parts for book_id in part.book_ids)
    return tuple((book.id, book.epoch, book.number) for book in found if book is not None)


def _is_newer(one: _Moment, than: _Moment) -> bool:
    return any(mine[:2] == other[:2] and mine[2] > other[2] for mine, other in zip(one, than, strict=False))


def _asks_for_groups(bound: Filter) -> bool:
    match bound:
        case And(parts) | Or(parts):
            return any(map(_asks_for_groups, parts))
        case Not(part):
            return _asks_for_groups(part)
        case Equality("memberof", _):
            return True
        case _:
            return False


def _caught_up(asking: Asking, known: Order, now: _Moment) -> Order | None:
    """Return an order with what changed since in its new place; None where sorting anew is the way."""
    if [book[:2] for book in known.moment] != [book[:2] for book in now] or _is_newer(known.moment, now):
        return None
    moved: set[int] = set()
    for (book_id, _, before), (_, _, after) in zip(known.moment, now, strict=True):
        if after > before:
            moved.update(ordering.changed(asking.tx, book_id, before, after, _MOST_CHANGES + 1))
        if len(moved) > _MOST_CHANGES:
            return None
    ids = _without(known.ids, moved)
    there = ordering.among(asking.tx, known.question, sorted(moved))
    for number, keys in there:
        ids.insert(_place(asking, known, ids, keys, number), number)
    return Order(known.question, now, ids, known.keys)


def _without(ids: array[int], gone: set[int]) -> array[int]:
    """Return a copy without some; looked for as octets, which is a hundred times as fast as number by number."""
    octets = ids.tobytes()
    places: list[int] = []
    for number in gone:
        wanted = array("q", [number]).tobytes()
        at = octets.find(wanted)
        while at >= 0 and at % _OCTETS:
            at = octets.find(wanted, at + 1)
        if at >= 0:
            places.append(at // _OCTETS)
    left = ids[:]
    for place in sorted(places, reverse=True):
        del left[place]
    return left


def _place(asking: Asking, order: Order, ids: array[int], keys: tuple[Key, ...], last: int | None) -> int:
    """Return how many of ``ids`` stand before the keys; of those with the very keys, the ones up to the id ``last``, if it is given."""

    def stands_before(number: int) -> bool:
        first = is_before(_keys_of(asking, order, number), keys, order.question.by)
        return first if first is not None else last is not None and number <= last

    return _partition(ids, stands_before)


def _partition(ids: array[int], stands_before: Callable[[int], bool]) -> int:
    low, high = 0, len(ids)
    while low < high:
        middle = (low + high) // 2
        if stands_before(ids[middle]):
            low = middle + 1
        else:
            high = middle
    return low


def _keys_of(asking: Asking, order: Order, number: int) -> tuple[Key, ...]:
    found = order.keys.one(asking.tx, number)
    return tuple(found) if found is not None else (None,) * len(order.question.by)
