# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A worker that does what it is told in a file: the supervisor is the real one, in a process of its own.
WORKER = """
import argparse, os, pathlib, signal, socket, sys, time
p = argparse.ArgumentParser()
p.add_argument("what"); p.add_argument("--name"); p.add_argument("--report-fd", type=int); p.add_argument("--parent", type=int)
p.add_argument("--bound-fd", type=int)
g = p.parse_args()
here = pathlib.Path(sys.argv[0]).parent
with open(here / f"{g.name}.pids", "a") as f: f.write(f"{os.getpid()}\\n")
accepts = (here / "accepting").exists()
nobody = (here / "nobody-starts").exists()
if g.what == "fails" or nobody: os.write(g.report_fd, b"config settings.toml, line 3: no such thing\\n"); sys.exit(1)
if g.what == "dies": sys.exit(3)
if g.what == "deaf": signal.signal(signal.SIGTERM, signal.SIG_IGN)
if g.bound_fd is not None:
    door = socket.socket(fileno=g.bound_fd)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
    door.listen()
os.write(g.report_fd, b"ready\\n")
while g.bound_fd is not None and accepts:
    line = door.accept()[0]
    line.sendall(line.recv(100) + str(os.getpid()).encode())
    line.close()
while True: time.sleep(60)
"""
PARENT = """
import os, sys, pathlib
from dirserver.errors import DirserverError
from dirserver.serve import supervisor
from dirserver.config.values import Address
from dirserver.listening.binding import bound_at
from dirserver.serve.supervisor import Entrance, Program, Supervisor
supervisor._STOP_TIMEOUT_S = 1.0
here = pathlib.Path(sys.argv[0]).parent
port = os.environ.get("PORT")
doors = (Entrance("--bound-fd", lambda: bound_at(Address("127.0.0.1", int(port)), "listen").detach()),) if port else ()
program = (sys.executable, str(here / "worker.py"))
programs = [Program(f"w{i}", program, (what,), 1, lambda: True, entrances=doors) for i, what in enumerate(sys.argv[1:])]
try:
    told = [lambda word=word: print(word, flush=True) for word in ("READY", "STOPPING")]
    told += [lambda as_before: print(" ".join(("RELOADED", *as_before)), flush=True)]
    reloads = {"yes": lambda: True, "no": lambda: False, "": None}[os.environ.get("RELOADS", "")]
    sys.exit(Supervisor(programs, told[0], told[1], reloads, told[2]).run())
except DirserverError as error:
    print(type(error).__name__, error.public_message, flush=True)
    sys.exit(7)
"""


@pytest.fixture
def start(tmp_path):
    (tmp_path / "worker.py").write_text(textwrap.dedent(WORKER))
    (tmp_path / "parent.py").write_text(textwrap.dedent(PARENT))
    started = []

    def run(*what, reloads="", **more):
        process = subprocess.Popen(
            [sys.executable, str(tmp_path / "parent.py"), *what],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}", "RELOADS": reloads, **more},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
    # Where a test has failed its workers are left, and hold the ends of the pipes.
    for number in [pid for file in tmp_path.glob("*.pids") for pid in map(int, file.read_text().split())]:
        with contextlib.suppress(OSError):
            # Not one that has got the number of somebody who is gone.
            if str(tmp_path) in Path(f"/proc/{number}/cmdline").read_text():
                os.kill(number, signal.SIGKILL)
    for process in started:
        process.communicate()


def pids(folder, name):
    file = folder / f"{name}.pids"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def await_that(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def await_word(process, word):
    """Read on to a line of one word, past what the log has to say."""
    while (line := process.stdout.readline()) != f"{word}\n":
        assert line, f"it ended without {word}"


def test_it_is_ready_when_all_workers_are_and_a_signal_ends_all(start, tmp_path):
    process = start("serves", "serves")
    assert process.stdout.readline() == "READY\n"
    workers = pids(tmp_path, "w0") + pids(tmp_path, "w1")
    assert len(workers) == 2
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert process.stdout.read() == "STOPPING\n"
    assert not any(is_alive(pid) for pid in workers)


def test_a_worker_that_dies_is_started_again(start, tmp_path):
    process = start("serves", "serves")
    assert process.stdout.readline() == "READY\n"
    os.kill(pids(tmp_path, "w0")[0], signal.SIGKILL)
    await_that(lambda: len(pids(tmp_path, "w0")) == 2)
    assert len(pids(tmp_path, "w1")) == 1
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert not any(is_alive(pid) for pid in pids(tmp_path, "w0"))


def test_when_one_cannot_start_nothing_stays_and_its_reason_is_told(start, tmp_path):
    process = start("serves", "fails")
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 7
    assert output.splitlines()[-1] == "BadConfig settings.toml, line 3: no such thing"
    assert "READY" not in output
    assert not any(is_alive(pid) for pid in pids(tmp_path, "w0"))


def test_a_worker_that_ends_while_it_starts_is_told_with_its_exit_status(start):
    output, _ = start("dies").communicate(timeout=30)
    assert "w0 ended while it started (exit status 3)" in output


def test_a_worker_that_will_not_stop_is_killed_and_the_exit_status_says_so(start, tmp_path):
    process = start("deaf", "serves")
    assert process.stdout.readline() == "READY\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 1
    assert not any(is_alive(pid) for pid in pids(tmp_path, "w0") + pids(tmp_path, "w1"))


def test_a_signal_during_the_start_is_not_lost(start):
    process = start("serves")
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    assert process.wait(30) in {0, -signal.SIGTERM}


def test_at_sighup_each_worker_is_followed_by_a_new_one(start, tmp_path):
    process = start("serves", "serves", "deaf", reloads="yes")
    assert process.stdout.readline() == "READY\n"
    before = [pids(tmp_path, f"w{place}")[0] for place in range(3)]
    process.send_signal(signal.SIGHUP)
    await_word(process, "RELOADED")
    now = [pids(tmp_path, f"w{place}") for place in range(3)]
    assert [len(each) for each in now] == [2, 2, 2]
    assert not any(map(is_alive, before))
    assert all(is_alive(each[1]) for each in now)
    # They are looked after as those before them.
    os.kill(now[0][1], signal.SIGKILL)
    await_that(lambda: len(pids(tmp_path, "w0")) == 3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 1
    assert not any(is_alive(pid) for place in range(3) for pid in pids(tmp_path, f"w{place}"))


def test_who_is_on_the_way_in_is_let_in_by_who_follows(start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = start("serves", reloads="yes", PORT=str(port))
    assert process.stdout.readline() == "READY\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as silent, socket.create_connection(silent.getpeername()) as early:
        early.sendall(b"early ")
        # The worker that is there accepts nobody; the next one does.
        (tmp_path / "accepting").touch()
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == "RELOADED\n"
        silent.sendall(b"late ")
        follower = pids(tmp_path, "w0")[1]
        assert sorted((silent.recv(100), early.recv(100))) == [b"early %d" % follower, b"late %d" % follower]
    # Whoever comes after a death is let in by the next one too, at a socket of its own.
    os.kill(follower, signal.SIGKILL)
    await_that(lambda: len(pids(tmp_path, "w0")) == 3)
    await_that(lambda: asked(port) == b"again %d" % pids(tmp_path, "w0")[2])
    process.send_signal(signal.SIGTERM)
    await_word(process, "STOPPING")
    assert process.wait(30) == 0


def asked(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(b"again ")
        return line.recv(100)


def test_where_no_new_worker_can_start_the_old_ones_go_on(start, tmp_path):
    process = start("serves", "serves", reloads="yes")
    assert process.stdout.readline() == "READY\n"
    (tmp_path / "nobody-starts").touch()
    process.send_signal(signal.SIGHUP)
    await_word(process, "RELOADED w0 w1")
    first, second = pids(tmp_path, "w0"), pids(tmp_path, "w1")
    assert (len(first), len(second)) == (2, 1)
    assert [is_alive(pid) for pid in (*first, *second)] == [True, False, True]
    (tmp_path / "nobody-starts").unlink()
    for _ in range(2):
        process.send_signal(signal.SIGHUP)
        await_word(process, "RELOADED")
    assert not is_alive(first[0])
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


@pytest.mark.parametrize("reloads, said", [("no", ""), ("", "STOPPING\n")])
def test_who_does_not_reload_either_goes_on_or_stops(start, tmp_path, reloads, said):
    process = start("serves", reloads=reloads)
    assert process.stdout.readline() == "READY\n"
    process.send_signal(signal.SIGHUP)
    if said:
        assert (process.stdout.readline(), process.wait(30)) == (said, 0)
    else:
        os.kill(pids(tmp_path, "w0")[0], signal.SIGKILL)
        await_that(lambda: len(pids(tmp_path, "w0")) == 2)
        process.send_signal(signal.SIGTERM)
        await_word(process, "STOPPING")
        assert process.wait(30) == 0


def test_a_stop_amid_a_reload_leaves_nobody_behind(start, tmp_path):
    process = start("deaf", "serves", reloads="yes")
    assert process.stdout.readline() == "READY\n"
    process.send_signal(signal.SIGHUP)
    await_that(lambda: len(pids(tmp_path, "w0")) == 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 1
    assert not any(is_alive(pid) for name in ("w0", "w1") for pid in pids(tmp_path, name))
