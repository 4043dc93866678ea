# SPDX-License-Identifier: GPL-3.0-or-later
"""The order in which one connection's requests are worked on (RFC 4511 sections 4.2.1 and 4.11).

Requests may run side by side, but a bind waits until those before it are done, and those behind it wait for the bind: nothing
runs as somebody that the connection no longer is, or not yet. Writes are made in the order in which they came: a client may
add an entry and change it in one breath.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import Enum

from dirserver.ldap.kept.at_once import Waiting
from dirserver.ldap.rootdse import START_TLS
from dirserver.ldap.wire.message import (
    AddRequest,
    BindRequest,
    DeleteRequest,
    ExtendedRequest,
    Message,
    ModifyDNRequest,
    ModifyRequest,
    Request,
    Unreadable,
)


class Task:
    """One request from its arrival to its last answer.

    ``is_cancelled`` is set by the connection and read by the thread that works: from then on nothing more is sent for it.
    ``cancelled_by`` is the number of the request that wanted it so and waits to be told. ``is_seen``: somebody has
    looked whether it can be answered at once, which is no more than what is ``waiting``.
    """

    __slots__ = ("cancelled_by", "is_cancelled", "is_seen", "message", "waiting")

    def __init__(self, message: Message) -> None:
        self.message = message
        self.is_seen = False
        self.waiting: Waiting | None = None
        self.is_cancelled = False
        self.cancelled_by: int | None = None

    def look(self, waiting: Waiting | None) -> None:
        """Keep what a look has shown."""
        self.is_seen, self.waiting = True, waiting

    @property
    def is_alone(self) -> bool:
        """True if nothing may run beside it, and it can't be abandoned (RFC 4511 sections 4.2.1, 4.11 and 4.14.1)."""
        operation = self.message.operation
        return self.is_bind or (isinstance(operation, ExtendedRequest) and operation.oid == START_TLS)

    @property
    def is_bind(self) -> bool:
        """True if whoever was signed in no longer is."""
        operation = self.message.operation
        return isinstance(operation, BindRequest) or (isinstance(operation, Unreadable) and operation.request is Request.BIND)

    @property
    def is_write(self) -> bool:
        """True if it changes an entry."""
        return isinstance(self.message.operation, AddRequest | ModifyRequest | DeleteRequest | ModifyDNRequest)


class Cancelling(Enum):
    """What became of the wish to cancel a request."""

    DONE = "it had not begun, and won't"
    WILL_END = "it has been told to stop"
    UNKNOWN = "nothing of this number is going on"
    NOT_THIS = "what it does can't be stopped"


class Line:
    """The requests of one connection that have come and aren't answered."""

    def __init__(self, *, max_running: int, max_waiting: int) -> None:
        self._max_running = max_running
        self._max_waiting = max_waiting
        self._waiting: deque[Task] = deque()
        self._running: list[Task] = []
        self._followed: list[Task] = []

    @property
    def is_full(self) -> bool:
        """True when no more requests should be read for now."""
        return len(self._waiting) >= self._max_waiting

    @property
    def is_empty(self) -> bool:
        """True when every request has been answered."""
        return not self._waiting and not self._running and not self._followed

    @property
    def is_following(self) -> bool:
        """True while a request stays to tell what changes."""
        return bool(self._followed)

    def add(self, message: Message) -> Task:
        """Take a request that has come."""
        task = Task(message)
        self._waiting.append(task)
        return task

    def startable(self) -> Iterator[Task]:
        """Yield each task that may start now; it counts as running until ``finish``."""
        while self._waiting and len(self._running) < self._max_running:
            following = self._waiting[0]
            if self._running and (following.is_alone or self._running[-1].is_alone):
                return
            if following.is_write and any(task.is_write for task in self._running):
                return
            task = self._waiting.popleft()
            self._running.append(task)
            yield task

    def finish(self, task: Task) -> None:
        """The task's last answer is on its way."""
        (self._running if task in self._running else self._followed).remove(task)

    def follow(self, task: Task) -> None:
        """The task has told all there was and stays; it keeps no other waiting."""
        self._running.remove(task)
        self._followed.append(task)

    def abandon_followed(self) -> None:
        """Drop those that stay: nobody is there any more to whom they were told (RFC 4511 section 4.2.1)."""
        for task in self._followed:
            task.is_cancelled = True

    def abandon(self, message_id: int) -> None:
        """Drop the requests of this number; a bind can't be abandoned (RFC 4511 section 4.11)."""
        for task in (*self._running, *self._followed):
            if task.message.id == message_id and not task.is_alone:
                task.is_cancelled = True
        self._waiting = deque(task for task in self._waiting if task.message.id != message_id or task.is_alone)

    def waiting(self, message_id: int) -> Task | None:
        """Return the request of this number that hasn't begun."""
        return next((task for task in self._waiting if task.message.id == message_id), None)

    def cancel(self, message_id: int, by: int) -> Cancelling:
        """Cancel the request of this number for the request ``by`` (RFC 3909)."""
        for task in self._waiting:
            if task.message.id == message_id and not task.is_alone:
                self._waiting.remove(task)
                return Cancelling.DONE
        found = next((task for task in (*self._running, *self._followed, *self._waiting) if task.message.id == message_id), None)
        if found is None or found.is_cancelled:
            return Cancelling.UNKNOWN
        if found.is_alone or found.is_write:
            return Cancelling.NOT_THIS
        found.is_cancelled = True
        found.cancelled_by = by
        return Cancelling.WILL_END

    def forget_waiting(self) -> None:
        """Drop what has come and wasn't begun."""
        self._waiting.clear()

    def abandon_all(self) -> None:
        """Drop everything: the connection ends."""
        self._waiting.clear()
        for task in (*self._running, *self._followed):
            task.is_cancelled = True
