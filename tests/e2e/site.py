# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole dirserver in a folder of its own: its commands as processes, its servers in a session of their own.

Processes are found and ended by the session that we started them in, never by name, so tests run side by side.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.cast import password_of

PROGRAM = Path(sys.executable).with_name("dirserver")
SUFFIX = "dc=example,dc=com"
_READY_TIMEOUT_S = 90.0
_STOP_TIMEOUT_S = 30.0
# Below the ports that the kernel gives to outgoing connections, so that nobody takes one while its server restarts.
_PORTS = range(17_000, 32_000)


class StartFailed(AssertionError):
    """The servers ended, or weren't ready in time; the message holds their log."""


@dataclass(slots=True)
class Site:
    """A folder with dirserver.toml, key and (on SQLite) database, and what runs on it."""

    folder: Path
    program: Path = PROGRAM
    environment: dict[str, str] = field(default_factory=dict)
    http_port: int = 0
    ldap_port: int = 0
    ldaps_port: int = 0
    process: subprocess.Popen[bytes] | None = None

    # ------------------------------------------------------------------------------------------------------ commands

    def command(self, *words: str | Path, given: str | bytes = "", timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever its exit status."""
        data = given if isinstance(given, bytes) else given.encode()
        done = subprocess.run(
            [self.program, *words],
            input=data,
            capture_output=True,
            cwd=self.folder,
            env=self._environment(),
            check=False,
            timeout=timeout_s,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err, f"dirserver {words} showed a trace:\n{err}"
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def run(self, *words: str | Path, given: str | bytes = "", timeout_s: float = 300) -> str:
        """Run a command that must succeed; what it printed."""
        done = self.command(*words, given=given, timeout_s=timeout_s)
        assert done.returncode == 0, f"dirserver {' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def json(self, *words: str | Path) -> list[dict[str, object]]:
        """Run a listing that must succeed; its rows."""
        rows: list[dict[str, object]] = json.loads(self.run(*words, "--json"))
        return rows

    def begin(self, *words: str | Path) -> subprocess.Popen[bytes]:
        """Start a command beside us; the caller waits for it."""
        return subprocess.Popen(
            [self.program, *words], cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def device_password(self, login: str, label: str = "phone") -> str:
        """Make a device password and return it."""
        return self.run("device-password", "add", login, "--label", label).strip()

    # ------------------------------------------------------------------------------------------------------ settings

    def found(self, *options: str) -> None:
        """Make settings, key and database for example.com, on free ports."""
        self.run("init", "--domain", "example.com", *options)
        self.take_ports()
        self.set("size_limit", "100000", section="ldap")
        self.set("format", '"json"', section="log")

    def take_ports(self) -> None:
        """Listen on ports that nobody has."""
        self.http_port, self.ldap_port = free_ports(2)
        self.set("listen", f'"127.0.0.1:{self.http_port}"', section="http")
        self.set("listen", f'"127.0.0.1:{self.ldap_port}"', section="ldap")

    def set(self, key: str, value: str, *, section: str) -> None:
        """Set a line of dirserver.toml, as somebody with an editor would."""
        file = self.folder / "dirserver.toml"
        head, mark, tail = file.read_text().partition(f"\n[{section}]\n")
        line = re.compile(rf"^#?{key} = .*$", re.MULTILINE)
        assert mark
        assert line.search(tail), f"no {key} in [{section}]"
        file.write_text(head + mark + line.sub(f"{key} = {value}", tail, count=1))

    def add_account(self, login: str, name: str, *options: str) -> None:
        """Make an account with the password of the cast."""
        self.run(
            "account",
            "add",
            login,
            "--name",
            name,
            "--mail",
            f"{login}@example.com",
            "--password-stdin",
            *options,
            given=password_of(login) + "\n",
        )

    # ------------------------------------------------------------------------------------------------------- servers

    @property
    def log_file(self) -> Path:
        """What the servers wrote to standard error, over all starts."""
        return self.folder / "serve.log"

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def ldap_url(self) -> str:
        """Where LDAP is."""
        return f"ldap://127.0.0.1:{self.ldap_port}"

    def start(self, *words: str) -> None:
        """Start ``dirserver serve`` and wait until it says that it is ready. Raises StartFailed."""
        assert self.process is None
        before = self._ready_lines()
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, *(words or ("serve",))], cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until(lambda: self._ready_lines() > before or self._has_ended(), "the servers are ready", _READY_TIMEOUT_S, self.log)
        if self._has_ended():
            self.process = None
            raise StartFailed(f"the servers ended while they started:\n{self.log()}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop the servers as systemd would, and see that they went well and that nothing of them is left."""
        assert self.process is not None
        process = self.process
        process.send_signal(number)
        try:
            status = process.wait(_STOP_TIMEOUT_S)
        finally:
            left = self.pids()
            self.kill()
        assert status == 0, f"the servers ended with {status}:\n{self.log()}"
        assert left == [], f"these were left running: {left}\n{self.log()}"

    def kill(self) -> None:
        """SIGKILL to the parent and every worker; returns when none of them is left."""
        if self.process is None:
            return
        session = self.process.pid

        def swept() -> bool:
            for pid in _pids_of(session):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            self.process.poll() if self.process else None
            return not _pids_of(session)

        wait_until(swept, "all processes are gone", _STOP_TIMEOUT_S, self.log)
        self.process.wait()
        self.process = None

    def pids(self) -> list[int]:
        """The servers' processes that live now."""
        return _pids_of(self.process.pid) if self.process is not None else []

    def log(self) -> str:
        """The end of the servers' log."""
        return self.log_file.read_text(errors="replace")[-6_000:] if self.log_file.exists() else ""

    def assert_quiet_log(self) -> None:
        """No server wrote of a fault."""
        text = self.log_file.read_text(errors="replace")
        faults = [line for line in text.splitlines() if '"level": "error"' in line or '"level": "critical"' in line or "Traceback" in line]
        assert faults == [], "\n".join(faults[:20])

    def _has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def _ready_lines(self) -> int:
        return self.log_file.read_text(errors="replace").count('"event": "ready"') if self.log_file.exists() else 0

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", **self.environment}


def copied(folder: Path, target: Path) -> Site:
    """A site like the one in ``folder``, on which nothing may run, with ports of its own."""
    shutil.copytree(folder, target)
    site = Site(target)
    site.take_ports()
    return site


@contextmanager
def serving(site: Site, *words: str) -> Iterator[Site]:
    """Serve a site for a while; at the end it has to stop cleanly. Its log is shown with a failure."""
    try:
        site.start(*words)
        yield site
        if site.process is not None:
            site.stop()
    finally:
        site.kill()
        print(f"--- log of {site.folder}\n{site.log()}")  # noqa: T201 # pytest shows it beside a failure only


def wait_until(is_so: Callable[[], bool], what: str, timeout_s: float = 30.0, explain: Callable[[], str] = str) -> None:
    """Ask again and again until it is so; fails when it isn't in time."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline, f"not within {timeout_s:.0f} s: {what}\n{explain()}"
        time.sleep(0.02)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on."""
    found: list[int] = []
    chance = random.SystemRandom()
    while len(found) < count:
        port = chance.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


def cpu_s(pids: Sequence[int]) -> float:
    """CPU time that living processes used so far, in seconds."""
    ticks = 0
    for pid in pids:
        fields = _stat(pid)
        ticks += int(fields[11]) + int(fields[12]) if fields else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _pids_of(session: int) -> list[int]:
    """Living processes (zombies aren't) of a session."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields and fields[0] not in {"Z", "X"} and int(fields[3]) == session:
                found.append(int(folder.name))
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on (proc(5)); none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
