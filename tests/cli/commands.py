# SPDX-License-Identifier: GPL-3.0-or-later
"""Running dirserver as people do: a process of its own in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dirserver.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder to run commands in."""

    folder: Path
    python: str = sys.executable

    @property
    def environment(self):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DIRSERVER_", "NOTIFY_"))}
        return {**clean, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}", "COLUMNS": "200"}

    def command(self, *arguments):
        return [self.python, "-P", "-m", "dirserver.cli.main", *map(str, arguments)]

    def run(self, *arguments, stdin="", **environment):
        """A command in a process of its own, forked from this one: what it imports is there already, which saves a second each."""
        with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            given.write(stdin)
            given.seek(0)
            child = os.fork()
            if child == 0:
                self._become(list(map(str, arguments)), (given, out, err), environment)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            out.seek(0)
            err.seek(0)
            return Done(status, out.read(), err.read())

    def _become(self, arguments, streams, environment):
        try:
            for number, stream in enumerate(streams):
                os.dup2(stream.fileno(), number)
            sys.stdin, sys.stdout, sys.stderr = (
                open(number, mode, closefd=False)  # noqa: SIM115 # the child ends with them open
                for number, mode in enumerate("rww")
            )
            os.chdir(self.folder)
            os.environ.clear()
            os.environ.update(self.environment, **environment)
            status = main.run(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        finally:
            os._exit(99)

    def ok(self, *arguments, stdin=""):
        done = self.run(*arguments, stdin=stdin)
        assert done.status == 0, done.err
        return done.out

    def json(self, *arguments):
        return json.loads(self.ok(*arguments, "--json"))

    def init(self):
        """A new directory that listens on free ports."""
        self.ok("init", "--domain", "example.com")
        return self.listen_on_free_ports()

    def listen_on_free_ports(self):
        settings = self.folder / "dirserver.toml"
        settings.write_text(re.sub(r'(?m)^listen = ".*"', lambda _: f'listen = "127.0.0.1:{free_port()}"', settings.read_text()))
        return self

    @contextmanager
    def serving(self, *arguments):
        """The running server; ended by SIGTERM afterwards, and then everything of it must be gone."""
        with (self.folder / "serve.log").open("w") as log:
            process = subprocess.Popen(self.command("serve", *arguments), cwd=self.folder, env=self.environment, stderr=log, stdout=log)
        try:
            ready = await_ready(self.folder / "serve.log", process)
            yield Serving(process, ready["http"], ready["ldap"])
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(60)


@dataclass(frozen=True, slots=True)
class Serving:
    process: subprocess.Popen
    http: str
    ldap: str


def await_ready(log, process):
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if '"event": "ready"' in line:
                return json.loads(line)
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid):
    """Every process below one, by /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found
