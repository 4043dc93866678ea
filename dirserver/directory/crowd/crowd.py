# SPDX-License-Identifier: GPL-3.0-or-later
"""Everybody in a book, each with one text of all that some askers may read of everybody, and with the values that lists are counted by.

The index proposes whom a word could mean, which may be by something hidden; the text says whether it does. Then the texts are asked
again for the rank. All that costs a tenth of a microsecond an entry, so what is found can be put in order and counted whole.

Rules of this file: an entry stands at a place, a small number that says nothing of its order; who goes leaves a free one. One thread at a
time uses a crowd.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from heapq import merge
from types import MappingProxyType

from dirserver.directory.crowd.order import Order
from dirserver.directory.crowd.vocabulary import Vocabulary
from dirserver.directory.search.correcting import CORRECTED
from dirserver.directory.views.binding import BEGUN, NUMBERS, WHOLE_WORD, Typed
from dirserver.model.alphabet import OWN_LETTERS
from dirserver.store.engine.opening import ReadTx
from dirserver.store.finding import crowds, rolls
from dirserver.store.finding.crowds import SECTION, Member, Norms, Sections

NAMES = ("cn", "sn", "givenname", "uid")
"""What a text that somebody typed may be or begin, to stand first."""
TAGGED = ("l", "ou", "categories")
"""Attributes that a list is narrowed down by, and whose values are in the index."""
_FIRST_LETTERS = frozenset(BEGUN) - frozenset(NAMES)
_SECTIONS = {**dict.fromkeys(NUMBERS, 2), **dict.fromkeys(_FIRST_LETTERS, 1), **dict.fromkeys(NAMES, 0)}
_MOST_CHANGES = 150
_OCTETS_OF_ENTRY = 500
_FREE = -1
MOST_ON_SHEETS = 24 * 1024 * 1024
"""Characters that are kept of what was made of entries."""
_MOST_SHEETS = 200
_EMPTY: Mapping[int, str] = MappingProxyType({})

Tag = tuple[str, str]
"""An attribute and a normal form."""


def text_of(norms: Norms, readable: Collection[str]) -> str:
    """Return the text of an entry: names, what else short words may begin, numbers, the rest; each value between line breaks."""
    # No normal form holds a control character, so a word never goes over the end of a value.
    sections: tuple[list[str], ...] = ([], [], [], [])
    for attribute, norm in norms:
        if attribute in readable:
            sections[_SECTIONS.get(attribute, 3)].append(norm)
    return crowds.text_of(sections)


def sections_of(readable: Collection[str]) -> Sections:
    """Return what is read of entries for those who may read these attributes of everybody."""
    of_text = tuple(tuple(sorted(name for name in readable if _SECTIONS.get(name, 3) == number)) for number in range(4))
    return Sections(of_text, tuple(name for name in TAGGED if name in readable), tuple(sorted(CORRECTED.intersection(readable))))


def fits(typed: Typed, text: str) -> bool:
    """Tell whether what somebody typed finds the entry with a text: what ``binding.typed_words`` and ``access.guard`` come to."""
    if typed.words and all(word in text if len(word) >= WHOLE_WORD else _begins(text, word) for word in typed.words):
        return True
    return bool(typed.number) and typed.number in text.split(SECTION, 3)[2]


def _begins(text: str, word: str) -> bool:
    at = text.find(f"\n{word}")
    return at >= 0 and at < text.index(SECTION, text.index(SECTION) + 1)


class Crowd:
    """The entries of a book at a change ``number`` of its log, as those see them who may read these attributes of everybody."""

    def __init__(self, book_id: int, readable: frozenset[str], number: int, epoch: str) -> None:
        self.book_id = book_id
        self.readable = readable
        self.number = number
        self.epoch = epoch
        self.ids = array("q")
        """By place."""
        self.places: dict[int, int] = {}
        """By id."""
        self.texts: list[str] = []
        self.octets = 0
        self.vocabulary = Vocabulary()
        self._sections = sections_of(readable)
        self._sheets: dict[Hashable, dict[int, str]] = {}
        self._on_sheets = 0
        # Where the names in a text end.
        self._ends = array("i")
        # Who has the same tags has the same number, since numbers are counted faster.
        self._tags = array("i")
        self._numbers: dict[str, int] = {}
        self._tags_of: list[tuple[Tag, ...]] = []
        self._orders = {"": Order(self.ids)}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self.places)

    def order(self, tx: ReadTx, name: str) -> Order:
        """Return everybody in one of ``model.alphabet.ORDERS``; one that nobody has asked for before is made, as of the crowd's number."""
        known = self._orders.get(name)
        if known is None:
            own = {self.places[number]: key for number, key in crowds.own_keys(tx, self.book_id, name) if number in self.places}
            known = self._orders[name] = Order(self.ids)
            plain = ((key, place) for key, place in self._orders[""].with_keys() if place not in own)
            others = sorted(((key, place) for place, key in own.items()), key=self._by_key)
            known.fill(merge(plain, others, key=self._by_key))
        return known

    def _by_key(self, pair: tuple[str, int]) -> tuple[str, int]:
        return pair[0], self.ids[pair[1]]

    # Making and keeping current

    def fill(self, tx: ReadTx, max_octets: int) -> bool:
        """Take everybody in; False where they take more memory than that."""
        keys: list[str] = []
        words: set[str] = set()
        for member in crowds.everybody(tx, self.book_id, self._sections):
            self._put(member)
            keys.append(member.sort_key)
            words.update(member.words.split())
            if self.octets > max_octets:
                return False
        for word in words:
            self.vocabulary.add(word)
        self._orders[""].fill(zip(keys, range(len(keys)), strict=True))
        return True

    def catch_up(self, tx: ReadTx, number: int) -> bool:
        """Bring the crowd to a later number, which is that of now; False where a new one has to be made, since too much has changed."""
        changed = rolls.changed(tx, self.book_id, self.number, _MOST_CHANGES + 1)
        if len(changed) > _MOST_CHANGES:
            return False
        for one in changed:
            self._drop(one)
        for member in crowds.those(tx, self.book_id, sorted(changed), self._sections) if changed else ():
            place = self._put(member)
            self.vocabulary.add(member.words)
            keys = dict(zip(OWN_LETTERS, member.own_keys, strict=True))
            if not all(order.put(keys.get(name) or member.sort_key, place) for name, order in self._orders.items()):
                return False
        self.number = number
        return True

    def _put(self, member: Member) -> int:
        text = member.text
        number = self._numbers.setdefault(member.tags, len(self._numbers))
        if number == len(self._tags_of):
            self._tags_of.append(crowds.tags_of(member.tags))
        place = self._free.pop() if self._free else self._room()
        self.ids[place], self.texts[place], self._ends[place], self._tags[place] = member.id, text, text.index(SECTION), number
        self.places[member.id] = place
        self.octets += _OCTETS_OF_ENTRY + len(text)
        return place

    def _room(self) -> int:
        self.ids.append(0)
        self.texts.append("")
        self._ends.append(0)
        self._tags.append(_FREE)
        return len(self.texts) - 1

    def _drop(self, number: int) -> None:
        place = self.places.pop(number, None)
        if place is None:
            return
        self.octets -= _OCTETS_OF_ENTRY + len(self.texts[place])
        for sheet in self._sheets.values():
            sheet.pop(place, None)
        for order in self._orders.values():
            order.drop(place)
        self.ids[place], self.texts[place], self._tags[place] = 0, "", _FREE
        self._free.append(place)

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
        good = {number for number, tags in enumerate(self._tags_of) if all(tag in tags for tag in wanted)}
        tags_of = self._tags
        if among is None:
            return [place for place, number in enumerate(tags_of) if number in good]
        return [place for place in among if tags_of[place] in good]

    def in_order(self, found: Sequence[int], word: str, start: int, stop: int, order: Order) -> list[int]:
        """Return a stretch of what was found: first whose name is ``word``, then whose name begins so, then the others, each by name."""
        if not stop:
            return []
        rank = order.ranks.__getitem__
        if not word:
            return sorted(found, key=rank)[start:stop]
        texts, ends = self.texts, self._ends
        begun, exact = f"\n{word}", f"\n{word}\n"
        first = [place for place in found if texts[place].find(begun, 0, ends[place]) >= 0]
        best = {place for place in first if texts[place].find(exact, 0, ends[place]) >= 0}
        told = sorted(best, key=rank)
        if len(told) < stop:
            told += sorted((place for place in first if place not in best), key=rank)
        if len(told) < stop:
            told += sorted(set(found).difference(first), key=rank)
        return told[start:stop]

    def counted(self, found: Collection[int] | None) -> tuple[Counter[Tag], Mapping[Tag, int]]:
        """Return how many of what was found (None: of all) have each tag, and the place of one that has it."""
        numbers = self._tags
        places: Collection[int] = self.places.values() if found is None else found
        of_places = [numbers[place] for place in places]
        one_of = dict(zip(of_places, places, strict=True))
        counts: Counter[Tag] = Counter()
        examples: dict[Tag, int] = {}
        for number, amount in Counter(of_places).items():
            for tag in self._tags_of[number]:
                counts[tag] += amount
                examples[tag] = one_of[number]
        return counts, examples
