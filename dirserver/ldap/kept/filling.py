# SPDX-License-Identifier: GPL-3.0-or-later
"""Making entries as they are sent before they are asked for: of searches that are asked again and again, behind what is served.

An entry that nobody was sent before costs a hundred times what one costs that is at hand, and of a hundred thousand most haven't been sent
for a day. Some are made at a time, in a thread, and then it rests for as long; nothing is made that there is no room for.

For the reactor's thread alone, but ``_some``.
"""

from __future__ import annotations

import functools
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from twisted.python.failure import Failure

from dirserver.errors import DirserverError
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire.message import SearchRequest

if TYPE_CHECKING:
    from dirserver.directory.roll.roll import Roll
    from dirserver.ldap.kept.at_once import Plan, Quick, Waiting
    from dirserver.ldap.threads import Threads

_LOG = structlog.get_logger(__name__)
_WORTH = 200
"""So many entries had to be made for who asked, and the others are made for whoever asks next."""
_MOST = 16
_AT_A_TIME = 8
_MOST_LOOKED_AT = 128
"""So many times ``_AT_A_TIME`` are looked at in one turn of the reactor: 0.3 ms where nothing has to be made."""
_FULL = 0.95
_SHORTEST_REST_S, _LONGEST_REST_S = 0.001, 0.1


@dataclass(slots=True)
class Wish:
    """Searches that lack entries: who asked one of them, and where in ``roll`` hasn't been looked yet."""

    site: Site
    session: Session
    request: SearchRequest
    lacked: int = 0
    roll: Roll | None = None
    places: list[int] = field(default_factory=list)
    made: int = 0
    cpu_s: float = 0.0


class Filling:
    """One process's wishes, of which one is worked at."""

    def __init__(self, quick: Quick) -> None:
        self._quick = quick
        self._threads: Threads | None = None
        self._wishes: OrderedDict[Hashable, Wish] = OrderedDict()
        self._due: OrderedDict[Hashable, Wish] = OrderedDict()
        self._is_busy = False
        self._is_over = False

    def start(self, threads: Threads) -> None:
        """Work from now on, in these threads."""
        self._threads = threads

    def stop(self) -> None:
        """The process is stopping: make nothing more. From any thread."""
        self._is_over = True

    def lacks(self, site: Site, session: Session, request: SearchRequest, plan: Plan, count: int) -> None:
        """Hear that so many entries had to be made for a search."""
        key = (plan.look.kind, plan.sent_as)
        wish = self._wishes.get(key)
        if wish is None:
            wish = self._wishes[key] = Wish(site, session, request)
            while len(self._wishes) > _MOST:
                self._due.pop(self._wishes.popitem(last=False)[0], None)
        self._wishes.move_to_end(key)
        wish.lacked += count
        if wish.lacked >= _WORTH and key not in self._due:
            # Whoever asked last is more likely to be here still than who asked first.
            wish.session, wish.request, wish.roll = session, request, None
            self._due[key] = wish
            self.go_on()

    def again(self) -> None:
        """There is a new roll: what was made of the one before is to be had of it too."""
        for key, wish in self._wishes.items():
            if wish.roll is not None:
                self._due[key] = wish
        self.go_on()

    def go_on(self) -> None:
        """Work at what is due, if that can be now."""
        while self._due and not (self._is_busy or self._is_over or self._threads is None or self._threads.is_busy):
            key, wish = next(iter(self._due.items()))
            waiting = self._next_of(wish)
            if waiting is None:
                del self._due[key]
                continue
            self._is_busy = True
            self._threads.run(functools.partial(self._some, wish, waiting), functools.partial(self._done, key, waiting))

    def _next_of(self, wish: Wish) -> Waiting | None:
        """Return some entries to make; None when nothing is left, or nothing can be made now."""
        quick = self._quick
        marks = quick.marks()
        plan = None if marks is None else quick.plan(wish.site, wish.session.principal, wish.request, marks)
        if plan is None:
            # Whoever lacks something next brings it up again.
            return None
        roll = plan.look.roll
        if wish.roll is not roll:
            wish.roll, wish.places, wish.made, wish.cpu_s = roll, list(roll.rows), 0, 0.0
        missing: dict[str, int] = {}
        for _ in range(_MOST_LOOKED_AT):
            if not wish.places or roll.sheets.octets > quick.max_octets * _FULL:
                self._end(wish)
                return None
            some = wish.places[-_AT_A_TIME:]
            del wish.places[-_AT_A_TIME:]
            missing = quick.missing(wish.site, plan, plan.look.among(some))
            if missing:
                break
        return quick.waiting(plan, wish.session, wish.request, missing)

    def _end(self, wish: Wish) -> None:
        if wish.made:
            _LOG.info("entries are at hand", entries=wish.made, cpu_s=round(wish.cpu_s, 1), left=len(wish.places))
        wish.lacked = wish.made = 0
        wish.places = []

    def _some(self, wish: Wish, waiting: Waiting) -> bool:
        began = time.thread_time()
        is_made = self._quick.make(wish.site, waiting, is_for_later=True)
        took = time.thread_time() - began
        wish.cpu_s += took
        wish.made += len(waiting.uuids)
        time.sleep(min(max(took, _SHORTEST_REST_S), _LONGEST_REST_S))
        return is_made

    def _done(self, key: Hashable, waiting: Waiting, outcome: bool | Failure) -> None:  # noqa: FBT001 - what ``Threads`` gives
        self._is_busy = False
        if isinstance(outcome, Failure):
            self._due.pop(key, None)
            self._wishes.pop(key, None)
            if not isinstance(outcome.value, DirserverError):
                _LOG.error("entries couldn't be made", trace=outcome.getTraceback())
        elif not outcome and key in self._due:
            # Something was written meanwhile: once more.
            self._due[key].places += waiting.uuids.values()
        self.go_on()
