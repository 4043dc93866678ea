# SPDX-License-Identifier: GPL-3.0-or-later
"""One row of a file to import, whatever the format: what a CSV record, an LDIF record or a vCard comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dirserver.card.card import Card
from dirserver.exchange.problem import Problem

Values = Mapping[str, tuple[str | bytes, ...]]
"""Values by canonical attribute name; () removes what is stored."""

_MOST_NAMES = 200
_CHUNK_ROWS = 500
_CHUNK_OCTETS = 8_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``line`` is where it begins. ``uuid`` and ``name`` (uid) say which entry is meant, as far as the file does.

    A vCard brings a whole ``card``; the other formats bring ``values``, where references (manager, ...) are still as written.
    ``dn``: the name that an LDIF record has in its own tree. ``problems``: what its reader found; a refused row has nothing else.
    """

    line: int
    uuid: str | None = None
    name: str | None = None
    values: Values = field(default_factory=dict)
    card: Card | None = None
    dn: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def weight(self) -> int:
        """About how many octets it takes."""
        if self.card is not None:
            return sum(len(each.value) for each in self.card.properties)
        return sum(len(value) for values in self.values.values() for value in values)


def in_chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows some hundreds at a time, fewer where they are large: what is in memory at once."""
    chunk: list[Row] = []
    weight = 0
    for row in rows:
        chunk.append(row)
        weight += row.weight
        if len(chunk) >= _CHUNK_ROWS or weight >= _CHUNK_OCTETS:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


@dataclass(slots=True)
class Notes:
    """What a reader passes over, counted by name; at most 200 names, so that no file fills the memory."""

    unknown: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def pass_over(self, name: str) -> None:
        """Count a column or attribute that nobody knows."""
        _count(self.unknown, name)

    def leave_out(self, what: str) -> None:
        """Count something that is known and isn't imported."""
        _count(self.left_out, what)


def _count(counter: Counter[str], name: str) -> None:
    if name in counter or len(counter) < _MOST_NAMES:
        counter[name] += 1
