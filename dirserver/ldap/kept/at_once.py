# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches that are answered in the reactor's thread: what mail programs and phones ask, from the roll (``directory.roll``) in memory.

A plan is what one asker's searches below one base for the same attributes have in common; it holds while nothing changes. A search is
then a look into lists and a join of octets. What isn't there yet, or would take long, is None here and goes its usual way through a
thread, which comes to the same answer (``tests/agreement``).

Rules of this file: ``Waiting.answer`` runs in a thread and only adds to a sheet; everything else is for the reactor's.
"""

from __future__ import annotations

import gc
import itertools
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog
from twisted.python.failure import Failure

from dirserver.directory.roll.at_once import AtOnce
from dirserver.directory.roll.exact import Exact
from dirserver.directory.roll.look import Look
from dirserver.directory.roll.roll import Roll
from dirserver.directory.roll.sheets import Sheet
from dirserver.errors import DirserverError
from dirserver.ldap.controls.matched import encode_held
from dirserver.ldap.kept import pages
from dirserver.ldap.kept.filling import Filling
from dirserver.ldap.kept.shape import Shape
from dirserver.ldap.search.budget import SIZE_EXCEEDED
from dirserver.ldap.search.ranking import narrowed
from dirserver.ldap.search.search import numbered_held, ranks
from dirserver.ldap.session import Session, Site
from dirserver.ldap.threads import Threads
from dirserver.ldap.tree.dit import BookPlace, Fixed, read_dn
from dirserver.ldap.tree.held import HeldEntry
from dirserver.ldap.tree.projection import Projection, kept_under
from dirserver.ldap.tree.references import essence
from dirserver.ldap.tree.scopes import covered
from dirserver.ldap.tree.selection import select
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Message, Response, Result, Scope, SearchRequest
from dirserver.model.attribute import find
from dirserver.model.change import Marks
from dirserver.model.filter import Equality, Filter, Or, Substrings
from dirserver.model.principal import Principal

_LOG = structlog.get_logger(__name__)
_MOST_PLANS = 2048
_MOST_ENTRIES = 1_000
_MOST_HELD = 64
_BREATH_S = 0.000_05
"""Who makes entries for later lets others have the interpreter after each: else they wait for it three times in each request."""
_MADE_AT_ONCE = 2
"""So many entries that weren't sent before are made by the reactor's thread: about 0.2 ms each."""
DONE = encode.result(Response.SEARCH_DONE, Result())
_CUT = encode.result(Response.SEARCH_DONE, SIZE_EXCEEDED)
_CONTAINERS = frozenset({Fixed.SUFFIX, Fixed.BOOKS})


@dataclass(frozen=True, slots=True)
class Plan:
    """What searches of one asker below one base for the same attributes have in common, as long as the look is good."""

    look: Look
    sent_as: tuple[object, ...]
    sheet: Sheet
    held: tuple[HeldEntry, ...]
    held_names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer of which some entries have to be made yet: in a thread, by ``answer``."""

    quick: Quick
    plan: Plan
    session: Session
    request: SearchRequest
    places: list[int]
    uuids: dict[str, int]
    head: list[bytes]
    result: bytes

    def answer(self, site: Site) -> Iterator[bytes] | None:
        """Return the answers; None if something was written meanwhile."""
        if not self.quick.make(site, self):
            return None
        octets = self.quick.octets_of(self.plan, self.places)
        return None if None in octets else iter([*self.head, *(one for one in octets if one is not None), self.result])


class Quick:
    """Answers at once what it can. ``max_octets``: what entries as they are sent may take."""

    def __init__(self, at_once: AtOnce, max_octets: int) -> None:
        self._at_once = at_once
        self.max_octets = max_octets
        self._filling = Filling(self)
        self._plans: OrderedDict[tuple[object, ...], Plan] = OrderedDict()
        self._shapes: OrderedDict[tuple[int | None, bytes, bytes], Shape] = OrderedDict()
        self._threads: Threads | None = None
        self._now: Marks | None = None
        self._is_turn = False

    # Being ready

    def start(self, threads: Threads) -> None:
        """Get ready behind what is served already, and again when it has to be."""
        self._threads = threads
        self._filling.start(threads)
        self._see_to_it()

    def keep_current(self) -> None:
        """Call it about every second: who asks next finds what was written already brought in."""
        self._at_once.keep_current()
        self._see_to_it()
        self._filling.go_on()

    def prepare(self) -> None:
        """Get ready now."""
        self._at_once.take(self._at_once.make(self._at_once.begin()))

    def give_up(self) -> None:
        """The process is stopping: get ready for nobody any more."""
        self._at_once.give_up()
        self._filling.stop()

    def close(self) -> None:
        """Let go of the database."""
        self._at_once.close()

    def _see_to_it(self) -> None:
        if self._threads is None or not self._at_once.is_due or self._threads.is_busy:
            return
        wanted = self._at_once.begin()
        self._threads.run(lambda: self._at_once.make(wanted), self._take)

    def _take(self, made: tuple[Roll | None, float] | Failure) -> None:
        self._at_once.take(None if isinstance(made, Failure) else made)
        if not isinstance(made, Failure) and made[0] is not None:
            _LOG.info("the directory is in memory", entries=len(made[0].rows), mb=made[0].octets // 2**20, cpu_s=round(made[1], 1))
        # Millions of objects that stay: the collector of cycles would stop everything for tens of milliseconds to look at them.
        gc.freeze()
        self._filling.again()

    # Answering

    def __enter__(self) -> None:
        """Within this block are requests that have come together: where the directory stands is looked at once for all of them."""
        self._is_turn, self._now = True, None

    def __exit__(self, *_error: object) -> None:
        self._is_turn = False

    def marks(self) -> Marks | None:
        """Return where the directory stands: a counter that costs 4 us."""
        if not self._is_turn or self._now is None:
            self._now = self._at_once.marks()
        return self._now

    def answer(self, site: Site, session: Session, message: Message, marks: Marks) -> list[bytes] | Waiting | None:
        """Return the answers to a search, without message numbers, or what is left to do for them; None for one that goes its usual way."""
        request = message.operation
        if not isinstance(request, SearchRequest) or (message.controls and not pages.is_page(message)):
            return None
        plan = self.plan(site, session.principal, request, marks)
        if plan is None:
            self._see_to_it()
            return None
        if not message.controls:
            return self.found(site, session, request, plan)
        listed = pages.listed(self._at_once, site, session, message, request, plan)
        return None if listed is None else self._sent(site, session, request, plan, ([], *listed))

    def found(self, site: Site, session: Session, request: SearchRequest, plan: Plan) -> list[bytes] | Waiting | None:
        """Return the answers to a search that has a plan, as ``answer`` does."""
        wanted = essence(request.filter)
        found = None if wanted is None else self._answer(site, session, request, plan, wanted)
        if found is None:
            self._see_to_it()
        return found

    def one(self, plan: Plan, exact: Exact, value: str, most: int) -> list[bytes] | None:
        """Return the answers to a search for one value; None where more than ``most`` have it, or one has to be made."""
        places = exact.places(value, most + 1)
        if not places:
            return None if places is None else [DONE]
        octets = self.octets_of(plan, places)
        if len(octets) > most or None in octets:
            return None
        octets.append(DONE)
        return octets  # type: ignore[return-value] # none of them is None

    def exact(self, plan: Plan, wanted: Equality) -> Exact | None:
        """Return what finds a value of this attribute by a look into the roll, whatever the value; None where it takes more."""
        known = find(wanted.attribute)
        if known is None or known.key in plan.held_names or essence(wanted) is not wanted:
            return None
        return plan.look.exactly(wanted.attribute)

    def shape(self, account_id: int | None, head: bytes, tail: bytes) -> Shape | None:
        """Return what was learnt of searches that begin and end so."""
        return self._shapes.get((account_id, head, tail))

    def learn(self, shape: Shape) -> Shape:
        """Keep a shape."""
        self._shapes[shape.account_id, shape.head, shape.tail] = shape
        while len(self._shapes) > _MOST_PLANS:
            self._shapes.popitem(last=False)
        return shape

    def _answer(self, site: Site, session: Session, request: SearchRequest, plan: Plan, wanted: Filter) -> list[bytes] | Waiting | None:
        held = _held(request, plan, wanted)
        most = site.limits.size_limit
        left = (min(request.size_limit, most) if request.size_limit else most) - len(held)
        found = self._find(plan.look, wanted, left, is_ranked=ranks(request)) if left > 0 else None
        if found is None:
            return None
        return self._sent(site, session, request, plan, (held, *found))

    def _sent(
        self, site: Site, session: Session, request: SearchRequest, plan: Plan, found: tuple[list[bytes], list[int], bytes]
    ) -> list[bytes] | Waiting | None:
        held, places, result = found
        octets = self.octets_of(plan, places)
        if None not in octets:
            return [*held, *octets, result]  # type: ignore[list-item] # none of them is None
        missing = self.missing(site, plan, places, octets)
        waiting = Waiting(self, plan, session, request, places, missing, held, result)
        if missing:
            self._filling.lacks(site, session, request, plan, len(missing))
        if len(missing) > _MADE_AT_ONCE:
            return waiting
        made = waiting.answer(site)
        return None if made is None else list(made)

    def _find(self, look: Look, wanted: Filter, left: int, *, is_ranked: bool) -> tuple[list[int], bytes] | None:
        places = self._places(look, wanted, min(left, _MOST_ENTRIES) + 1)
        if places is None or len(places) > _MOST_ENTRIES:
            return None
        if len(places) <= left:
            return places, DONE
        places.pop()
        narrow = narrowed(wanted) if is_ranked else wanted
        if narrow == wanted:
            return places, _CUT
        best = self._places(look, narrow, left)
        if best is None:
            return None
        chosen = set(best)
        return [*best, *itertools.filterfalse(chosen.__contains__, places)][:left], _CUT

    def _places(self, look: Look, wanted: Filter, most: int) -> list[int] | None:
        asked = look.asked(wanted)
        if asked is None or not self._at_once.want(asked, look.roll):
            return None
        return look.find(asked, most)

    def plan(self, site: Site, principal: Principal, request: SearchRequest, marks: Marks) -> Plan | None:
        """Return what searches of this asker below this base for these attributes are answered by at ``marks``; None for the usual way."""
        if request.scope is Scope.BASE:
            return None
        key = (principal.account_id, request.base, request.scope, request.attributes, request.types_only)
        known = self._plans.get(key)
        if known is not None and known.look.marks is marks:
            return known
        made = _made_plan(site, self._at_once, principal, request, marks)
        if made is None:
            return None
        self._plans[key] = made
        self._plans.move_to_end(key)
        while len(self._plans) > _MOST_PLANS:
            self._plans.popitem(last=False)
        return made

    # Entries as they are sent

    def octets_of(self, plan: Plan, places: Sequence[int]) -> list[bytes | None]:
        """Return the entries as they are sent, None for each that has to be made."""
        octets = list(map(plan.sheet.get, places))
        if plan.look.differs:
            for number, shown in plan.look.others(places):
                octets[number] = plan.look.sheet(plan.sent_as, shown).get(places[number])
        return octets

    def missing(self, site: Site, plan: Plan, places: Sequence[int], octets: Sequence[bytes | None] | None = None) -> dict[str, int]:
        """Return the places of those that nobody has made yet, by UUID; what is known elsewhere is put where it belongs."""
        missing: dict[str, int] = {}
        for place, one in zip(places, self.octets_of(plan, places) if octets is None else octets, strict=True):
            if one is None:
                seen = plan.look.seen(place)
                known = site.cards.known(seen.etag, seen.modified_at, seen.book, seen.name, plan.sent_as)
                if known is None:
                    missing[seen.uuid] = place
                else:
                    self._put(plan, place, known)
        return missing

    def waiting(self, plan: Plan, session: Session, request: SearchRequest, missing: dict[str, int]) -> Waiting:
        """Return what makes entries that nobody waits for."""
        return Waiting(self, plan, session, request, [], missing, [], DONE)

    def make(self, site: Site, waiting: Waiting, *, is_for_later: bool = False) -> bool:
        """Make what is missing; False if something was written meanwhile. In any thread. Raises as a search does.

        What is made for later isn't kept elsewhere too, where what is asked for now would have to make room for it.
        """
        plan = waiting.plan
        with site.directory.reading(waiting.session.principal) as reading:
            if waiting.uuids and reading.marks() != plan.look.marks:
                return False
            request, cards = waiting.request, None if is_for_later else site.cards
            projection = Projection(reading, site.tree, select(request.attributes), types_only=request.types_only, cards=cards)
            for entry in reading.shown(tuple(waiting.uuids)):
                self._put(plan, waiting.uuids[entry.uuid], projection.encode(entry), may_forget=not is_for_later)
                if is_for_later:
                    time.sleep(_BREATH_S)
        return True

    def _put(self, plan: Plan, place: int, octets: bytes, *, may_forget: bool = True) -> None:
        roll = plan.look.roll
        row = roll.rows.get(place)
        if row is not None:
            shown = plan.look.shown_of(row)
            sheet = plan.sheet if shown == plan.look.shown else plan.look.sheet(plan.sent_as, shown)
            roll.sheets.put(sheet, place, octets, self.max_octets, may_forget=may_forget)


def _made_plan(site: Site, at_once: AtOnce, principal: Principal, request: SearchRequest, marks: Marks) -> Plan | None:
    sent_as = kept_under(select(request.attributes), types_only=request.types_only)
    if sent_as is None or (principal.is_anonymous and not site.config.ldap.anonymous):
        return None
    try:
        base, scope = covered(site.tree, read_dn(request.base), request, widens_base=False)
        place = site.tree.locate(base)
        if not (isinstance(place, BookPlace) or place in _CONTAINERS):
            return None
        reach = site.reaches.known(principal, marks, place, scope)
        if reach is None and isinstance(place, BookPlace):
            with site.directory.reading(principal) as reading:
                reach = site.reaches.of(reading, place, scope)
    except DirserverError:
        return None
    if reach is None or not reach.books or len(reach.held) > _MOST_HELD:
        return None
    look = at_once.look(principal, reach.books, marks)
    if look is None:
        return None
    names = frozenset(known.key for entry in reach.held for one in entry.attributes if (known := find(one.name)) is not None)
    return Plan(look, sent_as, look.sheet(sent_as), reach.held, names)


def _held(request: SearchRequest, plan: Plan, wanted: Filter) -> list[bytes]:
    """Return those of the containers and groups that are found; hardly ever one has what is asked about."""
    parts = wanted.parts if isinstance(wanted, Or) else (wanted,)
    for part in parts:
        known = find(part.attribute) if isinstance(part, (Equality, Substrings)) else None
        if known is not None and known.key in plan.held_names:
            return [encode_held(entry, request, None) for _, entry in numbered_held(request, plan.held)]
    return []
