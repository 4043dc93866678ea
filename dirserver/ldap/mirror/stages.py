# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces that a mirror is told in: a whole part, what changed in it, the UUIDs of what is as it was.

A stage goes on where it stopped, in another reading: whatever came and went meanwhile is told by the number at which it all began.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dirserver.directory.reading import Reading
from dirserver.directory.sync.mirroring import Touched
from dirserver.directory.views.entry import Entry, Search
from dirserver.errors import BadInput
from dirserver.ldap.mirror.content import Content, Part
from dirserver.ldap.mirror.voice import State, Voice, uuid_sets
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.projection import Projection
from dirserver.model.book import Level
from dirserver.model.change import What
from dirserver.model.filter import TRUE
from dirserver.model.names import Slug

MANY = 200
"""How many entries one step looks at: UUIDs in one question, and the memory of one answer."""
_COMING = frozenset({What.CREATED, What.RESTORED})


class MustRefresh(Exception):
    """What happened can't be told piece by piece."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading, what there is to mirror in it, and how it is told."""

    reading: Reading
    tree: Tree
    content: Content
    projection: Projection
    voice: Voice

    def told(self, entry: Entry, state: State) -> Iterator[bytes]:
        """Tell of an entry."""
        return self.voice.entry(self.projection.encode(entry), entry.uuid, state, self.content.parts[entry.book].point.number)

    def among(self, part: Part, uuids: tuple[str, ...]) -> tuple[Entry, ...]:
        """Return those of some entries that belong to a part."""
        if part.wanted is None or not uuids:
            return ()
        return self.reading.search(Search(part.wanted, (part.view.slug,), among=uuids)).entries


@dataclass(slots=True)
class Whole:
    """Everything of a part."""

    slug: Slug
    state: State
    after: str = ""

    def run(self, moment: Moment) -> tuple[list[bytes], bool]:
        """Return answers, and whether that was all."""
        part = moment.content.parts.get(self.slug)
        if part is None or part.wanted is None:
            return [], True
        try:
            found = moment.reading.search(Search(part.wanted, (self.slug,), limit=MANY, after=self.after))
        except BadInput:
            # The entry to go on behind is gone for good.
            raise MustRefresh from None
        for entry in found.entries:
            self.after = entry.uuid
        return [answer for entry in found.entries for answer in moment.told(entry, self.state)], found.stopped_by is None


@dataclass(slots=True)
class Present:
    """The UUIDs of all of a part, which is otherwise as it was."""

    slug: Slug

    def run(self, moment: Moment) -> tuple[list[bytes], bool]:
        """Return answers, and whether that was all."""
        part = moment.content.parts.get(self.slug)
        if part is None or part.wanted is None:
            return [], True
        return list(uuid_sets(list(moment.reading.uuids(part.view, part.wanted)), are_gone=False)), True


@dataclass(slots=True)
class Changed:
    """What changed in a book since a number, here and in what refers to it.

    ``by_sets`` tells what is gone by UUIDs alone, as a refresh may; ``tells_gone`` is False where the mirror finds that out itself.
    ``was_there`` asks that what is gone was found before, as far as its last state says.
    """

    slug: Slug
    since: int
    by_sets: bool = True
    tells_gone: bool = True
    was_there: bool = False
    behind: int = 0
    _told: set[str] = field(default_factory=set)

    def run(self, moment: Moment) -> tuple[list[bytes], bool]:
        """Return answers, what is gone first since its name may have a new owner, and whether that was all."""
        part = moment.content.parts.get(self.slug)
        if part is None:
            return [], True
        touched = moment.reading.touched(part.view, self.since, behind=self.behind, most=MANY)
        by_uuid = {one.uuid: one for one in touched if one.uuid is not None}
        if len(by_uuid) < len(touched) and self.tells_gone:
            raise MustRefresh
        found = moment.among(part, tuple(by_uuid))
        answers: list[bytes] = []
        if self.tells_gone and part.wanted is not None:
            left = by_uuid.keys() - {entry.uuid for entry in found}
            answers += self._gone(moment, part, {uuid: by_uuid[uuid] for uuid in by_uuid if uuid in left})
        for entry in found:
            answers += moment.told(entry, self._state_of(part, by_uuid[entry.uuid]))
        answers += self._referring(moment, tuple(by_uuid))
        self.behind = touched[-1].key if touched else self.behind
        return answers, len(touched) < MANY

    def _gone(self, moment: Moment, part: Part, left: Mapping[str, Touched]) -> Iterator[bytes]:
        if self.by_sets:
            yield from uuid_sets(tuple(left), are_gone=True)
            return
        if self.was_there and part.wanted is not None:
            # What is there still has left a label: of that nobody else is told here.
            moved = {uuid for uuid, one in left.items() if one.is_active and part.view.label is not None}
            left = {uuid: one for uuid, one in left.items() if not one.is_active or uuid in moved}
            known = moved | moment.reading.matched(part.view, part.wanted, tuple(left)) if left else frozenset[str]()
            left = {uuid: one for uuid, one in left.items() if uuid in known}
        for uuid, one in left.items():
            dn = moment.tree.entry_dn(self.slug, one.name) if one.name is not None else ""
            yield from moment.voice.gone(dn, uuid, part.point.number)

    def _state_of(self, part: Part, one: Touched) -> State:
        # Where a filter or a narrow View is in the way, nobody knows whether the mirror had it; "add" is right for both.
        was_there = self.was_there or (part.wanted == TRUE and part.view.level >= Level.VIEW)
        return State.MODIFY if was_there and not self.by_sets and not one.whats & _COMING else State.ADD

    def _referring(self, moment: Moment, uuids: tuple[str, ...]) -> Iterator[bytes]:
        """Tell of those that name a changed entry by its DN, which may be another one now."""
        for slug, others in moment.reading.referring(uuids).items():
            part = moment.content.parts.get(slug)
            if part is None:
                continue
            fresh = tuple(uuid for uuid in others if uuid not in self._told)
            self._told.update(fresh)
            for start in range(0, len(fresh), MANY):
                for entry in moment.among(part, fresh[start : start + MANY]):
                    yield from moment.told(entry, State.ADD if self.by_sets else State.MODIFY)


Stage = Whole | Present | Changed
