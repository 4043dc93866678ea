# SPDX-License-Identifier: GPL-3.0-or-later
"""A book to look around in: a search box, values to narrow down by with how many have them, initials, mistakes forgiven.

Counting a search costs what it finds. Counting a whole book costs what the book holds, so that is kept, and made anew at most so often
that it takes a two-hundredth of the time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dirserver.card.normal import normalise
from dirserver.card.projection import stored_values
from dirserver.directory.crowd.crowds import Crowds
from dirserver.directory.crowd.spotting import MOST_VALUES, Looked, Spotted
from dirserver.directory.search.charting import KeptLines
from dirserver.directory.search.correcting import corrections
from dirserver.directory.search.finding import parts_of, total
from dirserver.directory.search.question import Browsed, Choice, Drawn, Facet, Question
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.binding import typed_words
from dirserver.directory.views.entry import BookView, Entry
from dirserver.directory.views.presenting import listed_reach, present
from dirserver.model.alphabet import written
from dirserver.model.attribute import ATTRIBUTES
from dirserver.model.entry import State
from dirserver.model.filter import TRUE, And, Equality, Filter
from dirserver.model.fold import fold
from dirserver.store.entries import entries
from dirserver.store.finding import facets, ordering, ranking
from dirserver.store.finding import search as store_search
from dirserver.store.finding.facets import Counts, ValueCount
from dirserver.store.finding.search import BoundSearch

MOST_COUNTED = 5_000
"""Of a search that finds more, only so many entries are counted."""
_MOST_NAMED = 500
_FEW = 3
_KEPT = 256
_SHARE = 200
_SPELLED = 20_000


@dataclass(slots=True)
class _Whole:
    """What is kept of a whole book: under which numbers it was counted, what it holds, until when it may be shown though it has changed."""

    stamp: tuple[int, str, int]
    counts: Counts
    initials: dict[str, tuple[str, ...]]
    """By order."""
    until: float


class Overviews:
    """Books that were counted lately; bounded, safe for threads."""

    def __init__(self, crowds: Crowds | None = None) -> None:
        self.crowds = crowds
        self.lines = KeptLines()
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, str], _Whole] = OrderedDict()
        self._spelled: dict[tuple[int, str, str, str], str] = {}
        self._counts: dict[tuple[int, str], tuple[tuple[int, str, int], int]] = {}

    def whole(self, asking: Asking, view: BookView, attributes: Sequence[str], order: str) -> _Whole:
        """Return a book as the asker sees it, counted now or a while ago, with the initials of an order."""
        key, stamp = (view.book.id, view.fingerprint), _stamp(asking, view)
        with self._lock:
            known = self._known.get(key)
        if known is not None and (known.stamp == stamp or time.monotonic() < known.until):
            return self._lettered(asking, view, known, order)
        began = time.monotonic()
        search = BoundSearch(parts_of(asking, (view,), TRUE, State.ACTIVE))
        counts = facets.counted(asking.tx, search, attributes, None)
        now = time.monotonic()
        made = _Whole(stamp, counts, {}, now + _SHARE * (now - began))
        with self._lock:
            self._known[key] = made
            self._known.move_to_end(key)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return self._lettered(asking, view, made, order)

    @staticmethod
    def _lettered(asking: Asking, view: BookView, whole: _Whole, order: str) -> _Whole:
        if order not in whole.initials:
            is_shown = facets.is_within_all(listed_reach(asking, view)) and _is_by_name(asking, view)
            letters = facets.initials(asking.tx, view.book.id, order) if is_shown else ()
            whole.initials[order] = tuple(written(letter, order) for letter in letters)
        return whole

    def count(self, asking: Asking, view: BookView) -> int:
        """Return how many entries of a book show, exactly."""
        key, stamp = (view.book.id, view.fingerprint), _stamp(asking, view)
        known = self._counts.get(key)
        if known is not None and known[0] == stamp:
            return known[1]
        fresh = entries.count(asking.tx, view.book.id, listed_reach(asking, view))
        if len(self._counts) >= _KEPT:
            self._counts.clear()
        self._counts[key] = (stamp, fresh)
        return fresh

    def choices(self, asking: Asking, view: BookView, counts: Counts) -> tuple[Choice, ...]:
        """Return the most frequent values of each facet with their spelling, taken from one of the entries that have them."""
        taken: dict[str, list[ValueCount]] = {}
        for each in counts.values:
            of_facet = taken.setdefault(each.attribute, [])
            if len(of_facet) < MOST_VALUES:
                of_facet.append(each)
        wanted = [each for some in taken.values() for each in some]
        unknown = [each for each in wanted if not each.spelled and self._key(view, each) not in self._spelled]
        if unknown:
            self._spell(asking, view, unknown)
        return tuple(
            Choice(Facet(each.attribute), each.norm, each.spelled or self._spelled.get(self._key(view, each), each.norm), each.count)
            for each in wanted
        )

    @staticmethod
    def _key(view: BookView, value: ValueCount) -> tuple[int, str, str, str]:
        return (view.book.id, view.book.epoch, value.attribute, value.norm)

    def _spell(self, asking: Asking, view: BookView, values: Sequence[ValueCount]) -> None:
        if len(self._spelled) > _SPELLED:
            self._spelled.clear()
        shown = present(asking, ordering.stored(asking.tx, sorted({each.example for each in values})), with_managers=False, within=(view,))
        for entry in shown:
            said = stored_values(entry.card)
            for each in values:
                for text in said.get(ATTRIBUTES[each.attribute].name, ()):
                    if normalise(each.attribute, text) == each.norm:
                        self._spelled.setdefault(self._key(view, each), text)


def _stamp(asking: Asking, view: BookView) -> tuple[int, str, int]:
    return (view.book.number, view.book.epoch, asking.access_number)


def _is_by_name(asking: Asking, view: BookView) -> bool:
    return asking.rights_in(view).guards_for("cn") is None


def wanted(question: Question) -> Filter:
    """Return what is looked for as a filter in bound form."""
    parts = [typed_words(question.text)] if question.text else []
    for facet, text in question.chosen.items():
        parts.append(Equality(facet.value, fold(text)))
    return TRUE if not parts else parts[0] if len(parts) == 1 else And(tuple(parts))


def readable_facets(asking: Asking, view: BookView) -> tuple[str, ...]:
    """Return the attributes that may be counted by: those that show on every entry. Groups are the people's, for who has an account."""
    rights = asking.rights_in(view)
    return tuple(
        each.value
        for each in Facet
        if rights.guards_for(each.value) is None and not (each is Facet.GROUP and (asking.principal.is_anonymous or view.slug != "people"))
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch of what was found, how much it is, and the ids of all of it if they are known; ``spotted`` where memory has answered."""

    entries: tuple[Entry, ...]
    total: int
    ids: tuple[int, ...] | None = None
    spotted: Spotted | None = None
    pieces: tuple[str, ...] = ()


def browse(asking: Asking, kept: Overviews, view: BookView, question: Question) -> Browsed:
    """Return a stretch of a book, or of what is looked for in it. A text that finds nobody is taken for what it may have meant."""
    if asking.principal.is_anonymous and Facet.GROUP in question.chosen:
        return Browsed((), 0, kept.count(asking, view))
    found = _run(asking, kept, view, question)
    meant: tuple[str, ...] = ()
    instead = False
    if question.text and found.total < _FEW and not question.offset and not question.initial:
        meant = corrections(asking, view, question.text, _Known(asking, kept, view))
        instead = bool(meant) and not found.total
        if instead:
            question = replace(question, text=meant[0])
            found = _run(asking, kept, view, question)
        meant = tuple(_spelled(asking, kept, view, each) for each in meant)
    spotted = found.spotted
    in_book = spotted.in_book if spotted is not None else kept.count(asking, view)
    told = Browsed(found.entries, found.total, in_book, meant=meant, instead=instead, pieces=found.pieces)
    if not question.is_counted:
        return told
    if spotted is not None:
        letters = tuple(written(letter, question.order) for letter in spotted.initials)
        return replace(told, choices=kept.choices(asking, view, Counts(found.total, spotted.values)), initials=letters)
    whole = kept.whole(asking, view, readable_facets(asking, view), question.order) if question.is_everything or question.initial else None
    counts = whole.counts if whole is not None and question.is_everything else _counts(asking, view, question, found.ids)
    return replace(
        told,
        choices=kept.choices(asking, view, counts),
        counts_all=whole is not None or found.total < MOST_COUNTED,
        initials=whole.initials[question.order] if whole is not None else (),
    )


def _run(asking: Asking, kept: Overviews, view: BookView, question: Question) -> _Found:
    """Answer from memory where that can be, else by SQL, to the same effect but that of very much only a part is counted."""
    spotted = _spotted(asking, kept, view, question)
    if spotted is not None:
        return _shown(asking, kept, view, question, spotted)
    found = _by_sql(asking, kept, view, question)
    return replace(found, pieces=tuple(map(question.drawn.draw, found.entries))) if question.drawn is not None else found


def _shown(asking: Asking, kept: Overviews, view: BookView, question: Question, spotted: Spotted) -> _Found:
    """Read the entries of a stretch, or only those that aren't drawn yet."""
    drawn = question.drawn
    known = dict(zip(spotted.ids, spotted.made, strict=False)) if drawn is not None else {}
    lacking = [number for number in spotted.ids if known.get(number) is None]
    stored = ordering.stored(asking.tx, lacking) if lacking else ()
    shown = present(asking, stored, with_managers=False, within=(view,))
    if drawn is None:
        return _Found(shown, spotted.total, spotted=spotted)
    by_uuid = {entry.uuid: drawn.draw(entry) for entry in shown}
    fresh = {one.id: by_uuid[one.row.uuid] for one in stored if one.row.uuid in by_uuid}
    sheet = _sheet(asking, view, drawn)
    if fresh and sheet is not None and kept.crowds is not None:
        kept.crowds.keep(asking, view, sheet, fresh)
    pieces = (known.get(number) or fresh.get(number) for number in spotted.ids)
    return _Found(shown, spotted.total, spotted=spotted, pieces=tuple(piece for piece in pieces if piece is not None))


def _sheet(asking: Asking, view: BookView, drawn: Drawn | None) -> tuple[str, ...] | None:
    """Return who is shown the same of nearly all entries, and how; None where labels say who is shown what."""
    rights = asking.rights_in(view)
    return (rights.view.fingerprint, *drawn.key) if drawn is not None and not rights.labelled else None


def _by_sql(asking: Asking, kept: Overviews, view: BookView, question: Question) -> _Found:
    search = _search(asking, view, question)
    if question.text or question.chosen:
        # Looked for once: what tells whether somebody is meant is what is dear.
        some = store_search.some(asking.tx, search, MOST_COUNTED)
        if len(some) < MOST_COUNTED:
            return _Found(_in_order(asking, view, search, some), len(some), tuple(some))
        if question.text:
            return _Found(_run_dense(asking, view, search), MOST_COUNTED, tuple(some))
    found = store_search.run(asking.tx, search)
    shown = present(asking, found.entries, with_managers=False, within=(view,))
    if found.stopped_by is None and (found.entries or not question.offset):
        ids = tuple(each.id for each in found.entries) if not question.offset else None
        return _Found(shown, question.offset + len(found.entries), ids)
    if question.is_everything:
        return _Found(shown, kept.count(asking, view))
    return _Found(shown, store_search.count(asking.tx, search))


def _spotted(asking: Asking, kept: Overviews, view: BookView, question: Question) -> Spotted | None:
    if kept.crowds is None:
        return None
    tags = tuple((facet.value, fold(text)) for facet, text in question.chosen.items())
    counted = readable_facets(asking, view) if question.is_counted else ()
    sheet = _sheet(asking, view, question.drawn)
    stop = question.offset + question.limit
    looked = Looked(question.text, tags, question.begins, question.offset, stop, counted, sheet, question.order)
    return kept.crowds.spot(asking, view, looked)


class _Known:
    """What corrections have to know of a book, asked for once."""

    def __init__(self, asking: Asking, kept: Overviews, view: BookView) -> None:
        self._asking = asking
        self._kept = kept
        self._view = view
        self._totals: dict[str, int] = {}

    def total(self, text: str) -> int:
        found = self._totals.get(text)
        if found is None:
            spotted = _spotted(self._asking, self._kept, self._view, Question(text, limit=0, is_counted=False))
            found = total(self._asking, (self._view,), typed_words(text)) if spotted is None else spotted.total
            self._totals[text] = found
        return found

    def near(self, word: str, most: int) -> list[tuple[int, str]] | None:
        return self._kept.crowds.near(self._asking, self._view, word, most) if self._kept.crowds is not None else None


def _in_order(asking: Asking, view: BookView, search: BoundSearch, found: list[int]) -> tuple[Entry, ...]:
    limit = search.limit or 0
    told = ranking.in_order(asking.tx, found, search.word, search.order, is_by_name=search.is_by_name, offset=search.offset, limit=limit)
    return present(asking, ordering.stored(asking.tx, told), with_managers=False, within=(view,))


def _run_dense(asking: Asking, view: BookView, search: BoundSearch) -> tuple[Entry, ...]:
    """Return a stretch of very much: whose names begin so first, the others as they come by name."""
    limit = search.limit or 0
    first = store_search.named(asking.tx, search, _MOST_NAMED)
    if first is None:
        # Of more names than that, so many come first as they stand in the book; whoever leafs on gets to everybody.
        among = replace(search, is_dense=True, is_named=search.offset + limit <= _MOST_NAMED)
        return present(asking, store_search.run(asking.tx, among).entries, with_managers=False, within=(view,))
    told = first[search.offset : search.offset + limit]
    shown = present(asking, ordering.stored(asking.tx, told), with_managers=False, within=(view,))
    if len(told) == limit:
        return shown
    rest = replace(search, is_dense=True, without=tuple(first), offset=max(0, search.offset - len(first)), limit=limit - len(told))
    return (*shown, *present(asking, store_search.run(asking.tx, rest).entries, with_managers=False, within=(view,)))


def _search(asking: Asking, view: BookView, question: Question) -> BoundSearch:
    return BoundSearch(
        parts_of(asking, (view,), wanted(question), State.ACTIVE),
        limit=question.limit,
        offset=question.offset,
        word=fold(question.text),
        is_by_name=_is_by_name(asking, view),
        begins=question.begins,
        order=question.order,
    )


def _counts(asking: Asking, view: BookView, question: Question, found: Sequence[int] | None) -> Counts:
    attributes = readable_facets(asking, view)
    if found is not None:
        return facets.counted_among(asking.tx, found, attributes)
    return facets.counted(asking.tx, _search(asking, view, question), attributes, MOST_COUNTED)


def _spelled(asking: Asking, kept: Overviews, view: BookView, text: str) -> str:
    """Return a folded text with its words as somebody has them whom it finds."""
    shown = _run(asking, kept, view, Question(text, limit=1, is_counted=False)).entries
    known = {
        fold(word): word for entry in shown for values in stored_values(entry.card).values() for said in values for word in said.split()
    }
    return " ".join(known.get(word, word) for word in text.split())
