# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory: the one object through which every door asks and changes, always as somebody."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from dirserver.access.view import FieldClasses
from dirserver.directory.brief import BriefWriting
from dirserver.directory.commits import Commits
from dirserver.directory.crowd.crowds import Crowds
from dirserver.directory.glancing import Glance, NotAtHand
from dirserver.directory.groups import grouping
from dirserver.directory.groups.label_sharing import LabelKeeper
from dirserver.directory.groups.teaming import TeamLedger
from dirserver.directory.reading import Reading
from dirserver.directory.recent import Recent
from dirserver.directory.roll.at_once import AtOnce
from dirserver.directory.search.browsing import Overviews
from dirserver.directory.search.ordering import Orders
from dirserver.directory.sync import following
from dirserver.directory.views.acquaintance import called_by
from dirserver.directory.views.asking import AccessMemo
from dirserver.directory.writing import Writing
from dirserver.errors import Conflict, NotAuthenticated, Unavailable
from dirserver.model.audit import Event
from dirserver.model.book import Book
from dirserver.model.change import Mark, Marks, SyncToken
from dirserver.model.grant import Subject
from dirserver.model.names import BatchId, Slug
from dirserver.model.principal import Held, Principal
from dirserver.store.accounts import accounts
from dirserver.store.care import audit
from dirserver.store.engine import counters
from dirserver.store.engine.opening import Store
from dirserver.store.engine.pulse import Pulse
from dirserver.store.entries import books, renderings
from dirserver.store.entries.renderings import Rendered
from dirserver.store.rights import teams

Answer = TypeVar("Answer")


def _now_us() -> int:
    return time.time_ns() // 1000


MAX_OCTETS = 256 * 1024 * 1024


class Directory:
    """All books, entries and groups, under one access policy. Safe for threads; make one per process.

    ``classes`` maps each field class to the attributes in it (config ``[fields]``); ``makers`` may make
    shared books besides administrators; ``max_octets`` is the memory for books that people look around in; ``clock`` gives
    microseconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        classes: Mapping[str, tuple[str, ...]],
        *,
        makers: tuple[Subject, ...] = (),
        max_octets: int = MAX_OCTETS,
        clock: Callable[[], int] = _now_us,
    ) -> None:
        self._store = store
        self._memo = AccessMemo(FieldClasses.of(classes), makers)
        self._orders = Orders()
        self.crowds = Crowds(store, max_octets)
        self._overviews = Overviews(self.crowds)
        self._clock = clock

    def close(self) -> None:
        """Wait for what is done behind what is asked."""
        self.crowds.close()

    @contextlib.contextmanager
    def reading(self, principal: Principal) -> Iterator[Reading]:
        """Ask as ``principal``, in one snapshot.

        Raises NotAuthenticated if the account was closed meanwhile, Unavailable if the database doesn't answer.
        """
        with self._store.reading() as tx:
            yield Reading(self._memo.ask(tx, principal), self._keep, self._orders, self._overviews)

    @contextlib.contextmanager
    def reading_at_hand(self, principal: Principal) -> Iterator[Reading | None]:
        """As ``reading``, for an asker whose rights are known as they are now; None where they have to be resolved first."""
        with self._store.reading() as tx:
            is_known = self._memo.knows(principal, counters.access_number(tx))
            yield Reading(self._memo.ask(tx, principal), self._keep, self._orders, self._overviews) if is_known else None

    def expect(self, principal: Principal) -> None:
        """Take the people into memory as ``principal`` and their like see them, many of them behind what is served: they will look around.

        Raises as ``reading`` does.
        """
        with self._store.reading() as tx:
            asking, book = self._memo.ask(tx, principal), books.by_slug(tx, "people")
            view = asking.viewed(book) if book is not None else None
            if view is not None:
                self.crowds.expect(asking, view)

    def at_a_glance(self, principal: Principal, ask: Callable[[Glance], Answer], recent: Recent | None = None) -> Answer | None:
        """Return what ``ask`` makes of a few cards, None where it takes a reading. It must look at one book and ask for cards once.

        ``recent`` is what the thread that asks was served lately.
        Raises Unavailable, and what ``ask`` raises.
        """
        with self._store.glance() as tx:
            asking = self._memo.recall(tx, principal)
            if asking is None:
                return None
            try:
                return ask(Glance(asking, recent))
            except NotAtHand:
                return None

    @contextlib.contextmanager
    def writing(
        self, principal: Principal, *, batch: BatchId | None = None, is_brief: bool = False, known_under: int | None = None
    ) -> Iterator[Writing]:
        """Change as ``principal``, in one transaction: committed when the block ends, undone when it raises. ``is_brief``: an entry or two.

        ``known_under``: who they are was found out under this access number; NotAtHand if that has moved on.
        When this returns, what was written survives a crash of the process and of the machine. Raises as ``reading`` does.
        """
        with self._store.writing(is_brief=is_brief) as tx:
            asking = self._memo.ask(tx, principal) if known_under is None else self._memo.recall(tx, principal)
            if asking is None or known_under not in {None, asking.access_number}:
                raise NotAtHand
            ledger = TeamLedger(
                tx,
                principal,
                self._clock(),
                batch,
                called_by=functools.partial(called_by, asking),
                keeper=LabelKeeper(asking),
                may_keep_groups=grouping.may_keep(asking),
            )
            # A book that is made here may be undone: what others find under this access number doesn't come from here.
            yield BriefWriting(asking, ledger) if is_brief else Writing(asking._replace(views={}), ledger)
            ledger.close()
            if known_under is not None and ledger.access_number != known_under:
                raise NotAtHand

    def mirror_groups(self) -> None:
        """Give a card to each group that has none, as one of before there were cards; one question where all have one."""
        with self._store.reading() as tx:
            if not teams.without_entry(tx) or books.by_slug(tx, "people") is None:
                return
        with self.writing(Principal.system()) as writing:
            writing.mirror_groups()

    def record(self, principal: Principal, event: Event) -> None:
        """Write down in the audit trail what ``principal`` does that changes nothing in the directory: an export."""
        with self._store.writing() as tx:
            audit.record(tx, event, principal, self._clock())

    def tokens(self, asked: Sequence[tuple[Principal, Slug]]) -> tuple[SyncToken | None, ...]:
        """Return where a book stands for each of many askers, in one snapshot; None where it doesn't show to them (any more)."""
        known: dict[Slug, Book | None] = {}
        with self._store.reading() as tx:

            def token(principal: Principal, slug: Slug) -> SyncToken | None:
                if slug not in known:
                    known[slug] = books.by_slug(tx, slug)
                book = known[slug]
                try:
                    asking = self._memo.ask(tx, principal)
                except NotAuthenticated:
                    return None
                view = asking.viewed(book) if book is not None else None
                return following.token(asking, view) if view is not None else None

            return tuple(token(*each) for each in asked)

    def still_stand(self, marks: Sequence[Mark]) -> bool:
        """Tell whether books, and what anybody may see of them, are as they were at these marks. Raises Unavailable."""
        with self._store.glance() as tx:
            if len(marks) == 1:
                return books.mark(tx, marks[0].book_id) == marks[0]
            return books.marks(tx, [mark.book_id for mark in marks]) == set(marks)

    def pulse(self) -> Pulse:
        """Return what tells whether anything was written; for one thread, which closes it."""
        return self._store.pulse()

    def commits(self) -> Commits:
        """Return what tells what stands while nothing is committed; for one thread, which closes it."""
        return Commits(self._store)

    def at_once(self, max_octets: int) -> AtOnce:
        """Return what answers without waiting out of so much memory; for one thread, which closes it."""
        return AtOnce(self._store, self._memo, max_octets)

    def marks(self) -> Marks:
        """Return where all listed books and everybody's rights stand. Raises Unavailable."""
        with self._store.glance() as tx:
            return books.all_marks(tx)

    def departures_due(self) -> tuple[int, ...]:
        """Return the accounts whose last day is over and which are still to be let go. Raises Unavailable."""
        with self._store.reading() as tx:
            return accounts.due_to_leave(tx, self._clock())

    def ended_among(self, present: Sequence[Held]) -> frozenset[Held]:
        """Return by which of these nobody may be here any more. Raises Unavailable."""
        with self._store.reading() as tx:
            return accounts.ended_among(tx, present, self._clock())

    @property
    def answers_at_once(self) -> bool:
        """True where a question by a key needs no network and waits for nobody: the database is a file here."""
        return self._store.is_sqlite

    def _keep(self, made: Sequence[Rendered]) -> None:
        # A cache: a reader never waits for a writer, and what isn't kept is rendered again.
        with contextlib.suppress(Conflict, Unavailable), self._store.writing_if_free() as tx:
            renderings.keep(tx, made)
