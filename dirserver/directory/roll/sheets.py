# SPDX-License-Identifier: GPL-3.0-or-later
"""What a door keeps by place of a roll, up to so many octets: each sheet for all who are shown the same of entries and ask alike."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping

from dirserver.store.finding.rolls import RollRow

_BESIDES = 120
"""What one item takes beside its octets, more or less."""


class Sheet(dict[int, bytes]):
    """Octets by place. ``octets`` is what it takes in memory."""

    __slots__ = ("octets",)

    def __init__(self) -> None:
        super().__init__()
        self.octets = 0


class Sheets:
    """The sheets of one roll. Safe for threads."""

    def __init__(self) -> None:
        self._sheets: OrderedDict[Hashable, Sheet] = OrderedDict()
        self._lock = threading.Lock()
        self.octets = 0

    def of(self, key: Hashable) -> Sheet:
        """Return what is kept under a key: the same sheet each time, which then is the last to be emptied."""
        with self._lock:
            found = self._sheets.get(key)
            if found is None:
                found = self._sheets[key] = Sheet()
            else:
                self._sheets.move_to_end(key)
            return found

    def put(self, sheet: Sheet, place: int, octets: bytes, most: int, *, may_forget: bool = True) -> None:
        """Keep octets under a place, if all are no more than ``most`` then, or what was asked for least lately may be forgotten."""
        size = len(octets) + _BESIDES
        with self._lock:
            while self.octets + size > most and may_forget and self.octets:
                self._empty(next(one for one in self._sheets.values() if one))
            if may_forget or self.octets + size <= most:
                sheet.octets += 0 if place in sheet else size
                self.octets += 0 if place in sheet else size
                sheet[place] = octets

    def take_over(self, rows: Mapping[int, RollRow], places: Mapping[int, int], before: Mapping[int, RollRow], others: Sheets) -> None:
        """Take what is right still from another roll's sheets.

        ``rows`` stand at the places of this roll, ``before`` at those of the other; ``places`` has them by the entry's number.
        """
        with others._lock:
            found = tuple(others._sheets.items())
        for key, sheet in found:
            mine = self.of(key)
            for place, octets in tuple(sheet.items()):
                row = before.get(place)
                at = None if row is None else places.get(row.id)
                if at is not None and rows[at] == row:
                    mine[at] = octets
                    mine.octets += len(octets) + _BESIDES
            self.octets += mine.octets

    def _empty(self, sheet: Sheet) -> None:
        self.octets -= sheet.octets
        sheet.octets = 0
        sheet.clear()
