# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection over an in-memory transport, with work that is done when the test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from dirserver.directory.directory import Directory
from dirserver.ldap.connection import LdapConnection
from dirserver.ldap.hub import Hub
from dirserver.ldap.kept.answers import Answers
from dirserver.ldap.session import Site
from dirserver.ldap.tally import Tally
from dirserver.ldap.wire.message import BindRequest, Message, Operation, Scope, SearchRequest
from dirserver.ldap.workers import Workers
from dirserver.model.filter import Filter, Present
from tests.cast import password_of
from tests.ldap.speech import Answer, decode_answers, encode_message


class HeldWork:
    """Stands for threads: what they are given waits for ``release``, unless ``is_eager``."""

    def __init__(self, *, is_eager: bool = True) -> None:
        self.is_eager = is_eager
        self.is_busy = False
        self.waiting: list[tuple[Callable[[], object], Callable[[object], None]]] = []
        self._is_releasing = False

    def run(self, work: Callable[[], object], done: Callable[[object], None]) -> None:
        self.waiting.append((work, done))
        if self.is_eager:
            self.release()

    def tell(self, call: Callable[[bytes], None], data: bytes) -> None:
        call(data)

    def release(self) -> None:
        if self._is_releasing:
            return
        self._is_releasing = True
        while self.waiting:
            work, done = self.waiting.pop(0)
            try:
                outcome = work()
            except Exception:  # noqa: BLE001 - as a thread pool does
                outcome = Failure()
            done(outcome)
        self._is_releasing = False


class Wire(StringTransport):
    """A transport that can be slow: after ``limit`` octets it asks for a pause, as TCP does."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        super().__init__(peerAddress=IPv4Address("TCP", address, 54321))
        self.limit: int | None = None
        self.is_aborted = False
        self.tls: object = None

    def write(self, data: bytes) -> None:
        super().write(data)
        if self.limit is not None and self.producer is not None and len(self.value()) > self.limit:
            self.producer.pauseProducing()

    def drain(self) -> bytes:
        """The client reads everything."""
        data: bytes = self.value()
        self.clear()
        if self.producer is not None:
            self.producer.resumeProducing()
        return data

    def startTLS(self, context_factory: object) -> None:  # noqa: N802 - Twisted's name
        self.tls = context_factory

    def abortConnection(self) -> None:  # noqa: N802 - Twisted's name
        self.is_aborted = True
        super().abortConnection()


class QuietHub(Hub):
    """A hub without a thread."""

    def __init__(self, *, most: int, most_per_account: int) -> None:
        super().__init__(None, None, most=most, most_per_account=most_per_account)  # type: ignore[arg-type]
        self._thread = threading.current_thread()


class FarAway:
    """A directory across a network, so that everything is worked on in threads."""

    answers_at_once = False

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def __getattr__(self, name: str) -> object:
        return getattr(self._directory, name)


def far_away(site: Site) -> Site:
    """A site where nothing is answered at once, whatever others asked before: every bind and every search waits for a thread."""
    return replace(site, answers=Answers(0), directory=FarAway(site.directory))  # type: ignore[arg-type]


class Dialogue:
    """One client and what it is told."""

    def __init__(self, site: Site, *, address: str = "127.0.0.1", is_eager: bool = True, accounts: Tally[int] | None = None) -> None:
        site = site if is_eager else far_away(site)
        self.clock = Clock()
        self.work = HeldWork(is_eager=is_eager)
        self.binds = HeldWork(is_eager=is_eager)
        self.gone: list[LdapConnection] = []
        # Nobody listens for commits here: the test says when something was written.
        self.hub = QuietHub(most=3, most_per_account=2)
        workers = Workers(self.work, self.binds, self.clock, self.hub, Tally(500) if accounts is None else accounts)  # type: ignore[arg-type]
        self.connection = LdapConnection(site, workers, self.gone.append)
        self.wire = Wire(address)
        self.connection.makeConnection(self.wire)
        self._number = 0

    @property
    def is_closed(self) -> bool:
        closed: bool = self.wire.disconnecting
        return closed

    def send(self, octets: bytes) -> list[Answer]:
        self.connection.dataReceived(octets)
        return self.answers()

    def answers(self) -> list[Answer]:
        """What has come since the last look."""
        octets = self.wire.value()
        self.wire.clear()
        return decode_answers(octets)

    def message(self, operation: Operation) -> bytes:
        self._number += 1
        return encode_message(Message(self._number, operation))

    def ask(self, operation: Operation) -> list[Answer]:
        return self.send(self.message(operation))

    def bind(self, login: str, password: str | None = None) -> Answer:
        (answer,) = self.ask(bind_of(login, password))
        return answer


def bind_of(login: str, password: str | None = None) -> BindRequest:
    return BindRequest(3, login, (password_of(login) if password is None else password).encode())


def search_of(base: str = "dc=example,dc=com", wanted: Filter | None = None, scope: Scope = Scope.SUBTREE, **rest: object) -> SearchRequest:
    return SearchRequest(base, scope, wanted or Present("objectClass"), **rest)  # type: ignore[arg-type]
