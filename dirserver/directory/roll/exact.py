# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has one value of an attribute: what ``Terms.asked``, ``Roll.find`` and ``Roll.present`` come to, without the questions between.

A look-up of a mail address or of who calls is asked more often than anything else but what people type.
"""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.card.normal import phone_forms
from dirserver.directory.roll.asked import LONGEST
from dirserver.directory.roll.column import Column
from dirserver.directory.roll.roll import Roll
from dirserver.model.fold import fold


class Exact:
    """One attribute of a roll for one asker. ``reversed_`` holds numbers from the right; None for texts. ``book_ids`` as in a look."""

    __slots__ = ("_book_ids", "_column", "_reversed", "_roll")

    def __init__(self, roll: Roll, column: Column, reversed_: Column | None, book_ids: frozenset[int] | None) -> None:
        self._roll = roll
        self._column = column
        self._reversed = reversed_
        self._book_ids = book_ids

    def places(self, value: str, most: int) -> Sequence[int] | None:
        """Return the places of the first ``most`` by name that have this value; None where another has to look."""
        backwards = self._reversed
        if backwards is None:
            norm = fold(value)
            found = self._column.equal(norm) if norm else []
        else:
            norm, right = phone_forms(value)
            found = self._column.equal(norm) if norm else []
            if norm and right is not None:
                if len(right) > LONGEST:
                    return None
                ending = backwards.beginning(right[::-1])
                # Who has the number as it is given has it from the right too, as a rule.
                found = ending if found == ending else list({*found, *ending})
        if len(found) > 1:
            found.sort()
        roll = self._roll
        if self._book_ids is None and not roll.gone:
            return found if len(found) <= most else found[:most]
        return roll.present(found, most, self._book_ids)
