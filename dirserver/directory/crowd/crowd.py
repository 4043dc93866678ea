# SPDX-License-Identifier: GPL-3.0-or-later
"""Everybody in a book, each with one text of all that some askers may read of everybody, and with the values that lists are counted by.

The index proposes whom a word could mean, which may be by something hidden; the text says whether it does. Then the texts are asked
again for the rank. All that costs a tenth of a microsecond an entry, so what is found can be put in order and counted whole.

Rules of this file: an entry stands at a place, a number that sorts as the entries do by name. One thread at a time uses a crowd.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType

from dirserver.directory.crowd.vocabulary import Vocabulary
from dirserver.directory.search.correcting import CORRECTED
from dirserver.directory.views.binding import BEGUN, NUMBERS, WHOLE_WORD, Typed
from dirserver.store.engine.opening import ReadTx
from dirserver.store.finding import crowds, rolls
from dirserver.store.finding.crowds import Member, Norms
from dirserver.store.finding.facets import MOST_INITIALS

NAMES = ("cn", "sn", "givenname", "uid")
"""What a text that somebody typed may be or begin, to stand first."""
TAGGED = ("l", "ou", "categories")
"""Attributes that a list is narrowed down by, and whose values are in the index."""
_FIRST_LETTERS = frozenset(BEGUN) - frozenset(NAMES)
_SECTIONS = {**dict.fromkeys(NUMBERS, 2), **dict.fromkeys(_FIRST_LETTERS, 1), **dict.fromkeys(NAMES, 0)}
_END = "\f"
_GAP = 2**30
_HIGHEST = "\U0010ffff"
_MOST_CHANGES = 150
_OCTETS_OF_ENTRY = 700
MOST_ON_SHEETS = 24 * 1024 * 1024
"""Characters that are kept of what was made of entries."""
_MOST_SHEETS = 200
_EMPTY: Mapping[int, str] = MappingProxyType({})

Tag = tuple[str, str]
"""An attribute and a normal form."""


def text_of(norms: Norms, readable: Collection[str]) -> str:
    """Return the text of an entry: names, what else short words may begin, numbers, the rest; each value between line breaks."""
    # No normal form holds a control character, so a word never goes over the end of a value.
    parts: tuple[list[str], ...] = ([""], [""], [""], [""])
    for attribute, norm in norms:
        if attribute in readable:
            parts[_SECTIONS.get(attribute, 3)].append(norm)
    return "\n".join(("\n".join(parts[0]), _END + "\n".join(parts[1]), _END + "\n".join(parts[2]), _END + "\n".join(parts[3]), ""))


def fits(typed: Typed, text: str) -> bool:
    """Tell whether what somebody typed finds the entry with a text: what ``binding.typed_words`` and ``access.guard`` come to."""
    if typed.words and all(word in text if len(word) >= WHOLE_WORD else _begins(text, word) for word in typed.words):
        return True
    return bool(typed.number) and typed.number in text.split(_END, 3)[2]


def _begins(text: str, word: str) -> bool:
    at = text.find(f"\n{word}")
    return at >= 0 and at < text.index(_END, text.index(_END) + 1)


class Crowd:
    """The entries of a book at a change ``number`` of its log, as those see them who may read these attributes of everybody."""

    def __init__(self, book_id: int, readable: frozenset[str], number: int, epoch: str) -> None:
        self.book_id = book_id
        self.readable = readable
        self.number = number
        self.epoch = epoch
        self.ids: dict[int, int] = {}
        self.places: dict[int, int] = {}
        self.texts: dict[int, str] = {}
        self.octets = 0
        self.vocabulary = Vocabulary()
        self._sheets: dict[Hashable, dict[int, str]] = {}
        self._on_sheets = 0
        self._names: dict[int, str] = {}
        # Who has the same tags has the same number, since numbers are counted faster.
        self._tags: dict[int, int] = {}
        self._numbers: dict[tuple[Tag, ...], int] = {}
        self._tags_of: list[tuple[Tag, ...]] = []
        self._order: list[str] = []
        self._taken: list[int] = []

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def everybody(self) -> Sequence[int]:
        """All places, in order."""
        return self._taken

    # Making and keeping current

    def fill(self, tx: ReadTx, max_octets: int) -> bool:
        """Take everybody in; False where they take more memory than that."""
        for number, member in enumerate(crowds.everybody(tx, self.book_id), 1):
            self._put(number * _GAP, member)
            self._order.append(member.sort_key)
            self._taken.append(number * _GAP)
            if self.octets > max_octets:
                return False
        return True

    def catch_up(self, tx: ReadTx, number: int) -> bool:
        """Bring the crowd to a later number, which is that of now; False where a new one has to be made, since too much has changed."""
        changed = rolls.changed(tx, self.book_id, self.number, _MOST_CHANGES + 1)
        if len(changed) > _MOST_CHANGES:
            return False
        for one in changed:
            self._drop(one)
        for member in crowds.those(tx, self.book_id, sorted(changed)) if changed else ():
            place = self._place_for(member)
            if place is None:
                return False
            self._put(place, member)
        self.number = number
        return True

    def _put(self, place: int, member: Member) -> None:
        text = text_of(member.norms, self.readable)
        tags = tuple((attribute, norm) for attribute, norm in member.norms if attribute in TAGGED and attribute in self.readable)
        for attribute, norm in member.norms:
            if attribute in CORRECTED and attribute in self.readable:
                self.vocabulary.add(norm)
        self.ids[place] = member.id
        self.places[member.id] = place
        self.texts[place] = text
        self._names[place] = text[: text.index(_END)]
        number = self._tags[place] = self._numbers.setdefault(tags, len(self._numbers))
        if number == len(self._tags_of):
            self._tags_of.append(tags)
        self.octets += _OCTETS_OF_ENTRY + len(text)

    def _drop(self, number: int) -> None:
        place = self.places.pop(number, None)
        if place is None:
            return
        self.octets -= _OCTETS_OF_ENTRY + len(self.texts[place])
        for sheet in self._sheets.values():
            sheet.pop(place, None)
        del self.ids[place], self.texts[place], self._names[place], self._tags[place]
        at = bisect_left(self._taken, place)
        del self._order[at], self._taken[at]

    def _place_for(self, member: Member) -> int | None:
        """Take a place between its neighbours by name; None where there is no room."""
        at = bisect_left(self._order, member.sort_key)
        while at < len(self._order) and self._order[at] == member.sort_key and self.ids[self._taken[at]] < member.id:
            at += 1
        before = self._taken[at - 1] if at else 0
        after = self._taken[at] if at < len(self._taken) else before + 2 * _GAP
        place = (before + after) // 2
        if not before < place < after:
            return None
        self._order.insert(at, member.sort_key)
        self._taken.insert(at, place)
        return place

    # What was made of entries

    def sheet(self, key: Hashable) -> Mapping[int, str]:
        """Return what is kept by place for those who are shown the same of entries, and see them in the same way: the ``key``."""
        return self._sheets.get(key, _EMPTY)

    def keep(self, key: Hashable, made: Mapping[int, str]) -> None:
        """Keep what was made of entries; when it is too much, what was kept before goes."""
        self._on_sheets += sum(map(len, made.values()))
        if self._on_sheets > MOST_ON_SHEETS or len(self._sheets) >= _MOST_SHEETS:
            self._sheets.clear()
            self._on_sheets = sum(map(len, made.values()))
        self._sheets.setdefault(key, {}).update(made)

    # Asking

    def standing(self, ids: Iterable[int]) -> list[int]:
        """Return the places of those of these entries that are here."""
        places = self.places
        return [places[number] for number in ids if number in places]

    def found(self, typed: Typed, among: Iterable[int]) -> list[int]:
        """Return those of some places whose entries are found by what somebody typed."""
        texts = self.texts
        if len(typed.words) == 1 and not typed.number and len(typed.words[0]) >= WHOLE_WORD:
            (word,) = typed.words
            return [place for place in among if word in texts[place]]
        return [place for place in among if fits(typed, texts[place])]

    def tagged(self, wanted: Collection[Tag], among: Iterable[int] | None) -> list[int]:
        """Return the places, of some or all, whose entries have all these tags."""
        good = {number for tags, number in self._numbers.items() if all(tag in tags for tag in wanted)}
        tags_of = self._tags
        return [place for place in (tags_of if among is None else among) if tags_of[place] in good]

    def within(self, initial: str) -> list[int]:
        """Return the places whose names begin so, in order."""
        return self._taken[bisect_left(self._order, initial) : bisect_left(self._order, initial + _HIGHEST)]

    def initials(self) -> tuple[str, ...]:
        """Return the first letters of the names, in order."""
        letters: list[str] = []
        at = bisect_left(self._order, "0")
        while at < len(self._order) and len(letters) < MOST_INITIALS:
            letters.append(self._order[at][0])
            at = bisect_left(self._order, chr(ord(letters[-1]) + 1))
        return tuple(letters)

    def in_order(self, found: Sequence[int], word: str, start: int, stop: int) -> list[int]:
        """Return a stretch of what was found: first whose name is ``word``, then whose name begins so, then the others, each by name."""
        if not stop:
            return []
        if not word:
            return sorted(found)[start:stop]
        names = self._names
        begun, exact = f"\n{word}", f"\n{word}\n"
        first = [place for place in found if begun in names[place]]
        best = {place for place in first if exact in names[place]}
        told = sorted(best)
        if len(told) < stop:
            told += sorted(place for place in first if place not in best)
        if len(told) < stop:
            told += sorted(set(found).difference(first))
        return told[start:stop]

    def counted(self, found: Collection[int] | None) -> tuple[Counter[Tag], Mapping[Tag, int]]:
        """Return how many of what was found (None: of all) have each tag, and the place of one that has it."""
        numbers = self._tags
        places: Collection[int] = numbers.keys() if found is None else found
        of_places = [numbers[place] for place in places]
        one_of = dict(zip(of_places, places, strict=True))
        counts: Counter[Tag] = Counter()
        examples: dict[Tag, int] = {}
        for number, amount in Counter(of_places).items():
            for tag in self._tags_of[number]:
                counts[tag] += amount
                examples[tag] = one_of[number]
        return counts, examples
