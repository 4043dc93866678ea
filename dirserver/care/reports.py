# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures about a book, for people who decide: how complete it is, how old, how it grows, what is wrong with it, by label.

Each is a table, so that pages can draw it, and commands and programs can print it. Numbers come from SQL, not from a walk over cards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from dirserver.access.stewardship import may_merge, require_steward
from dirserver.care.ages import DAY_US
from dirserver.care.likeness import Lane
from dirserver.directory.directory import Directory
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.model.attribute import find
from dirserver.model.book import BookKind
from dirserver.model.client import Family
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import usage
from dirserver.store.care import findings, suspects
from dirserver.store.engine.opening import ReadTx, Store

_FIELDS = ("cn", "givenName", "sn", "mail", "telephoneNumber", "mobile", "title", "o", "ou", "l", "manager", "jpegPhoto", "birthDate")
_MONTHS = 12
_FAMILIES = {family.label: family for family in Family}
NEVER_USED = "never-used"


class Topic(StrEnum):
    """What a figure is about. The words are in URLs and scripts, and stay."""

    COMPLETENESS = "completeness"
    AGE = "age"
    GROWTH = "growth"
    DUPLICATES = "duplicates"
    LABELS = "labels"
    DEVICES = "devices"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a figure: its word, its count, and out of how many (0: nothing to say).

    The word is an attribute, a month, a lane, a label's name, a family of clients, "ldap" or ``NEVER_USED``.
    """

    word: str
    count: int
    of: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure."""

    topic: Topic
    rows: tuple[Row, ...]


class Reports:
    """The figures of a directory. Safe for threads."""

    def __init__(self, store: Store, directory: Directory, days: int, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._directory = directory
        self._days = days
        self._clock = clock

    def figures(self, principal: Principal, slug: Slug) -> tuple[Figure, ...]:
        """Return the figures of a book, as far as the asker may know them. NotFound, NotAllowed."""
        with self._directory.reading(principal) as reading:
            book = reading.book(slug)
            require_steward(book.in_general, book.name)
            labels = _labels(reading, book)
        with self._store.reading() as tx:
            made = [self._completeness(tx, book), self._ages(tx, book), self._growth(tx, book)]
            if may_merge(book.in_general):
                found = suspects.counts(tx, book.book.id)
                made.append(Figure(Topic.DUPLICATES, tuple(Row(lane.value, found.get(lane.value, 0)) for lane in Lane)))
            made.append(labels)
            if book.book.kind is BookKind.PEOPLE:
                made.append(_devices(tx))
        return tuple(figure for figure in made if figure.rows)

    def _completeness(self, tx: ReadTx, book: BookView) -> Figure:
        names = [name for name in _FIELDS if book.in_general.may_read(name)]
        total = suspects.count_active(tx, book.book.id)
        counts = findings.filled(tx, book.book.id, [name.lower() for name in names])
        rows = tuple(Row(name, counts.get(name.lower(), 0), total) for name in names if find(name) is not None)
        return Figure(Topic.COMPLETENESS, rows)

    def _ages(self, tx: ReadTx, book: BookView) -> Figure:
        now = self._clock()
        days = (self._days // 2, self._days, self._days * 2)
        counts = findings.ages(tx, book.book.id, (now + 1, *(now - day * DAY_US for day in days)))
        words = (f"0-{days[0]}", f"{days[0]}-{days[1]}", f"{days[1]}-{days[2]}", f"{days[2]}-")
        parts = [count - older for count, older in zip(counts, (*counts[1:], 0), strict=True)]
        return Figure(Topic.AGE, tuple(Row(word, count, counts[0]) for word, count in zip(words, parts, strict=True)))

    def _growth(self, tx: ReadTx, book: BookView) -> Figure:
        now = datetime.fromtimestamp(self._clock() / 1_000_000, UTC)
        months = [_month_before(now, back) for back in range(_MONTHS - 1, -1, -1)]
        ends = [round(_next_month(month).timestamp() * 1_000_000) for month in months]
        counts = findings.made(tx, book.book.id, ends)
        return Figure(Topic.GROWTH, tuple(Row(f"{month:%Y-%m}", count) for month, count in zip(months, counts, strict=True)))


def _labels(reading: Reading, book: BookView) -> Figure:
    return Figure(Topic.LABELS, tuple(Row(entry.display, count) for entry, count in reading.labels(book)))


def _devices(tx: ReadTx) -> Figure:
    counts: Counter[str] = Counter()
    for use in usage.devices(tx):
        if not use.door:
            counts[NEVER_USED] += use.count
        else:
            counts[_FAMILIES.get(use.program, Family.OTHER).value if use.door == Door.DAV else use.door] += use.count
    total = counts.total()
    return Figure(Topic.DEVICES, tuple(Row(word, count, total) for word, count in counts.most_common()))


def _month_before(now: datetime, back: int) -> datetime:
    months = now.year * 12 + now.month - 1 - back
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _next_month(month: datetime) -> datetime:
    return _month_before(month, -1)
