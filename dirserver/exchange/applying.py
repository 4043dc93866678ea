# SPDX-License-Identifier: GPL-3.0-or-later
"""Do what a plan says: one transaction, one batch, all of it or nothing; and take it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import BookView, Draft, Undone
from dirserver.directory.writing import Writing
from dirserver.errors import BadInput, Conflict, NotAllowed
from dirserver.exchange.deciding import Action, Decision, Judge, Stage
from dirserver.exchange.lookup import Lookup
from dirserver.exchange.planning import Plan
from dirserver.exchange.row import Notes, in_chunks
from dirserver.exchange.source import Progress
from dirserver.model.names import BatchId
from dirserver.model.principal import Principal

BATCH_KIND = "import"


class BadRows(Enum):
    """What to do about rows that the plan refuses: import nothing at all, or everything else."""

    STOP = "stop"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import did. ``batch`` is the name by which it is undone, None if there was nothing to do."""

    batch: BatchId | None
    added: int
    changed: int
    unchanged: int
    skipped: int


def apply(
    plan: Plan, directory: Directory, principal: Principal, *, bad_rows: BadRows = BadRows.STOP, progress: Progress | None = None
) -> Applied:
    """Read the file of ``plan`` again and write it, as one batch.

    Each row is decided anew on what is stored now. Raises BadInput if rows are refused (unless they are to be skipped), or for
    one that turns out to be bad; Conflict if the file or the directory has changed since the plan in a way that matters.
    Whatever it raises has changed nothing.
    """
    if not plan.is_clean and bad_rows is BadRows.STOP:
        first = "; ".join(str(problem) for problem in plan.problems if problem.line in plan.refused_lines)[:600]
        raise BadInput(f"{plan.refused} of {plan.rows} rows can't be imported, so nothing was: {first}")
    with directory.writing(principal) as writing:
        work = _Work(writing, writing.book(plan.book), plan)
        with plan.source.open(None if progress is None else lambda octets: progress(octets, plan.source.size)) as stream:
            lookup = Lookup(writing, work.book)
            judge = Judge(lookup, work.book, plan.keys, stage=Stage.APPLY, refused_lines=plan.refused_lines)
            for chunk in in_chunks(plan.layout.rows(stream, Notes())):
                lookup.prepare(chunk)
                for row in chunk:
                    work.take(None if row.line in plan.refused_lines else judge.decide(row))
                work.flush()
        if stream.digest != plan.digest:
            raise Conflict(f"{plan.source.name} has changed since the plan was made; nothing was imported, plan it again")
        return Applied(work.batch, work.added, work.changed, work.unchanged, work.skipped)


def undo(directory: Directory, principal: Principal, batch: BatchId) -> Undone:
    """Take an import back: what it added goes to the trash, what it changed gets its old card, unless changed again since."""
    with directory.writing(principal) as writing:
        return writing.undo_batch(batch)


class _Work:
    """What is on its way into the book: new entries go in by hundreds, changes one by one."""

    def __init__(self, writing: Writing, book: BookView, plan: Plan) -> None:
        self.book = book
        self.batch: BatchId | None = None
        self.added = self.changed = self.unchanged = self.skipped = 0
        self._writing = writing
        self._note = f"{plan.source.name} into {plan.book}"
        self._waiting: list[tuple[int, Draft]] = []

    def take(self, decision: Decision | None) -> None:
        """Begin or do what was decided; None is a row that is skipped."""
        if decision is None:
            self.skipped += 1
        elif decision.action is Action.REFUSE:
            raise Conflict(f"{decision.problems[0]} (this was not so in the plan; nothing was imported, plan it again)")
        elif decision.action is Action.UNCHANGED:
            self.unchanged += 1
        elif decision.draft is not None:
            self._begin()
            self._waiting.append((decision.row.line, decision.draft))
        else:
            self._change(decision)

    def flush(self) -> None:
        """Write the new entries that wait."""
        if not self._waiting:
            return
        first, last = self._waiting[0][0], self._waiting[-1][0]
        with _told(f"lines {first} to {last}"):
            self.added += self._writing.add_all(self.book, [draft for _, draft in self._waiting])
        self._waiting.clear()

    def _change(self, decision: Decision) -> None:
        entry = decision.entry
        if entry is None:
            return
        self._begin()
        with _told(f"line {decision.row.line}"):
            if decision.card is not None:
                self._writing.replace_card(entry.uuid, decision.card)
            else:
                self._writing.modify(entry.uuid, decision.modifications)
        self.changed += 1

    def _begin(self) -> None:
        if self.batch is None:
            self.batch = self._writing.begin_batch(BATCH_KIND, self._note)


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Put the place in the file before the message of what the directory refuses."""
    try:
        yield
    except (BadInput, Conflict, NotAllowed) as error:
        kind = next(kind for kind in (BadInput, Conflict, NotAllowed) if isinstance(error, kind))
        raise kind(f"{where}: {error.public_message}; nothing was imported") from error
