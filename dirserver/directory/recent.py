# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards that were served lately, in memory, as a door spells them: when somebody changes a number, every phone comes for the same card.

What is kept here was found by one statement and holds for one View in one form, as there. Whether anything was committed since is
read in memory; where something was, the change log says which entries to forget. See decision 0043.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import Any, Generic, NamedTuple

from dirserver.directory.commits import Commits
from dirserver.directory.views.rendering import Spelling, Spelt
from dirserver.model.names import Href
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import books, changes

MOST_OCTETS = 10 * 1024 * 1024
"""What is kept in one process: nearly all cards of ten thousand people."""
_BESIDES_OCTETS = 500
"""What a card takes in memory besides its own octets, roughly: its names, how it is spelt, and its place here."""
_MOST_ASKED_FOR = 32_768
"""Cards of which is known that somebody asked for them once, by a number that another card may have too."""
_MOST_CHANGES = 256
"""More changes than that are not looked through: nothing is kept then."""


class Shown(NamedTuple, Generic[Spelt]):
    """To whom cards look alike: who sees all of a book with the same View, in the same form, with groups as cards or without.

    ``listed`` is the form whose ETags their listings show; ``spelling`` is the door's.
    """

    book_id: int
    view: str
    form: str
    listed: str
    with_groups: bool
    spelling: Spelling[Spelt]


class Served(NamedTuple, Generic[Spelt]):
    """A card as it was served, and how many octets that is. Its own person and their manager may see more of it."""

    spelt: Spelt
    octets: int
    uuid: str
    manager: str | None


class Recent:
    """What was served lately, as of the last look at ``commits``, which are closed by who gave them. For one thread."""

    def __init__(self, commits: Commits, most_octets: int = MOST_OCTETS) -> None:
        self.commits = commits
        self._most_octets = most_octets
        self._seen = -1
        self._access_number = -1
        self._numbers: dict[int, int] = {}
        self._served: dict[Shown[Any], dict[Href, Served[Any]]] = {}
        self._octets = 0
        self._asked_for: set[int] = set()

    def find(
        self, tx: ReadTx, access_number: int, shown: Shown[Spelt], hrefs: Sequence[Href], person: str | None
    ) -> Sequence[Spelt] | None:
        """Return the cards of these names as somebody sees them whose rights were resolved at ``access_number``; None unless all are here.

        It has to be asked before cards are looked up that are to be kept. ``person`` is the asker's own entry. Raises Unavailable.
        """
        if not self._is_current(tx, access_number, shown.book_id):
            return None
        here = self._served.get(shown)
        if here is None or not hrefs:
            return None
        try:
            spelt, _, uuids, managers = zip(*[here[href] for href in hrefs], strict=True)
        except KeyError:
            return None
        if person is not None and (person in uuids or person in managers):
            return None
        return spelt

    def is_wanted(self, shown: Shown[Any], hrefs: Sequence[Href]) -> bool:
        """Tell whether these cards were asked for before, and so are worth keeping: who goes through a whole book comes for each once."""
        whose = hash(shown)
        marks = [hash((whose, href)) for href in hrefs]
        if self._asked_for.issuperset(marks):
            return True
        if len(self._asked_for) > _MOST_ASKED_FOR:
            self._asked_for.clear()
        self._asked_for.update(marks)
        return False

    def keep(self, shown: Shown[Spelt], hrefs: Sequence[Href], served: Sequence[Served[Spelt]]) -> None:
        """Keep what was found since ``find`` was asked for this book, by its names."""
        here = self._served.setdefault(shown, {})
        # What is here already is what was found: else it would have been forgotten.
        fresh = {href: one for href, one in zip(hrefs, served, strict=True) if href not in here}
        here.update(fresh)
        self._octets += _size(fresh.values())
        while self._octets > self._most_octets:
            self._make_room()

    def _make_room(self) -> None:
        """Drop an eighth of the cards: those of each View that came first. What is still asked for comes again."""
        for shown, here in list(self._served.items()):
            dropped = [here.pop(href) for href in list(itertools.islice(here, len(here) // 8 + 1))]
            self._octets -= _size(dropped)
            if not here:
                del self._served[shown]

    def _drop(self, here: dict[Href, Served[Any]], href: Href) -> None:
        one = here.pop(href, None)
        if one is not None:
            self._octets -= _size([one])

    def _is_current(self, tx: ReadTx, access_number: int, book_id: int) -> bool:
        """Forget what was changed since the last time. False where rights are others than the asker's were."""
        seen = self.commits.look()
        if seen == self._seen and book_id in self._numbers:
            return access_number == self._access_number
        number = self.commits.access_number()
        if number != self._access_number:
            # Books go and come with it too, and one may get the number of another.
            self._forget()
            self._access_number = number
        if seen != self._seen:
            self._catch_up(tx)
            self._seen = seen
        if book_id not in self._numbers:
            stands = books.mark(tx, book_id)
            if stands is None:
                return False
            self._numbers[book_id] = stands.number
        return access_number == number

    def _catch_up(self, tx: ReadTx) -> None:
        for book_id, number in list(self._numbers.items()):
            changed = changes.latest(tx, book_id, number, _MOST_CHANGES + 1)
            if len(changed) > _MOST_CHANGES:
                self._forget()
                return
            of_book = [here for shown, here in self._served.items() if shown.book_id == book_id]
            for logged in changed:
                for here in of_book:
                    self._drop(here, Href(logged.href))
            if changed:
                self._numbers[book_id] = changed[0].number

    def _forget(self) -> None:
        self._numbers.clear()
        self._served.clear()
        self._octets = 0


def _size(served: Collection[Served[Any]]) -> int:
    return sum([one.octets for one in served]) + len(served) * _BESIDES_OCTETS
