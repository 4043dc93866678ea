# SPDX-License-Identifier: GPL-3.0-or-later
"""What one asker sees of a roll, at one state of the directory."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dirserver.access.rights import Rights
from dirserver.card.normal import REVERSED
from dirserver.directory.roll.asked import Asked
from dirserver.directory.roll.exact import Exact
from dirserver.directory.roll.roll import Roll
from dirserver.directory.roll.sheets import Sheet
from dirserver.directory.roll.terms import Terms
from dirserver.directory.views.entry import moment
from dirserver.directory.views.presenting import etag_of
from dirserver.model.change import Marks
from dirserver.model.filter import Filter
from dirserver.model.names import ETag, Slug
from dirserver.store.finding.rolls import RollRow


@dataclass(frozen=True, slots=True)
class Seen:
    """Who stands at a place, under what is kept for everybody who is shown the same of them."""

    uuid: str
    book: Slug
    name: str
    etag: ETag
    modified_at: datetime


class Look:
    """Everybody in some books whom one asker may see, and what may be asked about them. Good as long as ``marks`` are.

    ``rights`` are those on each book, by its id; ``shown`` names what most entries show of themselves, ``differs`` tells that some show
    another thing, such as those who stand ``around`` the asker: they themselves and their reports. ``form`` is that of ETags;
    ``is_everything``: there are no other books in the roll.
    """

    __slots__ = ("_around", "_book_ids", "_first", "_is_alike", "differs", "form", "marks", "rights", "roll", "shown", "slugs", "terms")

    def __init__(
        self,
        marks: Marks,
        roll: Roll,
        rights: dict[int, Rights],
        slugs: dict[int, Slug],
        form: str,
        *,
        around: frozenset[int],
        is_everything: bool,
    ) -> None:
        self.marks = marks
        self.roll = roll
        self.rights = rights
        self.slugs = slugs
        self.form = form
        self._book_ids = None if is_everything else frozenset(rights)
        self._around = around
        self._first, first = next(iter(rights.items()))
        self.shown = first.view.fingerprint
        self._is_alike = all(one.view.fingerprint == self.shown for one in rights.values())
        self.differs = any({one.view.fingerprint, one.own.fingerprint, one.managed.fingerprint} != {self.shown} for one in rights.values())
        self.terms = Terms(tuple(rights.values()))

    def asked(self, wanted: Filter) -> tuple[Asked, ...] | None:
        """Return a filter as ``find`` takes it; None for one that it can't answer."""
        return self.terms.asked(wanted)

    def exactly(self, name: str) -> Exact | None:
        """Return what finds those who have a value of this attribute; None for one that the roll doesn't hold, or that it can't answer."""
        known = self.terms.key_of(name)
        if known is None:
            return None
        (key, is_number), columns = known, self.roll.columns
        if key not in columns or (is_number and key + REVERSED not in columns):
            return None
        return Exact(self.roll, columns[key], columns[key + REVERSED] if is_number else None, self._book_ids)

    def find(self, asked: tuple[Asked, ...], most: int) -> list[int] | None:
        """Return the places of the first ``most`` by name where one of the conditions is true; None where that would take long."""
        found = self.roll.find(asked)
        return None if found is None else self.roll.present(found, most, self._book_ids)

    def sheet(self, key: Hashable, shown: str = "") -> Sheet:
        """Return what is kept by place for all who are shown the same of entries."""
        return self.roll.sheets.of((shown or self.shown, self.form, key))

    def behind(self, attribute: str, place: int, most: int) -> list[int]:
        """Return the first ``most`` by name behind a place, of those who have a value of an attribute ("": of everybody)."""
        return self.roll.present(self.roll.behind(attribute, place), most, self._book_ids)

    def among(self, places: Sequence[int]) -> list[int]:
        """Return those of some places at which somebody stands whom the asker may see."""
        roll, book_ids = self.roll, self._book_ids
        return [place for place in places if place in roll.rows and (book_ids is None or roll.rows[place].book_id in book_ids)]

    @property
    def kind(self) -> Hashable:
        """What all looks have in common that show the same of entries, but of those around the asker."""
        return self.form, frozenset((number, one.view.fingerprint) for number, one in self.rights.items())

    def shown_of(self, row: RollRow) -> str:
        """Return what names what the asker is shown of an entry."""
        return self.rights[row.book_id].on(row.uuid, row.manager).fingerprint

    def others(self, places: Sequence[int]) -> list[tuple[int, str]]:
        """Return which of these, by number, show another thing than most, and what."""
        around, rows, first = self._around, self.roll.rows, self._first
        if self._is_alike:
            if around.isdisjoint(places):
                return []
            return [(number, self.shown_of(rows[place])) for number, place in enumerate(places) if place in around]
        found: list[tuple[int, str]] = []
        for number, place in enumerate(places):
            row = rows[place]
            if row.book_id != first or place in around:
                found.append((number, self.shown_of(row)))
        return found

    def seen(self, place: int) -> Seen:
        """Return who stands at a place."""
        row = self.roll.rows[place]
        return Seen(
            row.uuid, self.slugs[row.book_id], row.name, etag_of(row.digest, self.shown_of(row), self.form), moment(row.modified_us)
        )
