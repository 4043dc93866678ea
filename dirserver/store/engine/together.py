# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of one process over SQLite: one at a time, and those who are brief share the commit.

A commit waits for the disk, longer than a phone's PUT works, and SQLite has one writer at a time. So a brief writer that is done
hands its open transaction on to the next one that waits, if that is brief as well, and nobody is told of success before all of it
is committed. Who fails takes back what is theirs, to a savepoint. What changes anybody's rights is never handed on: rights are
remembered by their number, which must not be seen before it stands. See decision 0031.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import PoolProxiedConnection

from dirserver.errors import DirserverError, NoRoom, Unavailable

MOST = 32
"""Writers of one commit."""
LONGEST_S = 0.02
"""How long a transaction is handed on, counted from its beginning: writers of other processes wait as well."""
_LOOK_AGAIN_S = 0.05
NO_ANSWER = "the database does not answer now; try again"
"""What is said where the database is locked or down."""


class Ends(Protocol):
    """How transactions of one connection end."""

    def end(self, pooled: PoolProxiedConnection) -> None:
        """Commit. Raises what the driver raises, or what that means."""
        ...

    def drop(self, pooled: PoolProxiedConnection, error: BaseException) -> DirserverError | None:
        """Roll back for an error; return what it means to the rooms above."""
        ...

    def over(self) -> None:
        """Let other processes write: the transaction is over. More than once is fine."""
        ...

    def meant(self, error: BaseException) -> DirserverError | None:
        """Return what an error means to the rooms above."""
        ...

    def run(self, pooled: PoolProxiedConnection, statement: str) -> None:
        """Run a statement."""
        ...

    def is_open(self, pooled: PoolProxiedConnection) -> bool:
        """Tell whether the transaction is still there: a full disk ends it by itself."""
        ...


@dataclass(slots=True, eq=False)
class Joint:
    """One transaction of one or several writers; ``members`` are those whose changes are in it already.

    ``done`` is there from when it was handed on first.
    """

    pooled: PoolProxiedConnection
    since: float
    members: int = 0
    done: threading.Event | None = None
    error: BaseException | None = None


class Turns:
    """Whose turn it is to write. Safe for threads."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._turn = threading.Lock()
        self._brief: deque[None] = deque()
        self._now: Joint | None = None
        self._handed: Joint | None = None

    def take(self, wait_s: float, *, is_brief: bool) -> Joint | None:
        """Wait for one's turn; return the transaction that was handed on, None where one has to be begun. Raises Unavailable.

        Whatever happens from here on, the turn has to be given back: by ``commit``, ``undo`` or ``give``.
        """
        if not self._turn.acquire(blocking=False):
            if is_brief:
                self._brief.append(None)
            try:
                is_mine = self._turn.acquire(timeout=wait_s)
            finally:
                if is_brief:
                    self._brief.pop()
            if not is_mine:
                raise Unavailable(NO_ANSWER)
        joint, self._handed = self._handed, None
        if joint is None:
            return None
        try:
            if is_brief:
                self._ends.run(joint.pooled, "SAVEPOINT one")
                self._now = joint
                return joint
        except BaseException as error:
            self._lose(joint, error)
            self._turn.release()
            meant = self._ends.meant(error)
            if meant is None:
                raise
            raise meant from error
        self._settle(joint)
        return None

    def begun(self, pooled: PoolProxiedConnection) -> None:
        """Take note of the transaction that was begun."""
        self._now = Joint(pooled, time.monotonic())

    def give(self) -> None:
        """Give back the turn without a transaction."""
        self._now = None
        self._ends.over()
        self._turn.release()

    def commit(self, *, is_brief: bool) -> None:
        """Commit, alone or with those who come next; returns when that is done. Raises what the commit raised."""
        joint = self._current()
        try:
            if joint.members:
                self._ends.run(joint.pooled, "RELEASE one")
        except BaseException as error:
            self._lose(joint, error)
            self._turn.release()
            raise
        joint.members += 1
        if is_brief and self._brief and joint.members < MOST and time.monotonic() - joint.since < LONGEST_S:
            done = joint.done = joint.done or threading.Event()
            self._handed = joint
            self._turn.release()
            self._await(joint, done)
        else:
            self._settle(joint)
            self._turn.release()
        if joint.error is not None and joint.members == 1:
            raise joint.error
        if joint.error is not None:
            # Each of them gets an error of their own: one that several threads raise gathers all their tracebacks.
            reason = joint.error.public_message if isinstance(joint.error, DirserverError) else NO_ANSWER
            raise (NoRoom if isinstance(joint.error, NoRoom) else Unavailable)(reason) from joint.error

    def undo(self, error: BaseException) -> DirserverError | None:
        """Take back one's own changes for an error; those of others in the same transaction stay. Returns what the error means."""
        joint = self._current()
        if not joint.members:
            try:
                return self._ends.drop(joint.pooled, error)
            finally:
                self._ends.over()
                self._turn.release()
        try:
            self._ends.run(joint.pooled, "ROLLBACK TO one")
            self._ends.run(joint.pooled, "RELEASE one")
        except BaseException as lost:  # noqa: BLE001 # the error that goes on is the first one
            self._lose(joint, lost)
        else:
            self._settle(joint)
        self._turn.release()
        return self._ends.meant(error)

    def _current(self) -> Joint:
        joint, self._now = self._now, None
        if joint is None:
            raise RuntimeError("there is no transaction to end")
        return joint

    def _settle(self, joint: Joint) -> None:
        if not self._ends.is_open(joint.pooled):
            self._lose(joint, Unavailable(NO_ANSWER))
            return
        try:
            self._ends.end(joint.pooled)
        except BaseException as error:  # noqa: BLE001 # raised in the threads of its members
            self._lose(joint, error)
        else:
            self._ends.over()
            _tell(joint)

    def _lose(self, joint: Joint, error: BaseException) -> None:
        try:
            joint.error = self._ends.drop(joint.pooled, error) or error
        finally:
            self._ends.over()
            _tell(joint)

    def _await(self, joint: Joint, done: threading.Event) -> None:
        while not done.wait(_LOOK_AGAIN_S):
            # Who was to go on with it may have given up waiting at that very moment.
            if self._turn.acquire(blocking=False):
                if self._handed is joint:
                    self._handed = None
                    self._settle(joint)
                self._turn.release()


def _tell(joint: Joint) -> None:
    if joint.done is not None:
        joint.done.set()
