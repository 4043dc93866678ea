# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding in a crowd: who is proposed, who is meant, in which order, and what they are counted by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from dirserver.directory.crowd.crowd import Crowd, Tag, fits
from dirserver.directory.views.binding import BEGUN, WHOLE_WORD, Typed
from dirserver.model.fold import fold
from dirserver.store.engine.opening import ReadTx
from dirserver.store.finding import crowds
from dirserver.store.finding.facets import ValueCount
from dirserver.store.finding.filters import MEMBER_OF

MOST_VALUES = 10
"""Values of an attribute that are told with how many have them, the most frequent ones."""

Around = Mapping[int, str]
"""Texts by place, of entries of which somebody may read more than of others."""


class Looked(NamedTuple):
    """What to look for: a text, values to narrow down by, an initial; which stretch of it, and what to count it by."""

    text: str
    tags: tuple[Tag, ...]
    initial: str
    start: int
    stop: int
    counted: tuple[str, ...]
    sheet: Hashable = None
    """Under what is kept what was made of the entries; None for nothing."""
    order: str = ""
    """In which order of ``model.alphabet``, whose keys begin with the initial."""

    @property
    def groups(self) -> list[str]:
        """The folded names of the groups that somebody has to be in."""
        return [norm for name, norm in self.tags if name == MEMBER_OF]

    @property
    def is_everything(self) -> bool:
        """True if nothing narrows the book down."""
        return not (self.text or self.tags or self.initial)


class Spotted(NamedTuple):
    """The ids of a stretch in order, how much was found, its values with how many have each, how much there is, and its initials."""

    ids: tuple[int, ...]
    total: int
    values: tuple[ValueCount, ...]
    in_book: int
    initials: tuple[str, ...]
    made: tuple[str | None, ...] = ()
    """What was made of each entry of the stretch, where that is kept and is for the asker."""


class Groups(NamedTuple):
    """Who is in which groups, by id of entry, at an access number and a change number; what the groups are called."""

    stamp: tuple[int, int]
    of_entry: Mapping[int, tuple[str, ...]]
    names: Mapping[str, str]


NO_GROUPS = Groups((-1, -1), {}, {})


def proposed(tx: ReadTx, meant: Typed) -> list[int] | None:
    """Return whom the index knows for what was typed, and perhaps others; None for everybody."""
    if not meant.words:
        return None
    long = [word for word in meant.words if len(word) >= WHOLE_WORD]
    if meant.number and len(meant.number) < WHOLE_WORD:
        return None
    by_number = crowds.containing(tx, [meant.number]) if meant.number else []
    if meant.number and any(meant.number in word for word in long):
        # Who has the word has the number in it.
        return by_number
    by_words = crowds.containing(tx, long) if long else crowds.beginning(tx, BEGUN, meant.words[0])
    return list({*by_words, *by_number})


def found(tx: ReadTx, crowd: Crowd, looked: Looked, meant: Typed, candidates: list[int] | None, around: Around) -> Sequence[int] | None:
    """Return the places of what is found, groups aside; None for everybody."""
    places: Sequence[int] | None = None
    if looked.text:
        if not meant.words:
            return ()
        places = crowd.found(meant, crowd.order(tx, "").everybody if candidates is None else crowd.standing(candidates))
        more = [place for place, text in around.items() if fits(meant, text)]
        if more:
            places = list({*places, *more})
    if looked.initial:
        stretch = crowd.order(tx, looked.order).within(looked.initial)
        places = stretch if places is None else list(set(places).intersection(stretch))
    tags = [tag for tag in looked.tags if tag[0] != MEMBER_OF]
    return crowd.tagged(tags, places) if tags else places


def told(tx: ReadTx, crowd: Crowd, places: Sequence[int] | None, looked: Looked, values: tuple[ValueCount, ...], around: Around) -> Spotted:
    """Return the stretch of what was found that somebody wants to see; of those ``around`` the asker nothing is kept."""
    order = crowd.order(tx, looked.order)
    if places is None:
        stretch: Sequence[int] = order.everybody[looked.start : looked.stop]
    else:
        stretch = crowd.in_order(places, fold(looked.text), looked.start, looked.stop, order)
    total = len(crowd) if places is None else len(places)
    initials = order.initials() if looked.initial or looked.is_everything else ()
    made: tuple[str | None, ...] = ()
    if looked.sheet is not None:
        sheet = crowd.sheet(looked.sheet)
        made = tuple([None if place in around else sheet.get(place) for place in stretch])
    return Spotted(tuple([crowd.ids[place] for place in stretch]), total, values, len(crowd), initials, made)


def values(crowd: Crowd, places: Sequence[int] | None, looked: Looked, groups: Groups) -> tuple[ValueCount, ...]:
    """Count what was found; of each attribute, only the values that most have."""
    if not looked.counted:
        return ()
    tags, examples = crowd.counted(places)
    by_attribute: dict[str, list[ValueCount]] = {name: [] for name in looked.counted}
    for (attribute, norm), amount in tags.items():
        if attribute in by_attribute:
            by_attribute[attribute].append(ValueCount(attribute, norm, amount, crowd.ids[examples[attribute, norm]]))
    if groups.of_entry and MEMBER_OF in by_attribute:
        ids = crowd.places.keys() if places is None else map(crowd.ids.__getitem__, places)
        counts = Counter(map(groups.of_entry.get, ids))
        names: Counter[str] = Counter()
        for keys, amount in counts.items():
            for key in keys or ():
                names[key] += amount
        by_attribute[MEMBER_OF] = [ValueCount(MEMBER_OF, key, amount, 0, groups.names[key]) for key, amount in names.items()]
    return tuple(one for some in by_attribute.values() for one in sorted(some, key=lambda one: (-one.count, one.norm))[:MOST_VALUES])
