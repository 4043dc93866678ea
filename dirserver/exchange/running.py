# SPDX-License-Identifier: GPL-3.0-or-later
"""Long imports that go on beside the pages, in a thread of whichever process was asked; how far they are is in the database.

What is imported is one transaction as ever: when the process ends before it, nothing was imported. While that transaction writes,
SQLite lets nobody write how far it is: it is in the memory too that the processes share (``beats``), and the further of both is told.
"""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from dirserver.directory.directory import Directory
from dirserver.errors import Conflict, DirserverError, Unavailable
from dirserver.exchange import beats
from dirserver.exchange.applying import BadRows, apply
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.planning import plan
from dirserver.exchange.workbench import Upload
from dirserver.model.principal import Principal
from dirserver.store.engine.opening import Store
from dirserver.store.uploads import import_runs
from dirserver.store.uploads.import_runs import RunRow

_log = structlog.get_logger(__name__)
_US = 1_000_000
_SILENT_US = 15 * 60 * _US
_PASSES = 3
_UNEXPECTED = "an unexpected fault; nothing was imported"


class Run(StrEnum):
    """Where an import stands. LOST: it hasn't been heard of for long; whether it was done, the batches of the book say."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an import is, in hundredths; ``reason`` says why it failed."""

    run: Run
    percent: int
    reason: str


class Runs:
    """Imports in threads of this process. Safe for threads. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, directory: Directory, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock

    def begin(self, account_id: int, upload: Upload, mapping: ColumnMapping, principal: Principal, bad_rows: BadRows) -> threading.Thread:
        """Import somebody's file from now on, and return the thread that does; it closes the file.

        Conflict while it is being imported already: the file stays open.
        """
        with self._store.writing() as tx:
            before = import_runs.fetch(tx, upload.id, account_id, upload.slug)
            if before is not None and self._told(before).run in {Run.RUNNING, Run.DONE}:
                raise Conflict("this file is being imported, or was already")
            import_runs.put(tx, RunRow(upload.id, Run.RUNNING, 0, upload.source.size * _PASSES, "", self._clock()))
        beats.forget(upload.id)
        # Who imports from where is said for a thread; the audit trail wants it said in this one too.
        context = contextvars.copy_context()
        worker = threading.Thread(
            target=context.run, args=(self._run, upload, mapping, principal, bad_rows), name=f"import {upload.id}", daemon=True
        )
        worker.start()
        return worker

    def standing(self, account_id: int, upload_id: str, slug: str) -> Standing | None:
        """Return how far the import of somebody's file into a book is, None where none was begun."""
        with self._store.reading() as tx:
            row = import_runs.fetch(tx, upload_id, account_id, slug)
        return None if row is None else self._told(row)

    def _told(self, row: RunRow) -> Standing:
        done, beat_us = row.done, row.beat_us
        beat = beats.latest(row.upload_id) if row.state == Run.RUNNING else None
        if beat is not None:
            done, beat_us = max(done, beat.done), max(beat_us, beat.at_us)
        is_lost = row.state == Run.RUNNING and beat_us < self._clock() - _SILENT_US
        return Standing(Run.LOST if is_lost else Run(row.state), min(100 * done // max(row.total, 1), 99), row.reason)

    def _run(self, upload: Upload, mapping: ColumnMapping, principal: Principal, bad_rows: BadRows) -> None:
        size = upload.source.size
        try:
            made = plan(
                upload.source,
                directory=self._directory,
                principal=principal,
                book=upload.slug,
                mapping=mapping,
                progress=_Beat(lambda done: self._beat(upload.id, done), self._clock),
            )
            with_offset = _Beat(lambda done: self._beat(upload.id, 2 * size + done), self._clock)
            apply(made, self._directory, principal, bad_rows=bad_rows, progress=with_offset)
        except DirserverError as error:
            self._end(upload.id, Run.FAILED, error.public_message)
        except Exception:  # noqa: BLE001 # the outermost frame of the thread: whoever waits is told
            _log.exception("an import failed")
            self._end(upload.id, Run.FAILED, _UNEXPECTED)
        else:
            self._end(upload.id, Run.DONE, "")
        finally:
            upload.close()

    def _beat(self, upload_id: str, done: int) -> None:
        now = self._clock()
        beats.note(upload_id, beats.Beat(done, now))
        with contextlib.suppress(Conflict, Unavailable), self._store.writing_if_free() as tx:
            import_runs.beat(tx, upload_id, done, now)

    def _end(self, upload_id: str, run: Run, reason: str) -> None:
        # Conflict: the file was forgotten meanwhile, for newer ones; nobody waits for it any more.
        with contextlib.suppress(Conflict), self._store.writing() as tx:
            import_runs.put(tx, RunRow(upload_id, run, 1, 1, reason[:1000], self._clock()))
            if run is Run.DONE:
                import_runs.drop_octets(tx, upload_id)
        beats.forget(upload_id)


class _Beat:
    """Tells how far something is, once a second at most."""

    def __init__(self, tell: Callable[[int], None], clock: Callable[[], int]) -> None:
        self._tell = tell
        self._clock = clock
        self._told_us = 0

    def __call__(self, done: int, _total: int) -> None:
        now = self._clock()
        if now - self._told_us >= _US:
            self._told_us = now
            self._tell(done)
