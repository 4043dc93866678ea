# SPDX-License-Identifier: GPL-3.0-or-later
"""Who leads whom: the chart of a book, drawn from what the asker may read.

Only people whose manager the asker may read stand under somebody; the others stand for themselves, as those do who have none. Where
leaders lead each other in a ring, the chart says so and is cut there.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView, Entry
from dirserver.directory.views.presenting import listed_reach, present
from dirserver.store.entries import leading
from dirserver.store.entries.leading import Led
from dirserver.store.finding import ordering, rolls
from dirserver.store.finding.facets import is_within_all

MOST_SHOWN = 400
"""People of one chart; of the others it is told how many they are."""
_MOST_ABOVE = 30
_MOST_OF_A_RING = 20
_MANY_STARTS = 20
_KEPT = 16
_MOST_CHANGES = 300


@dataclass(frozen=True, slots=True)
class Node:
    """Somebody in a chart: who of those below is shown, how many there are directly and in all, whether the line ends in a ring."""

    entry: Entry
    below: tuple[Node, ...]
    reports: int
    everybody: int
    is_ring: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart from the top, or from somebody on with those ``above`` them (the topmost first).

    ``alone`` are people without a manager who lead nobody; ``rings`` lead each other.
    """

    roots: tuple[Node, ...]
    above: tuple[Entry, ...] = ()
    alone: tuple[Entry, ...] = ()
    alone_count: int = 0
    rings: tuple[tuple[Entry, ...], ...] = ()
    is_hidden: bool = False


class Lines:
    """Who leads whom among those who show, by id and without their cards."""

    def __init__(self, people: Sequence[Led]) -> None:
        self.by_id = {each.id: each for each in people}
        self.by_uuid = {each.uuid: each for each in people}
        self.leader = {each.id: self.by_uuid[each.manager].id for each in people if each.manager in self.by_uuid}
        self.below: defaultdict[int, list[int]] = defaultdict(list)
        for each in people:
            if each.id in self.leader:
                self.below[self.leader[each.id]].append(each.id)
        self.people = people
        self.rings = self._rings()
        self.ringed = {number for ring in self.rings for number in ring}
        self.everybody = self._count()

    def _rings(self) -> list[tuple[int, ...]]:
        state: dict[int, int] = {}
        found = []
        for start in self.leader:
            path: list[int] = []
            at: int | None = start
            while at is not None and at not in state:
                state[at] = start
                path.append(at)
                at = self.leader.get(at)
            if at is not None and state[at] == start and at in path:
                found.append(tuple(path[path.index(at) :]))
        return found

    def _count(self) -> dict[int, int]:
        """Return how many stand below each, directly or not; within a ring only what hangs on it counts."""
        waiting = {each.id: len(self.below[each.id]) for each in self.people}
        counts = dict.fromkeys(waiting, 0)
        done = [number for number, open_ in waiting.items() if not open_]
        while done:
            number = done.pop()
            leader = self.leader.get(number)
            if leader is None:
                continue
            counts[leader] += counts[number] + 1
            waiting[leader] -= 1
            if not waiting[leader]:
                done.append(leader)
        return counts


class KeptLines:
    """The lines of books of which everybody shows; bounded, safe for threads. Most changes of a book change nothing in them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[int, tuple[str, int, Lines]] = OrderedDict()

    def of(self, asking: Asking, view: BookView) -> Lines:
        """Return who leads whom among those of a book who show to somebody who may read that."""
        reach = listed_reach(asking, view)
        if not is_within_all(reach) or reach.with_groups:
            return Lines(leading.everybody(asking.tx, view.book.id, reach))
        with self._lock:
            known = self._known.get(view.book.id)
        if known is not None and known[0] == view.book.epoch and self._still_stand(asking, view, known[1], known[2]):
            lines = known[2]
        else:
            lines = Lines(leading.everybody(asking.tx, view.book.id, reach))
        with self._lock:
            self._known[view.book.id] = (view.book.epoch, view.book.number, lines)
            self._known.move_to_end(view.book.id)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return lines

    @staticmethod
    def _still_stand(asking: Asking, view: BookView, since: int, lines: Lines) -> bool:
        if since == view.book.number:
            return True
        changed = rolls.changed(asking.tx, view.book.id, since, _MOST_CHANGES + 1) if since < view.book.number else None
        if changed is None or len(changed) > _MOST_CHANGES:
            return False
        now = {each.id: each for each in leading.those(asking.tx, view.book.id, changed)}
        return all(now.get(number) == lines.by_id.get(number) for number in changed)


def chart(asking: Asking, kept: KeptLines, view: BookView, at: str = "", depth: int = 2) -> Chart:
    """Return the chart of a book from the top, or from the entry with UUID ``at``, so many levels deep."""
    if asking.rights_in(view).guards_for("manager") is not None:
        return Chart((), is_hidden=True)
    lines = kept.of(asking, view)
    if at:
        return _around(asking, lines, at, depth)
    tops = [each.id for each in lines.people if each.id not in lines.leader]
    leaders = [number for number in tops if lines.below[number]]
    alone = [number for number in tops if not lines.below[number]]
    starts = (*leaders, *(ring[0] for ring in lines.rings))
    plan = _Plan(lines, starts, depth if len(starts) < _MANY_STARTS else 1, MOST_SHOWN)
    shown_alone = alone[: MOST_SHOWN - len(plan.below)]
    known = _entries(asking, (*plan.below, *shown_alone, *(number for ring in lines.rings for number in ring[:_MOST_OF_A_RING])))
    return Chart(
        roots=tuple(_node(number, plan, known, lines) for number in starts if number in known),
        alone=tuple(known[number] for number in shown_alone if number in known),
        alone_count=len(alone),
        rings=tuple(tuple(known[number] for number in ring if number in known) for ring in lines.rings),
    )


def _around(asking: Asking, lines: Lines, at: str, depth: int) -> Chart:
    start = lines.by_uuid.get(at)
    if start is None:
        return Chart(())
    above: list[int] = []
    leader = lines.leader.get(start.id)
    while leader is not None and leader not in above and leader != start.id and len(above) < _MOST_ABOVE:
        above.append(leader)
        leader = lines.leader.get(leader)
    plan = _Plan(lines, (start.id,), depth, MOST_SHOWN)
    ring = next((each for each in lines.rings if start.id in each), ())
    known = _entries(asking, (*plan.below, *above, *ring[:_MOST_OF_A_RING]))
    return Chart(
        roots=(_node(start.id, plan, known, lines),) if start.id in known else (),
        above=tuple(known[number] for number in reversed(above) if number in known),
        rings=(tuple(known[number] for number in ring if number in known),) if ring else (),
    )


class _Plan:
    """Whom a chart shows: level by level, until there is no more room; where a ring closes, nobody below."""

    def __init__(self, lines: Lines, starts: Sequence[int], depth: int, room: int) -> None:
        self.below: dict[int, list[int]] = {number: [] for number in starts[:room]}
        self.closing: set[int] = set()
        level = list(self.below)
        for _ in range(depth):
            following = []
            for number in level:
                for each in lines.below[number]:
                    if each in self.below:
                        self.closing.add(number)
                    elif len(self.below) < room:
                        self.below[each] = []
                        self.below[number].append(each)
                        following.append(each)
            level = following


def _entries(asking: Asking, numbers: Sequence[int]) -> Mapping[int, Entry]:
    wanted = tuple(dict.fromkeys(numbers))
    stored = ordering.stored(asking.tx, wanted)
    by_uuid = {entry.uuid: entry for entry in present(asking, stored, with_managers=False)}
    return {each.id: by_uuid[each.row.uuid] for each in stored if each.row.uuid in by_uuid}


def _node(number: int, plan: _Plan, known: Mapping[int, Entry], lines: Lines) -> Node:
    below = tuple(_node(each, plan, known, lines) for each in plan.below[number] if each in known)
    return Node(known[number], below, len(lines.below[number]), lines.everybody[number], number in plan.closing)
