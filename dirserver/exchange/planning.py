# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of an import: what would happen, row by row, without changing anything.

A file is read three times, never held: once for the keys of its rows (a uuid may not come twice, a manager may stand
further down), once to decide, once to apply. What a plan keeps grows by a few dozen octets a row, not with the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from dirserver.card.fields import attributes
from dirserver.directory.directory import Directory
from dirserver.errors import NotAllowed
from dirserver.exchange.deciding import Action, Decision, Judge
from dirserver.exchange.doubting import doubt
from dirserver.exchange.keys import By, Keys
from dirserver.exchange.layout import FileFormat, Layout, find_layout
from dirserver.exchange.lookup import Lookup
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.problem import Problem, Severity
from dirserver.exchange.row import Notes, Row, in_chunks
from dirserver.exchange.source import Progress, Source
from dirserver.exchange.workbook import table_of
from dirserver.model.fold import fold
from dirserver.model.names import Slug
from dirserver.model.principal import Principal

MOST_TOLD = 1_000
"""Problems and similar entries that a plan tells in full; the rest is only counted."""

_NO_MAPPING = ColumnMapping()


@dataclass(frozen=True, slots=True)
class Similar:
    """A row that would be added although an entry of the book has its mail address: perhaps the same person."""

    line: int
    mail: str
    uuid: str
    name: str
    display: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. ``problems`` and ``similar`` hold the first MOST_TOLD, ``refused`` and ``doubts`` count all.

    ``unknown_columns``: headers or attributes that nobody knows, with how often they came; ``left_out``: what is known and
    isn't imported. Nothing of it holds a row: ``apply`` reads the file again, and refuses if it has changed.
    """

    source: Source
    layout: Layout
    book: Slug
    digest: bytes = field(repr=False)
    keys: Keys = field(repr=False)
    rows: int
    to_add: int
    to_change: int
    unchanged: int
    refused: int
    doubts: int
    problems: tuple[Problem, ...]
    similar: tuple[Similar, ...]
    similar_in_all: int
    unknown_columns: Mapping[str, int]
    left_out: Mapping[str, int]
    refused_lines: frozenset[int] = field(repr=False)

    @property
    def format(self) -> FileFormat:
        """What the file is."""
        return self.layout.format

    @property
    def is_clean(self) -> bool:
        """True if no row is refused."""
        return self.refused == 0


def plan(
    source: BinaryIO | Path | Source,
    *,
    directory: Directory,
    principal: Principal,
    book: str,
    format: FileFormat = FileFormat.AUTO,  # noqa: A002 -- the word that everybody looks for
    mapping: ColumnMapping | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Read a file and say what importing it into ``book`` would do.

    BadInput, with file and line, for what can't be read on (a wrong encoding, a quote that is never closed); NotFound for a book
    that the principal can't see. ``progress`` counts the octets of two passes.
    """
    given = table_of(Source.of(source))
    with given.blamed():
        layout = find_layout(given, format, mapping or _NO_MAPPING)
        keys, twins, digest = _collect(given, layout, progress)
    tally = _Tally({column.attribute.name: column.header for column in layout.columns if column.attribute is not None})
    with directory.reading(principal) as reading:
        view = reading.book(book)
        if view.stands_alone:
            raise NotAllowed(f"'{view.slug}' shows a label: nothing can be imported into it")
        lookup = Lookup(reading, view)
        judge = Judge(lookup, view, keys)
        with given.open(_watch(progress, given, first=given.size)) as stream:
            for chunk in in_chunks(layout.rows(stream, tally.notes)):
                lookup.prepare(chunk)
                added = [row for row in chunk if tally.count(_decide(judge, row, twins)) is Action.ADD]
                tally.look_for_similar(added, lookup)
    return tally.plan(given, layout, view.slug, digest, keys)


def _decide(judge: Judge, row: Row, twins: Mapping[int, Problem]) -> Decision:
    twin = twins.get(row.line)
    return judge.decide(row) if twin is None else Decision(row, Action.REFUSE, (*row.problems, twin))


def _collect(source: Source, layout: Layout, progress: Progress | None) -> tuple[Keys, dict[int, Problem], bytes]:
    """Pass over the file for its keys; give them, the rows that come twice, and what the file is."""
    keys = Keys()
    twins: dict[int, Problem] = {}
    with source.open(_watch(progress, source)) as stream:
        for row in layout.rows(stream, Notes()):
            twin = keys.take(row)
            if twin is not None:
                twins[row.line] = _twin(row, *twin)
    return keys, twins, stream.digest


def _twin(row: Row, by: By, line: int) -> Problem:
    remedy = "take one of the two out" if by in (By.UUID, By.UID) else "give it another uid, or take one of the two out"
    return Problem(row.line, by.value, f"line {line} has the same {by.value}", remedy)


def _watch(progress: Progress | None, source: Source, first: int = 0) -> _Watch | None:
    return None if progress is None else _Watch(progress, first, source.size * 2)


@dataclass(frozen=True, slots=True)
class _Watch:
    """Turns the octets of one pass into progress over all of them."""

    progress: Progress
    first: int
    total: int

    def __call__(self, octets: int) -> None:
        self.progress(self.first + octets, self.total)


@dataclass(slots=True)
class _Tally:
    """What a plan comes to, counted as it is made. ``headers``: what the file calls the attributes, where it calls them anything."""

    headers: Mapping[str, str]
    actions: Counter[Action] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    doubts: int = 0
    similar: list[Similar] = field(default_factory=list)
    similar_in_all: int = 0
    refused_lines: set[int] = field(default_factory=set)
    notes: Notes = field(default_factory=Notes)

    def count(self, decision: Decision) -> Action:
        row = decision.row
        self.actions[decision.action] += 1
        if decision.action is Action.REFUSE:
            self.refused_lines.add(row.line)
        self._tell(*decision.problems, *doubt(row, self.headers))
        return decision.action

    def _tell(self, *problems: Problem) -> None:
        self.doubts += sum(problem.severity is Severity.DOUBTFUL for problem in problems)
        told = problems[: MOST_TOLD - len(self.problems)]
        self.problems += [replace(problem, column=self.headers.get(problem.column, problem.column)) for problem in told]

    def look_for_similar(self, added: Sequence[Row], lookup: Lookup) -> None:
        lines = {fold(str(mail)): row.line for row in added for mail in row.values.get("mail", ())}
        for entry in lookup.with_mails(lines) if lines else ():
            for mail in attributes(entry.card).get("mail", ()):
                line = lines.get(fold(mail))
                if line is None:
                    continue
                self.similar_in_all += 1
                if len(self.similar) < MOST_TOLD:
                    self.similar.append(Similar(line, mail, entry.uuid, entry.name, entry.display))

    def plan(self, source: Source, layout: Layout, book: Slug, digest: bytes, keys: Keys) -> Plan:
        actions = self.actions
        return Plan(
            source=source,
            layout=layout,
            book=book,
            digest=digest,
            keys=keys,
            rows=actions.total(),
            to_add=actions[Action.ADD],
            to_change=actions[Action.CHANGE],
            unchanged=actions[Action.UNCHANGED],
            refused=actions[Action.REFUSE],
            doubts=self.doubts,
            problems=tuple(self.problems),
            similar=tuple(self.similar),
            similar_in_all=self.similar_in_all,
            unknown_columns=MappingProxyType(dict(self.notes.unknown)),
            left_out=MappingProxyType(dict(self.notes.left_out)),
            refused_lines=frozenset(self.refused_lines),
        )
