# SPDX-License-Identifier: GPL-3.0-or-later
"""Forks are made by a process of their own: the one that runs the tests has threads and open files of many kinds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAD = """
import os, signal, subprocess, sys, threading, time
from dirserver.serve import processes
reading, writing = os.pipe2(os.O_CLOEXEC)
fork = lambda run, *words: processes.forked(run, words, writing)
"""


def run(script: str) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}"}
    done = subprocess.run(
        [sys.executable, "-c", HEAD + textwrap.dedent(script)], capture_output=True, text=True, env=environment, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_fork_ends_with_what_it_returns_raises_or_exits_with() -> None:
    out = run(
        """
        def fails(words): raise ValueError("told on standard error")
        def leaves(words): sys.exit(4)
        for each, words in ((lambda words: len(words), "ab"), (fails, ""), (leaves, "")):
            print(fork(each, *words).wait(30))
        """
    )
    assert out.split() == ["2", "1", "4"]


def test_a_fork_keeps_one_descriptor_and_has_nobody_elses_signals_or_input() -> None:
    out = run(
        """
        other = os.open("/", os.O_RDONLY)
        signal.signal(signal.SIGTERM, lambda *_: print("the parent's handler", flush=True))
        signal.set_wakeup_fd(os.open("/dev/null", os.O_WRONLY | os.O_NONBLOCK))
        def look(words):
            kept = [fd for fd in range(3, 50) if os.path.exists(f"/proc/self/fd/{fd}")]
            os.write(writing, repr((kept == [writing], os.read(0, 10), os.getpgrp() == os.getpid(), words)).encode())
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(30)
            return 0
        child = fork(look, "a", "b")
        print(child.wait(30), os.read(reading, 500).decode(), os.path.exists(f"/proc/self/fd/{other}"))
        """
    )
    assert out.strip() == f"{-signal.SIGTERM} (True, b'', True, ('a', 'b')) True"


def test_a_fork_is_waited_for_as_a_program_is() -> None:
    out = run(
        """
        child = fork(lambda words: time.sleep(60) or 0)
        assert child.poll() is None
        try:
            child.wait(0.05)
        except subprocess.TimeoutExpired:
            print("still there")
        child.terminate()
        print(child.wait(30), child.poll())
        child.terminate()  # nobody else's process is met
        """
    )
    assert out.splitlines() == ["still there", f"{-signal.SIGTERM} {-signal.SIGTERM}"]


def test_nothing_of_the_parent_is_run_twice() -> None:
    out = run(
        """
        import atexit
        atexit.register(print, "at exit")
        try:
            print("before")
            fork(lambda words: 0).wait(30)
        finally:
            print("after")
        """
    )
    assert out.splitlines() == ["before", "after", "at exit"]


def test_who_has_threads_may_not_be_forked() -> None:
    out = run(
        """
        print(processes.may_fork())
        over = threading.Event()
        threading.Thread(target=over.wait).start()
        print(processes.may_fork())
        over.set()
        """
    )
    assert out.split() == ["True", "False"]


def test_a_program_inherits_one_descriptor() -> None:
    out = run(
        """
        other = os.open("/", os.O_RDONLY)
        script = "import os, sys; fd = int(sys.argv[1]); os.write(fd, b'here'); sys.exit(5)"
        child = processes.begun((sys.executable, "-c", script, str(writing)), writing)
        print(child.wait(30), os.read(reading, 10))
        """
    )
    assert out.strip() == "5 b'here'"


def test_a_fork_that_is_told_to_end_at_once_does_so() -> None:
    out = run(
        """
        signal.signal(signal.SIGTERM, lambda *_: None)
        children = [fork(lambda words: time.sleep(60) or 0) for _ in range(20)]
        for child in children:
            child.terminate()
        print({child.wait(30) for child in children})
        """
    )
    assert out.strip() == f"{{{-signal.SIGTERM}}}"
