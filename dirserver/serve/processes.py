# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of workers: programs begun anew, or forks of the parent, which has read most modules already and shares their memory.

A fork takes a second of work less than a program (decision 0037). Only a process with a single thread may be forked: a lock that another
thread holds would stay locked in the child for ever.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Protocol

_POLL_S = 0.01
_FIRST_FD = 3
_MOST_FDS = 65_536
_FAULT = 1
_HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


class Process(Protocol):
    """What the supervisor needs of a child; the words are those of ``subprocess.Popen``."""

    @property
    def pid(self) -> int:
        """Its number, which is also that of its process group."""
        ...

    def poll(self) -> int | None:
        """Return its exit status, negative for a signal; None while it runs."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its exit status; TimeoutExpired (``subprocess``) after ``timeout`` seconds."""
        ...

    def terminate(self) -> None:
        """Send it SIGTERM."""
        ...


def begun(command: Sequence[str], *keep_fds: int) -> Process:
    """Begin a program that inherits these descriptors and nothing else."""
    # A process group of its own: Ctrl-C in the terminal reaches us alone, and we stop the rest in order.
    return subprocess.Popen(command, pass_fds=keep_fds, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603 # our own


def may_fork() -> bool:
    """Tell whether this process may be forked now."""
    return threading.active_count() == 1


def forked(run: Callable[[Sequence[str]], int], words: Sequence[str], *keep_fds: int) -> Process:
    """Fork a child that calls ``run(words)`` and ends with what it returns; it inherits these descriptors and what we have read."""
    sys.stdout.flush()
    sys.stderr.flush()
    # What is there now is never collected: the collector would write to every page, and no page would stay shared.
    gc.freeze()
    # A signal that comes before the child has handlers of its own waits until it has: the parent's would swallow it.
    signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    try:
        pid = os.fork()
        if pid == 0:
            _become(run, words, keep_fds)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
    with contextlib.suppress(OSError):
        # The child does it as well: whoever is first. After this line it can be told to end.
        os.setpgid(pid, pid)
    return _Forked(pid)


def _become(run: Callable[[Sequence[str]], int], words: Sequence[str], keep_fds: tuple[int, ...]) -> None:
    """Be the child, and never come back to the frames of the parent."""
    status = _FAULT
    try:
        signal.set_wakeup_fd(-1)
        for number in _HANDLED:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        begin = _FIRST_FD
        for kept in sorted(keep_fds):
            os.closerange(begin, kept)
            begin = kept + 1
        os.closerange(begin, _MOST_FDS)
        status = run(words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else _FAULT
    except BaseException:  # noqa: BLE001 # the outermost frame of the process
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


class _Forked:
    """A forked child, waited for as ``subprocess.Popen`` does."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._status: int | None = None

    @property
    def pid(self) -> int:
        return self._pid

    def poll(self) -> int | None:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        deadline = time.monotonic() + timeout if timeout is not None else None
        while (status := self.poll()) is None:
            if deadline is not None and time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired(f"process {self._pid}", timeout or 0.0)
            time.sleep(_POLL_S)
        return status

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self._pid, signal.SIGTERM)
