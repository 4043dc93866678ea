# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer in steps on one connection: each step is made when the reader has taken the one before, or when the directory has changed.

Rules of this file: as of ``connection.py``; only ``_make`` runs in a thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from twisted.python.failure import Failure

from dirserver.ldap import access_log, operations
from dirserver.ldap.line import Line, Task
from dirserver.ldap.session import Session, Site
from dirserver.ldap.steps import Steps, Then
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, Result
from dirserver.ldap.workers import Workers
from dirserver.listening.outlet import Outlet

_ENOUGH = Result(Code.ADMIN_LIMIT_EXCEEDED, "too many searches are kept open already; end some, or ask again and again instead")

Made = tuple[bytes, Then]


class Drive:
    """Drives one task. ``on_follow`` is called when nothing is left to tell for now, ``on_end`` once with the last octets."""

    def __init__(self, task: Task, steps: Steps, session: Session, workers: Workers, outlet: Outlet, site: Site) -> None:
        self._task = task
        self._steps = steps
        self._session = session
        self._threads = workers.operations
        self._hub = workers.hub
        self._outlet = outlet
        self._site = site
        self._started = time.perf_counter()
        self._is_admitted = self._is_running = self._is_owed = self._is_following = self._is_over = False
        self._on_follow: Callable[[Task], None] | None = None
        self._on_end: Callable[[Drive, Task, bytes | Failure], None] | None = None

    def start(self, on_follow: Callable[[Task], None], on_end: Callable[[Drive, Task, bytes | Failure], None]) -> None:
        """Begin, unless there are too many that stay."""
        self._on_follow, self._on_end = on_follow, on_end
        if self._steps.is_persistent:
            if not self._hub.admit(self._session.principal.account_id):
                refused = operations.refusal_of(self._task.message, _ENOUGH)
                self._end(b"".join(encode.message(self._task.message.id, answer) for answer in refused))
                return
            self._is_admitted = True
        self._step()

    def go_on(self) -> None:
        """The reader has taken everything, or the task was cancelled: do what that makes possible."""
        if self._is_running or self._is_over:
            return
        if self._task.is_cancelled:
            self._end(b"")
        elif self._is_owed and not self._outlet.is_clogged:
            self._is_owed = False
            if self._is_following:
                self._hub.due(self)
            else:
                self._step()

    def look(self) -> bool:
        """Begin a step in a turn that the hub gave; False if the reader is behind: it will ask for another turn."""
        if self._is_over or self._task.is_cancelled:
            return False
        if self._outlet.is_clogged:
            self._is_owed = True
            return False
        self._step()
        return True

    def _step(self) -> None:
        self._is_running = True
        self._threads.run(self._make, self._made)

    def _make(self) -> Made:
        step = self._steps.next()
        if step.then is Then.END:
            access_log.note(self._site, self._task.message, self._session, step.answers[-1], entries=step.entries, started=self._started)
        return b"".join([encode.message(self._task.message.id, answer) for answer in step.answers]), step.then

    def _made(self, outcome: Made | Failure) -> None:
        self._is_running = False
        if self._is_following:
            self._hub.done()
        if self._task.is_cancelled:
            self._end(b"")
        elif isinstance(outcome, Failure):
            self._end(outcome)
        elif outcome[1] is Then.END:
            self._end(outcome[0])
        else:
            self._go_further(*outcome)

    def _go_further(self, octets: bytes, then: Then) -> None:
        self._outlet.promise(len(octets))
        self._outlet.write(octets)
        if self._is_over:
            return
        if then is Then.WAIT and not self._is_following:
            self._is_following = True
            if self._on_follow is not None:
                self._on_follow(self._task)
            self._hub.wait(self)
        elif then is Then.MORE and self._is_following:
            # Behind the others: who has much to hear keeps nobody waiting.
            self._hub.due(self)
        elif then is Then.MORE and self._outlet.is_clogged:
            self._is_owed = True
        elif then is Then.MORE:
            self._step()

    def _end(self, outcome: bytes | Failure) -> None:
        self._is_over = True
        self._hub.forget(self)
        if self._is_admitted:
            self._hub.release(self._session.principal.account_id)
        if self._on_end is not None:
            self._on_end(self, self._task, outcome)


class Drives:
    """The drives of one connection. ``go_on_reading`` lets it do what waited, ``finish`` ends a task with its last octets."""

    def __init__(self, line: Line, *, go_on_reading: Callable[[], None], finish: Callable[[Task, bytes | Failure], None]) -> None:
        self._line = line
        self._go_on_reading = go_on_reading
        self._finish = finish
        self._running: tuple[Drive, ...] = ()

    def begin(self, drive: Drive) -> None:
        """Begin an answer in steps."""
        self._running += (drive,)
        drive.start(self._follow, self._end)

    def go_on(self) -> None:
        """The reader has taken everything, or tasks were cancelled."""
        for drive in self._running:
            drive.go_on()

    def close(self) -> None:
        """The connection is gone: go on to the end, and let go of it, or only the collector of cycles would find it."""
        self.go_on()
        if not self._running:
            self._go_on_reading, self._finish = _nothing, _nothing

    def abandon_followed(self) -> None:
        """Drop those that have told all there was and stay."""
        self._line.abandon_followed()
        self.go_on()

    def _follow(self, task: Task) -> None:
        self._line.follow(task)
        self._go_on_reading()

    def _end(self, drive: Drive, task: Task, outcome: bytes | Failure) -> None:
        self._running = tuple(other for other in self._running if other is not drive)
        self._finish(task, outcome)


def _nothing(*_told: object) -> None:
    pass
