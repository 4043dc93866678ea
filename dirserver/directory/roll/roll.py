# SPDX-License-Identifier: GPL-3.0-or-later
"""The roll: who is in the listed books, by name, and what they are found by.

Rules of this file: an entry stands at a place, a number that sorts as the entries do by name. An entry that changes leaves its place for
good and gets another one, so what is kept under a place (``sheets``) stays right, and lists only ever grow until a new roll is made. One
thread at a time uses it.
"""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import cast

from dirserver.directory.roll.asked import CONTAINS, EQUAL, Asked
from dirserver.directory.roll.column import Column
from dirserver.directory.roll.grams import Grams
from dirserver.directory.roll.sheets import Sheets
from dirserver.store.engine.opening import ReadTx
from dirserver.store.finding import rolls
from dirserver.store.finding.rolls import BookState, RollRow

_GAP = 2**40
_NEAR = 64
_FEW = 500
_MOST_JOINED = 50_000
"""So many beginnings are put in order here; of all that a book has in common, as its organisation, the database knows the first sooner."""
_MOST_CHANGES = 150
_ASKED_EVERY = 1_000
_OCTETS_OF_ROW = 900
_OCTETS_OF_VALUE = 150
_OCTETS_OF_GRAM = 9
_OCTETS_OF_TEXT = 200

Wanted = Hashable
"""What is looked into: an attribute for equality and beginnings, a frozenset of attributes for what they contain."""


class Roll:
    """A roll at the ``states`` of the listed books. ``rows`` holds who stands where."""

    def __init__(self, states: tuple[BookState, ...]) -> None:
        self.states = states
        self.rows: dict[int, RollRow] = {}
        self.columns: dict[str, Column] = {}
        self.grams: dict[frozenset[str], Grams] = {}
        self.sheets = Sheets()
        self._places: dict[int, int] = {}
        self._reports: defaultdict[str, list[int]] = defaultdict(list)
        self._order: list[tuple[str, int]] = []
        self._taken: list[int] = []
        # While it is made: what is the same in several attributes stands in memory once.
        self._spelled: dict[str, str] = {}
        self.gone = 0

    # Making

    @classmethod
    def made(cls, tx: ReadTx, wanted: Iterable[Wanted], max_octets: int, *, goes_on: Callable[[], bool] = lambda: True) -> Roll | None:
        """Return the roll of now with what is wanted, as far as it has room; None if there is none for the rows alone.

        Some seconds for 100 000 entries; ``goes_on`` is asked all along, and when it says no, None is returned.
        """
        roll = cls(rolls.states(tx))
        for place, row in zip(itertools.count(_GAP, _GAP), rolls.everybody(tx)):
            roll.rows[place] = row
            roll._places[row.id] = place
            if row.manager is not None:
                roll._reports[row.manager].append(place)
            roll._order.append((row.sort_key, row.id))
            roll._taken.append(place)
            if len(roll.rows) * _OCTETS_OF_ROW > max_octets or (not len(roll.rows) % _ASKED_EVERY and not goes_on()):
                return None
        for one in wanted:
            if isinstance(one, frozenset):
                roll._add_grams(tx, one, goes_on)
            else:
                roll._add_column(tx, str(one))
            if not goes_on():
                return None
            if roll.octets > max_octets:
                roll.grams.pop(cast("frozenset[str]", one), None)
                roll.columns.pop(cast("str", one), None)
                break
        roll._spelled.clear()
        return roll

    @property
    def octets(self) -> int:
        """How much memory it takes, more or less."""
        values = sum(map(len, self.columns.values())) * _OCTETS_OF_VALUE
        grams = sum(map(len, self.grams.values())) * _OCTETS_OF_GRAM + len(self.grams) * len(self.rows) * _OCTETS_OF_TEXT
        return len(self.rows) * _OCTETS_OF_ROW + values + grams

    def _add_column(self, tx: ReadTx, attribute: str) -> None:
        places = self._places
        spelled = self._spelled
        found = ((spelled.setdefault(norm, norm), places[number]) for norm, number in rolls.values(tx, attribute) if number in places)
        self.columns[attribute] = Column(found)

    def _add_grams(self, tx: ReadTx, attributes: frozenset[str], goes_on: Callable[[], bool]) -> None:
        norms: defaultdict[int, set[str]] = defaultdict(set)
        for attribute in attributes:
            for norm, number in rolls.values(tx, attribute):
                if number in self._places:
                    norms[number].add(norm)
            if not goes_on():
                return
        made = self.grams[attributes] = Grams()
        for count, (number, place) in enumerate(self._places.items()):
            if not count % _ASKED_EVERY and not goes_on():
                return
            found = norms.pop(number, None)
            if found is not None:
                made.add(place, found)

    def take_over(self, other: Roll) -> None:
        """Take from the sheets of the roll before what is right still."""
        if [(one.id, one.epoch) for one in other.states] == [(one.id, one.epoch) for one in self.states]:
            self.sheets.take_over(self.rows, self._places, other.rows, other.sheets)

    # Keeping current

    def catch_up(self, tx: ReadTx) -> bool:
        """Bring the roll to the state of now; False where a new one has to be made, since too much has changed."""
        now = rolls.states(tx)
        if [(one.id, one.epoch) for one in now] != [(one.id, one.epoch) for one in self.states]:
            return False
        changed: set[int] = set()
        for before, after in zip(self.states, now, strict=True):
            if after.number != before.number:
                changed.update(rolls.changed(tx, before.id, before.number, _MOST_CHANGES + 1))
        if len(changed) > _MOST_CHANGES:
            return False
        ids = sorted(changed)
        for number in ids:
            place = self._places.pop(number, None)
            if place is not None:
                del self.rows[place]
                self.gone += 1
        values = rolls.values_of(tx, ids) if ids else {}
        for row in rolls.those(tx, ids) if ids else ():
            if not self._add(row, values.get(row.id, ())):
                return False
        self.states = now
        return True

    def _add(self, row: RollRow, values: Sequence[tuple[str, str]]) -> bool:
        place = self._place_for(row)
        if place is None:
            return False
        self.rows[place] = row
        self._places[row.id] = place
        if row.manager is not None:
            self._reports[row.manager].append(place)
        for attribute, norm in values:
            column = self.columns.get(attribute)
            if column is not None:
                column.add(norm, place)
        for attributes, grams in self.grams.items():
            norms = {norm for attribute, norm in values if attribute in attributes}
            if norms:
                grams.add(place, norms)
        return True

    def _place_for(self, row: RollRow) -> int | None:
        """Take a place between its neighbours by name, who may be gone already; None where there is no room."""
        order, taken = self._order, self._taken
        key = (row.sort_key, row.id)
        at = bisect_left(order, key)
        before = taken[at - 1] if at else 0
        after = taken[at] if at < len(taken) else before + 2 * _GAP
        # Where it stood itself before, it will stand again: little is taken of the room.
        is_again = at < len(order) and order[at] == key
        place = after - max(1, (after - before) // _NEAR) if is_again else (before + after) // 2
        if not before < place < after:
            return None
        order.insert(at, key)
        taken.insert(at, place)
        return place

    # Asking

    def lacks(self, asked: Iterable[Asked]) -> Wanted | None:
        """Return something that has to be looked into and isn't there; None if everything is."""
        contained: defaultdict[str, set[str]] = defaultdict(set)
        for kind, attribute, wanted in asked:
            if kind == CONTAINS:
                contained[wanted].add(attribute)
            elif attribute not in self.columns:
                return attribute
        return next((frozenset(names) for names in contained.values() if frozenset(names) not in self.grams), None)

    def find(self, asked: Sequence[Asked]) -> Sequence[int] | Iterator[int] | None:
        """Return the places, in order, where one of the conditions is true; None where that would take long. ``lacks`` is asked before.

        Among them may be places that were left: ``present`` tells. Many are given one by one, since few are wanted of many.
        """
        contained: dict[str, set[str]] = {}
        found: list[Sequence[int]] = []
        begun: list[tuple[Column, str, int, int]] = []
        count = 0
        for kind, attribute, wanted in asked:
            if kind == CONTAINS:
                contained.setdefault(wanted, set()).add(attribute)
            elif kind == EQUAL:
                found.append(self.columns[attribute].equal(wanted))
            else:
                column = self.columns[attribute]
                start, stop = column.stretch(wanted)
                if start < stop:
                    begun.append((column, wanted, start, stop))
                    count += stop - start
        if len(found) == 1 and len(found[0]) == 1 and len(asked) == 1:
            return found[0]
        within = [places for wanted, names in contained.items() if (places := self.grams[frozenset(names)].containing(wanted))]
        if not count and not any(found):
            if len(within) == 1:
                return within[0]
        elif count + sum(map(len, found)) > _MOST_JOINED:
            return None
        if count + sum(map(len, found)) + sum(map(len, within)) <= _FEW:
            return sorted(set().union(*found, *within, *[column.places_of(start, stop) for column, _, start, stop in begun]))
        in_order = (sorted(places) for places in found)
        return _each_once(*in_order, *within, *(column.beginning_in_order(text) for column, text, _, _ in begun))

    def around(self, uuid: str, number: int | None) -> frozenset[int]:
        """Return where somebody stands, whose entry has this number, and those who have them as their manager; and perhaps places left."""
        own = self._places.get(number) if number is not None else None
        return frozenset((*self._reports.get(uuid, ()), *(() if own is None else (own,))))

    def behind(self, attribute: str, place: int) -> Iterator[int]:
        """Yield the places behind one, in order, of those who have a value of an attribute ("": of everybody), and places left."""
        ordered: Sequence[int] = self.columns[attribute].in_order() if attribute else self._taken
        at, before = bisect_right(ordered, place), place
        while at < len(ordered):
            for each in ordered[at : at + _FEW]:
                if each != before:
                    yield each
                before = each
            at += _FEW

    def place_of(self, number: int) -> int | None:
        """Return where the entry of a number stands."""
        return self._places.get(number)

    def present(self, found: Iterable[int], most: int, book_ids: frozenset[int] | None) -> list[int]:
        """Return the first ``most`` of the places where somebody stands, of these books (None: of all)."""
        if book_ids is not None:
            rows = self.rows
            return list(itertools.islice((place for place in found if place in rows and rows[place].book_id in book_ids), most))
        if self.gone:
            return list(itertools.islice(self._standing(found), most))
        return list(itertools.islice(found, most))

    def _standing(self, found: Iterable[int]) -> Iterator[int]:
        return (place for place in found if place in self.rows)


def _each_once(*ordered: Iterable[int]) -> Iterator[int]:
    return (place for place, _ in itertools.groupby(heapq.merge(*ordered)))
