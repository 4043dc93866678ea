# SPDX-License-Identifier: GPL-3.0-or-later
"""The one parent: starts workers, waits until all are ready, restarts those that die, stops all of them.

Rules of this file: one thread, one loop, woken by signals and by the workers' reports; before everything is ready a fault ends
everything, afterwards nothing but a signal does. At SIGHUP workers are replaced one by one: the new one listens before the old one is
told to leave, and where one can't start, it and those behind it stay as they are.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from dirserver.errors import DirserverError, Unavailable
from dirserver.metering.board import Slot
from dirserver.serve.processes import Process, begun, forked, may_fork
from dirserver.serve.report import read_line

_log = structlog.get_logger(__name__)

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 10.0
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_STEADY_S = 60.0
_TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class Entrance:
    """A socket that a worker is given, behind ``word``: bound, and the worker's to listen at. ``open`` returns a new one's descriptor.

    Whoever takes a worker's place is given the same one, so that nobody is lost who is on the way in: what has come to a socket is
    reset when the last who holds it closes it, however many others listen at the address (SO_REUSEPORT). That is the case above
    all for those who haven't spoken yet, which nobody can accept before (TCP_DEFER_ACCEPT).
    """

    word: str
    open: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and how many ready reports make it ready.

    The command is ``program`` and ``words``, and is given ``--name``, ``--report-fd`` and ``--parent`` at its end (see
    ``dirserver.serve.child``). ``is_answering`` is asked after the last report; it must return within a second or two. ``run`` does
    the same as the program with the same words; as long as this process may be forked, it is. ``slot`` is where it counts, and is given as
    ``--board-fd`` and ``--slot``.
    """

    name: str
    program: tuple[str, ...]
    words: tuple[str, ...]
    reports: int
    is_answering: Callable[[], bool]
    run: Callable[[Sequence[str]], int] | None = None
    slot: Slot | None = None
    entrances: tuple[Entrance, ...] = ()


@dataclass(slots=True)
class _Worker:
    program: Program
    process: Process | None = None
    report_fd: int = -1
    unread: bytes = b""
    reports: int = 0
    is_ready: bool = False
    started: float = 0.0
    wait_s: float = _FIRST_WAIT_S
    restart_at: float = 0.0
    fault: DirserverError | None = None
    leaves_by: float = 0.0
    entrances: list[int] = field(default_factory=list)

    def open(self) -> None:
        """Have the sockets that it is given."""
        while len(self.entrances) < len(self.program.entrances):
            self.entrances.append(self.program.entrances[len(self.entrances)].open())

    def close(self) -> None:
        """Hold its sockets no more; the process does while it runs."""
        for number in self.entrances:
            os.close(number)
        self.entrances.clear()

    def successor(self) -> _Worker:
        """Return one of the same program with the same sockets."""
        return _Worker(self.program, entrances=[os.dup(number) for number in self.entrances])

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None


@dataclass(slots=True)
class Supervisor:
    """Runs programs until a signal. ``on_ready`` is called once, when all are ready for the first time.

    ``on_reload`` is asked at SIGHUP whether workers are to be replaced; without it SIGHUP stops everything. ``on_reloaded`` is called when
    they were, with nothing, or when that was given up, with the names of those that go on as they were.
    """

    programs: Sequence[Program]
    on_ready: Callable[[], None]
    on_stop: Callable[[], None] = lambda: None
    on_reload: Callable[[], bool] | None = None
    on_reloaded: Callable[[Sequence[str]], None] = lambda _: None
    _workers: list[_Worker] = field(default_factory=list)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _is_stopping: bool = False
    _is_reload_asked: bool = False
    _is_reloading: bool = False
    _old: deque[_Worker] = field(default_factory=deque)
    _fresh: _Worker | None = None
    _as_before: tuple[str, ...] = ()
    _leaving: list[_Worker] = field(default_factory=list)

    def run(self) -> int:
        """Start everything and watch it. Returns 0 after a clean stop, 1 when a worker had to be killed.

        Raises DirserverError when something can't start; then everything is stopped again.
        """
        with self._signals():
            try:
                self._workers = [_Worker(program) for program in self.programs]
                for worker in self._workers:
                    self._start(worker)
                self._await_ready()
                if not self._is_stopping:
                    self.on_ready()
                while not self._is_stopping:
                    self._wait(_TICK_S if self._is_reloading or self._is_reload_asked else self._until_next_start())
                    self._mend()
                    self._replace()
                self.on_stop()
            finally:
                was_clean = self._stop()
                self._selector.close()
        return 0 if was_clean else 1

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector.register(reading, selectors.EVENT_READ)
        handled = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
        before = {number: signal.signal(number, self._note) for number in handled}
        wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reading)
            os.close(writing)

    def _note(self, number: int, _frame: object) -> None:
        if number == signal.SIGHUP and self.on_reload is not None:
            self._is_reload_asked = True
        elif number != signal.SIGCHLD:
            self._is_stopping = True

    def _start(self, worker: _Worker) -> None:
        worker.open()
        reading, writing = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(reading, False)
        program = worker.program
        words = (*program.words, "--name", program.name, "--report-fd", str(writing), "--parent", str(os.getpid()))
        kept: tuple[int, ...] = (writing, *worker.entrances)
        for entrance, number in zip(program.entrances, worker.entrances, strict=True):
            words += (entrance.word, str(number))
        if program.slot is not None:
            words += ("--board-fd", str(program.slot.board.fd), "--slot", str(program.slot.place))
            kept += (program.slot.board.fd,)
        try:
            if program.run is not None and may_fork():
                worker.process = forked(program.run, words, *kept)
            else:
                worker.process = begun((*program.program, *words), *kept)
        finally:
            os.close(writing)
        worker.report_fd, worker.unread, worker.reports, worker.is_ready = reading, b"", 0, False
        worker.started = time.monotonic()
        if program.slot is not None:
            program.slot.begin(worker.process.pid)
        self._selector.register(reading, selectors.EVENT_READ, worker)

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._is_stopping and not all(worker.is_ready for worker in self._workers):
            self._wait(_TICK_S)
            for worker in self._workers:
                code = worker.process.poll() if worker.process is not None else None
                if worker.fault is not None:
                    raise worker.fault
                if code is not None and not self._is_stopping:
                    raise Unavailable(f"{worker.program.name} ended while it started ({_told(code)}); its log lines above say why")
                worker.is_ready = worker.is_ready or (worker.reports >= worker.program.reports and worker.program.is_answering())
            if time.monotonic() > deadline:
                late = ", ".join(worker.program.name for worker in self._workers if not worker.is_ready)
                raise Unavailable(f"not ready after {_START_TIMEOUT_S:.0f} s: {late}; the log says what it waits for")

    def _wait(self, timeout_s: float | None) -> None:
        """Sleep until a signal, a report or the time is up; take the reports in."""
        for key, _ in self._selector.select(timeout_s):
            if isinstance(key.data, _Worker):
                self._read(key.data)
            else:
                with contextlib.suppress(BlockingIOError):
                    os.read(key.fd, 4096)

    def _read(self, worker: _Worker) -> None:
        try:
            arrived = os.read(worker.report_fd, 65_536)
        except BlockingIOError:
            return
        if not arrived:
            self._hang_up(worker)
            return
        *lines, worker.unread = (worker.unread + arrived).split(b"\n")
        for line in lines:
            fault = read_line(line)
            if fault is None:
                worker.reports += 1
                if worker.program.slot is not None and worker.reports >= worker.program.reports:
                    worker.program.slot.be_up()
            else:
                worker.fault = fault
                _log.error("worker can't start", worker=worker.program.name, reason=fault.public_message)

    def _hang_up(self, worker: _Worker) -> None:
        if worker.report_fd >= 0:
            self._selector.unregister(worker.report_fd)
            os.close(worker.report_fd)
            worker.report_fd = -1

    def _until_next_start(self) -> float | None:
        due = [worker.restart_at for worker in self._workers if worker.process is None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _mend(self) -> None:
        """Notice who died, and start those whose waiting time is over."""
        now = time.monotonic()
        for worker in self._workers:
            if worker.process is not None and (code := worker.process.poll()) is not None:
                self._sweep(worker, signal.SIGTERM)
                self._hang_up(worker)
                if worker.program.slot is not None and worker.program.slot.pid == worker.process.pid:
                    worker.program.slot.end()
                worker.process = None
                # Who comes until it is there again goes to the others.
                worker.close()
                if now - worker.started >= _STEADY_S:
                    worker.wait_s = _FIRST_WAIT_S
                worker.restart_at = now + worker.wait_s
                _log.warning("worker ended; starting it again", worker=worker.program.name, how=_told(code), wait_s=worker.wait_s)
                worker.wait_s = min(worker.wait_s * 2, _LONGEST_WAIT_S)
            elif worker.process is None and now >= worker.restart_at and not self._is_stopping:
                self._start_again(worker)

    def _start_again(self, worker: _Worker) -> None:
        try:
            self._start(worker)
        except DirserverError as error:
            # Its address can't be had; the others go on.
            _log.error("worker can't start", worker=worker.program.name, reason=error.public_message)
            worker.restart_at = time.monotonic() + worker.wait_s
            worker.wait_s = min(worker.wait_s * 2, _LONGEST_WAIT_S)

    def _replace(self) -> None:
        """Go on with replacing workers, as far as nothing has to be waited for."""
        if self._is_reload_asked and not self._is_reloading:
            self._is_reload_asked = False
            if self.on_reload is not None and self.on_reload():
                self._is_reloading, self._as_before = True, ()
                self._old.extend(self._workers)
        self._see_off()
        if not self._is_reloading or self._leaving:
            return
        if self._fresh is not None:
            self._look_at_fresh(self._old[0], self._fresh)
        elif not self._old:
            self._is_reloading = False
            self.on_reloaded(self._as_before)
        elif self._old[0].process is None:
            # It is about to be started again anyway.
            self._old.popleft()
        else:
            self._fresh = self._old[0].successor()
            self._start(self._fresh)

    def _look_at_fresh(self, old: _Worker, fresh: _Worker) -> None:
        program = fresh.program
        if fresh.reports >= program.reports and program.is_answering():
            self._workers[self._workers.index(old)] = fresh
            self._old.popleft()
            self._fresh = None
            self._dismiss(old)
        elif fresh.fault is not None or fresh.has_ended or time.monotonic() - fresh.started > _START_TIMEOUT_S:
            _log.error("the new worker can't start; those that run go on as they are", worker=program.name)
            self._as_before = tuple(worker.program.name for worker in self._old)
            self._old.clear()
            self._fresh = None
            if program.slot is not None and old.process is not None:
                program.slot.go_back_to(old.process.pid)
            self._dismiss(fresh)

    def _dismiss(self, worker: _Worker) -> None:
        """Tell a worker to leave, which isn't one of those any more that are started again."""
        if worker.process is not None and not worker.has_ended:
            worker.process.terminate()
        worker.leaves_by = time.monotonic() + _STOP_TIMEOUT_S
        self._leaving.append(worker)

    def _see_off(self) -> None:
        """Notice who has left, and end those that won't."""
        for worker in tuple(self._leaving):
            if worker.has_ended or time.monotonic() > worker.leaves_by:
                if not worker.has_ended:
                    _log.error("worker did not stop in time; killed", worker=worker.program.name)
                self._sweep(worker, signal.SIGKILL)
                self._hang_up(worker)
                worker.close()
                if worker.process is not None:
                    worker.process.wait()
                self._leaving.remove(worker)

    def _stop(self) -> bool:
        """End all workers; True when all went by themselves."""
        everybody = [*self._workers, *self._leaving, *([self._fresh] if self._fresh is not None else [])]
        for worker in everybody:
            # Who comes now is refused, and doesn't wait for nobody.
            worker.close()
        living = [(worker, worker.process) for worker in everybody if worker.process is not None]
        for _, process in living:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        was_clean = True
        for worker, process in living:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                was_clean = False
                _log.error("worker did not stop in time; killed", worker=worker.program.name)
            self._sweep(worker, signal.SIGKILL)
            process.wait()
            self._hang_up(worker)
            worker.process = None
        return was_clean

    def _sweep(self, worker: _Worker, number: signal.Signals) -> None:
        """Signal whatever is left of a worker's process group."""
        if worker.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(worker.process.pid, number)


def _told(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
