# SPDX-License-Identifier: GPL-3.0-or-later
"""One LDAP connection: octets in, octets out; the only I/O of this door.

Rule of this file: everything here runs in the reactor's thread; what may take its time is handed to threads (``work``).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import cast

import structlog
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure

from dirserver.errors import BadInput
from dirserver.ldap import access_log, bind, cancel, operations, starttls
from dirserver.ldap.drive import Drive, Drives
from dirserver.ldap.kept import recalling
from dirserver.ldap.kept.track import Track
from dirserver.ldap.line import Line, Task
from dirserver.ldap.rootdse import CANCEL
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tally import Seat
from dirserver.ldap.tree.errors import result_of
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.framing import Framer, number_of_one
from dirserver.ldap.wire.message import (
    AbandonRequest,
    BindRequest,
    Code,
    ExtendedRequest,
    Message,
    Response,
    Result,
    SearchRequest,
    UnbindRequest,
)
from dirserver.ldap.work import work
from dirserver.ldap.workers import Workers
from dirserver.listening.alarm import Alarm
from dirserver.listening.outlet import Outlet
from dirserver.listening.tls import names_in
from dirserver.listening.transport import Transport
from dirserver.model.principal import Principal

_LOG = structlog.get_logger(__name__)
_BUSY = Result(Code.BUSY, "the server has too much to do; try again")
_STOPPING = "the server is stopping"
_NOBODY = Session(bind.ANONYMOUS, "")
_UNBIND = b"\x42\x00"


class LdapConnection(Protocol):
    """A client. ``on_gone`` is called once when it has left."""

    def __init__(self, site: Site, workers: Workers, on_gone: Callable[[LdapConnection], None], *, is_tls_from_start: bool = False) -> None:
        self._site = site
        self._workers = workers
        self._on_gone = on_gone
        self._is_tls_from_start = is_tls_from_start
        self._framer = Framer(site.limits.wire.octets_before_bind)
        self._line = Line(max_running=site.limits.running, max_waiting=site.limits.waiting)
        self._session = _NOBODY
        self._wire: Transport | None = None
        self._outlet: Outlet | None = None
        self._alarm = Alarm(workers.clock)
        self._idle_s = site.limits.idle_before_bind_s
        self._seat = Seat(workers.accounts)
        self._track = Track(site)
        self._drives = Drives(self._line, go_on_reading=self._go_on, finish=self._finish)
        self._is_leaving = False
        self._is_closing = False
        self._is_reading = True

    # From Twisted

    def connectionMade(self) -> None:
        """Greet nobody: an LDAP client speaks first."""
        self._wire = cast(Transport, self.transport)
        limits = self._site.limits
        self._session = Session(bind.ANONYMOUS, getattr(self._wire.getPeer(), "host", ""))
        self._outlet = Outlet(self._wire, self._workers.clock, limits.stall_s, on_drained=self._go_on, on_stall=self._abort)
        if self._is_tls_from_start:
            self._put_under_tls()
        else:
            self._alarm.set(self._idle_s, self._on_idle)

    def handshakeCompleted(self) -> None:
        """What comes from now on nobody on the way could read or change."""
        shown = getattr(self.transport, "getPeerCertificate", lambda: None)()
        self._session = Session(self._session.principal, self._session.address, is_encrypted=True, certified=names_in(shown))
        self._alarm.set(self._idle_s, self._on_idle)

    def dataReceived(self, data: bytes) -> None:
        """Take octets."""
        outlet = self._outlet
        if self._is_closing or outlet is None:
            return
        framer = self._framer
        if self._line.is_empty and not (framer.has_part or outlet.is_clogged or self._is_leaving):
            start, at = number_of_one(data, framer.max_octets)
            if at:
                self._alarm.put_off(self._idle_s)
                if self._track.tell(data, start, at, self._session, outlet, self._become):
                    return
                if data[at:] == _UNBIND:
                    self._close()
                    return
        self._framer.feed(data)
        self._read()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: ARG002 - Twisted's signature
        """Forget the client; what still runs for it is told to stop."""
        self._is_closing = True
        self._line.abandon_all()
        self._drives.close()
        self._framer.clear()
        if self._outlet is not None:
            self._outlet.close()
        self._outlet = self._wire = self.transport = None
        self._alarm.stop()
        self._seat.leave()
        self._on_gone(self)

    # From the process

    def leave(self) -> None:
        """The server is stopping: read no more, and close when what has come is answered."""
        self._is_leaving = True
        self._drives.abandon_followed()
        self._go_on()

    def drop(self, code: Code = Code.UNAVAILABLE, text: str = _STOPPING) -> None:
        """The server stops now, or has another reason to end this connection."""
        self._end(code, text)

    @property
    def principal(self) -> Principal:
        """Whose connection it is."""
        return self._session.principal

    # Requests

    def _read(self) -> None:
        outlet = self._outlet
        if outlet is None:
            return
        # What has come together is answered at one state of the directory and sent in one piece.
        outlet.hold()
        try:
            with self._site.quick or contextlib.nullcontext():
                self._take_and_start()
        finally:
            outlet.let_go()
        self._read_on_or_wait()

    def _take_and_start(self) -> None:
        while True:
            has_taken = self._take_all()
            if self._is_closing or self._is_clogged:
                break
            self._start()
            if not (has_taken and self._framer.has_part):
                break

    def _take_all(self) -> bool:
        """Take whole messages while there is room for them; True if there were any."""
        has_taken = False
        try:
            while not (self._line.is_full or self._is_closing or self._is_leaving):
                octets = self._framer.next_message()
                if octets is None:
                    break
                has_taken = True
                self._take(octets)
        except BadInput as error:
            # What came whole before it still deserves an answer, if it can be given at once.
            self._start()
            self._end(result_of(error).code, error.public_message)
        if has_taken and not self._is_closing:
            self._alarm.put_off(self._idle_s)
        return has_taken

    def _take(self, octets: bytes) -> None:
        # If nothing goes before it, what is answered at once needs no place in the line.
        outlet = self._outlet if self._line.is_empty else None
        told = None if outlet is None else self._track.answer(octets, self._session, outlet)
        if told is True:
            return
        message = self._site.known.read(octets)
        if outlet is not None and type(message.operation) is SearchRequest:
            told = told or recalling.tell_at_once(self._site, self._session, message, outlet)
            if told is not True:
                self._line.add(message).look(told)
            return
        match message.operation:
            case UnbindRequest():
                self._line.abandon_all()
                self._close()
            case AbandonRequest(message_id):
                self._line.abandon(message_id)
                self._drives.go_on()
            case ExtendedRequest(oid, value) if oid == CANCEL:
                self._cancel(message, value)
            case _:
                self._line.add(message)

    def _cancel(self, message: Message, value: bytes | None) -> None:
        """Answer a cancel (RFC 3909); it waits for nothing, or it would come too late."""
        for octets in cancel.answers(self._site, self._line, message, value):
            self._send(octets)
        self._drives.go_on()

    def _start(self) -> None:
        """Start what may run now; a loop, since many requests are answered at once."""
        for task in self._line.startable():
            if self._outlet is None:
                return
            if task.is_bind:
                # RFC 4513 section 4: from here on, and if it fails for good, nobody is signed in.
                self._become(bind.ANONYMOUS)
                self._drives.abandon_followed()
            if isinstance(task.message.operation, BindRequest):
                self._bind(task, task.message.operation)
            elif task.is_alone and not task.is_bind:
                self._start_tls(task)
            else:
                self._run(task, self._outlet)
            if self._is_clogged:
                return

    def _run(self, task: Task, outlet: Outlet) -> None:
        if not task.is_seen:
            told = recalling.tell_at_once(self._site, self._session, task.message, outlet)
            if told is True:
                self._line.finish(task)
                return
            task.look(told)
        answers = operations.answer_at_once(self._site, task.message)
        if answers is None and self._workers.operations.is_busy:
            answers = operations.refusal_of(task.message, _BUSY)
        if answers is not None:
            self._send_all(task, answers)
            return
        session = self._session
        steps = operations.steps(self._site, session, task.message)
        if steps is not None:
            self._drives.begin(Drive(task, steps, session, self._workers, outlet, self._site))
            return
        site, threads = self._site, self._workers.operations
        threads.run(lambda: work(site, session, task, outlet, threads), lambda outcome: self._finish(task, outcome))

    def _finish(self, task: Task, outcome: bytes | Failure) -> None:
        self._line.finish(task)
        if isinstance(outcome, Failure):
            _LOG.error("an operation failed", trace=outcome.getTraceback())
            outcome = encode.messages(task.message.id, operations.refusal_of(task.message, result_of(outcome.value)))
        if task.cancelled_by is not None:
            outcome = cancel.ended(task.message, task.cancelled_by)
        if not task.is_cancelled or task.cancelled_by is not None:
            self._send(outcome)
        self._go_on()

    # TLS

    def _start_tls(self, task: Task) -> None:
        """StartTLS (RFC 4511 section 4.14): what came behind it in plain octets is dropped, or anybody on the way could add to it."""
        refused = operations.answer_at_once(self._site, task.message)
        result = starttls.FOLLOWED if self._line.is_following else starttls.result_of(self._site, self._session, task.message)
        if refused is not None or result.code is not Code.SUCCESS:
            self._send_all(task, refused or [starttls.encode_result(result)])
            return
        self._line.forget_waiting()
        self._framer.clear()
        self._send_all(task, [starttls.encode_result(result)])
        self._put_under_tls()

    def _put_under_tls(self) -> None:
        if self._wire is not None and self._outlet is not None and self._site.tls is not None:
            self._outlet.flush()
            self._alarm.set(self._site.limits.handshake_s, self._abort)
            self._wire.startTLS(self._site.tls)

    # Bind

    def _bind(self, task: Task, request: BindRequest) -> None:
        refused = operations.answer_at_once(self._site, task.message)
        if refused is not None:
            self._send_all(task, refused)
            return
        taken = bind.unwrapped(self._site, self._session, request)
        allows_plain = self._site.config.ldap.allow_plain_bind
        result = taken if isinstance(taken, Result) else bind.answer_at_once(self._session, taken, allows_plain=allows_plain)
        if result is None and self._workers.binds.is_busy:
            result = _BUSY
        if result is not None or isinstance(taken, Result):
            self._send_all(task, [encode.result(Response.BIND, result or _BUSY)])
            return
        site, session, started = self._site, self._session, time.perf_counter()
        self._workers.binds.run(
            lambda: bind.authenticate(site, session, taken),
            lambda outcome: self._finish_bind(task, outcome, started),
        )

    def _finish_bind(self, task: Task, outcome: tuple[Result, Principal] | Failure, started: float) -> None:
        self._line.finish(task)
        result, principal = bind.failed(outcome) if isinstance(outcome, Failure) else outcome
        result = self._become(principal) or result
        answer = encode.result(Response.BIND, result)
        self._send(encode.message(task.message.id, answer))
        self._note(task, [answer], started)
        self._go_on()

    def _become(self, principal: Principal) -> Result | None:
        """Be somebody from now on; or nobody, and return why."""
        if principal is self._session.principal:
            return None
        refused = self._seat.take(principal)
        principal = principal if refused is None else bind.ANONYMOUS
        self._session = self._session.of(principal)
        limits, is_nobody = self._site.limits, principal.is_anonymous
        self._framer.max_octets = limits.wire.octets_before_bind if is_nobody else limits.wire.octets_after_bind
        self._idle_s = limits.idle_before_bind_s if is_nobody else limits.idle_s
        return refused

    # Answers

    def _send_all(self, task: Task, answers: list[bytes]) -> None:
        self._line.finish(task)
        if answers and self._outlet is not None:
            self._outlet.put(encode.messages(task.message.id, answers))
        self._note(task, answers, time.perf_counter())

    def _note(self, task: Task, answers: Sequence[bytes], started: float) -> None:
        if answers:
            access_log.note(self._site, task.message, self._session, answers[-1], entries=len(answers) - 1, started=started)

    def _send(self, data: bytes) -> None:
        if data and self._outlet is not None:
            self._outlet.promise(len(data))
            self._outlet.write(data)

    def _go_on(self) -> None:
        """Something ended or was taken: start and read what waited for it."""
        if self._is_closing:
            return
        self._drives.go_on()
        self._read()
        if self._is_leaving and self._line.is_empty:
            self._end(Code.UNAVAILABLE, _STOPPING)

    @property
    def _is_clogged(self) -> bool:
        return self._outlet is not None and self._outlet.is_clogged

    def _read_on_or_wait(self) -> None:
        """Read no more than can be kept: the client's own sending stops then (TCP)."""
        is_wanted = not (self._line.is_full or self._is_clogged)
        if is_wanted != self._is_reading and not self._is_closing and self._wire is not None:
            self._is_reading = is_wanted
            (self._wire.resumeProducing if is_wanted else self._wire.pauseProducing)()

    # Ends

    def _end(self, code: Code, text: str) -> None:
        """Tell why, and close behind it; what still runs is dropped."""
        if self._is_closing:
            return
        self._line.abandon_all()
        self._send(encode.notice_of_disconnection(code, text))
        self._close()

    def _close(self) -> None:
        self._is_closing = True
        self._framer.clear()
        if self._outlet is None or self._wire is None:
            return
        self._outlet.finish()
        self._wire.loseConnection()
        if self._wire is not None:
            # A client that doesn't take the last octets is cut off after a while.
            self._alarm.set(self._site.limits.stall_s, self._abort)

    def _abort(self) -> None:
        self._is_closing = True
        self._line.abandon_all()
        self._alarm.stop()
        if self._wire is not None:
            self._wire.abortConnection()

    # Time

    def _on_idle(self) -> None:
        if self._line.is_empty:
            self._end(Code.UNAVAILABLE, "nothing was asked for too long")
        else:
            self._alarm.set(self._site.limits.idle_s, self._on_idle)
