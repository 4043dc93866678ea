# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking without waiting: one counter tells whether what is in memory is current, a few rows of the change log bring it up to date.

For one thread, but ``make``: what a whole roll takes is too much for a thread that others wait for. Only where the database is a file of
this machine; across a network even the counter would have to be waited for.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

from dirserver.directory.roll.asked import EQUAL, Asked
from dirserver.directory.roll.look import Look
from dirserver.directory.roll.roll import Roll, Wanted
from dirserver.directory.views.asking import AccessMemo
from dirserver.errors import DirserverError
from dirserver.model.book import Level
from dirserver.model.change import Marks
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.store.engine.opening import ReadTx, Store
from dirserver.store.entries import books
from dirserver.store.finding import rolls

FIRST: tuple[Wanted, ...] = (
    "mail", "cn", "sn", "givenname", frozenset({"mail", "cn", "givenname", "sn"}),
    "telephonenumber", "telephonenumber;r", "mobile", "mobile;r", "uid", "displayname",
)  # fmt: skip
"""What mail programs and phones look into: wanted before anybody has asked; where memory is short, the first of them."""
_MOST_WANTED = 40
_REST = 20
"""How many times the CPU time that a roll took the next one has to wait: on a busy machine too, a twentieth of a core at most."""
_LEFT_PLACES = 1_000


class AtOnce:
    """One process's roll and what it takes to trust it. ``max_octets`` is what it may take in memory."""

    def __init__(self, store: Store, memo: AccessMemo, max_octets: int) -> None:
        self._store = store
        self._memo = memo
        self._max_octets = max_octets
        self._pulse = store.pulse()
        self._marks: Marks | None = None
        self._roll: Roll | None = None
        self._at: Marks | None = None
        self._wanted: dict[Wanted, None] = dict.fromkeys(FIRST)
        self._is_due = True
        self._is_made = False
        self._is_over = False
        self._not_before = 0.0

    # Making

    @property
    def is_due(self) -> bool:
        """True when a roll should be made, by ``make`` in another thread and ``take`` in this one."""
        return self._is_due and not (self._is_made or self._is_over) and time.monotonic() >= self._not_before

    def begin(self) -> tuple[Wanted, ...]:
        """Return what ``make`` has to be given; until ``take`` nothing is due."""
        self._is_made = True
        return tuple(self._wanted)

    def make(self, wanted: Sequence[Wanted]) -> tuple[Roll | None, float]:
        """Return a roll, None where it would take too much memory, and how much CPU time that took. In any thread. Raises Unavailable."""
        began = time.thread_time()
        with self._store.reading() as tx:
            roll = Roll.made(tx, wanted, self._max_octets, goes_on=lambda: not self._is_over)
        before = self._roll
        if roll is not None and before is not None:
            roll.take_over(before)
        return roll, time.thread_time() - began

    def take(self, made: tuple[Roll | None, float] | None) -> None:
        """Use what ``make`` returned from now on; None if it failed."""
        self._is_made = False
        roll, took_s = made or (None, 1.0)
        self._not_before = time.monotonic() + _REST * took_s
        # Too large once is too large until the process begins anew: nobody should try again and again.
        self._is_due = made is None
        # Marks that are another object end all looks at the roll of before.
        self._roll, self._at, self._marks = roll, None, None

    def give_up(self) -> None:
        """Make no more: what is being made is given up at once. From any thread."""
        self._is_over = True

    def close(self) -> None:
        """Give back what is held of the database."""
        self._pulse.close()

    # Asking

    def marks(self) -> Marks | None:
        """Return where all listed books and everybody's rights stand, the same object while they do; None if nobody answers."""
        try:
            if self._pulse.has_moved() or self._marks is None:
                with self._store.glance() as tx:
                    now = books.all_marks(tx)
                if now != self._marks:
                    self._marks = now
        except DirserverError:
            self._marks = None
        return self._marks

    def keep_current(self) -> None:
        """Bring the roll up to date if something was written, so that little is left to do when somebody asks."""
        marks = self.marks()
        if marks is None or self._roll is None or self._at == marks:
            return
        with contextlib.suppress(DirserverError), self._store.reading() as tx:
            self._is_current(tx, self._roll, books.all_marks(tx))

    def look(self, principal: Principal, slugs: Sequence[Slug], marks: Marks) -> Look | None:
        """Return what an asker sees of books at ``marks``, which are those of now; None where that has to be looked into elsewhere."""
        if self._roll is None or not self._memo.knows(principal, marks.access_number):
            return None
        try:
            with self._store.reading() as tx:
                # Of now, as everything that is asked in here: another commit may have come after the marks.
                if books.all_marks(tx) != marks or not self._is_current(tx, self._roll, marks):
                    return None
                asking = self._memo.ask(tx, principal)
                found = [book for slug in slugs if (book := books.by_slug(tx, slug)) is not None]
                views = [view for book in found if (view := asking.viewed(book)) is not None]
                person = asking.standing.person
                around = self._roll.around(person, rolls.number_of(tx, person)) if person is not None else frozenset()
        except DirserverError:
            return None
        rights = {view.book.id: asking.rights_on(view.book) for view in views}
        # The roll doesn't know who carries which label; and a book that isn't one here may be a label.
        if len(found) < len(slugs) or any(one.labelled for one in rights.values()):
            return None
        # Where names are hidden, not even the order may depend on them.
        if not rights or any(one.view.level < Level.VIEW or one.guards_for("cn") is not None for one in rights.values()):
            return None
        is_everything = rights.keys() == {state.id for state in self._roll.states}
        called = {view.book.id: view.book.slug for view in views}
        return Look(marks, self._roll, rights, called, asking.served.form.key, around=around, is_everything=is_everything)

    def _is_current(self, tx: ReadTx, roll: Roll, marks: Marks) -> bool:
        if self._at == marks:
            return True
        if not roll.catch_up(tx):
            # Perhaps half of it was brought up to date.
            self._roll, self._at, self._is_due = None, None, True
            return False
        self._at = marks
        self._is_due = self._is_due or roll.gone > _LEFT_PLACES
        return True

    def listed(self, look: Look, attribute: str, place: int, most: int) -> list[int] | None:
        """Return whom ``Look.behind`` gives by a name of an attribute; None where a roll doesn't hold it, or the asker may not ask so."""
        if not attribute:
            return look.behind("", place, most)
        known = look.terms.key_of(attribute)
        if known is None or not self.want((Asked(EQUAL, known[0], ""),), look.roll):
            return None
        return look.behind(known[0], place, most)

    def place_of(self, roll: Roll, uuid: str) -> int | None:
        """Return where the entry of a UUID stands; None if it isn't here any more, or nobody answers."""
        with contextlib.suppress(DirserverError), self._store.reading() as tx:
            number = rolls.number_of(tx, uuid)
            return None if number is None else roll.place_of(number)
        return None

    def want(self, asked: Sequence[Asked], roll: Roll) -> bool:
        """Tell whether a roll holds what is asked about; what it lacks will be in the next one."""
        lacking = roll.lacks(asked)
        if lacking is None:
            return True
        if lacking not in self._wanted and len(self._wanted) < _MOST_WANTED:
            self._wanted[lacking] = None
            self._is_due = True
        return False
