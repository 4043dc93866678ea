# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server for the tests: a real one, on a free loopback port, gone afterwards.

Each pytest worker has its own. It dies with its worker however that ends (the kernel sends it SIGINT, "fast shutdown"),
lets in only who knows its password, and has no socket outside loopback.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "dirserver"
# Speed against the promise to survive a power cut, which only a durability test asks for.
_HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_ALWAYS = ("unix_socket_directories=", "max_connections=200", "shared_buffers=64MB", "timezone=UTC", "log_min_messages=warning")
_START_TIMEOUT_S = 60.0


class PostgresMissing(Exception):
    """No PostgreSQL server of Debian's is installed."""


@dataclass(slots=True)
class PostgresServer:
    """A running server. Databases that it makes live until ``drop`` or its end."""

    port: int
    password: str
    _launch: Callable[[], subprocess.Popen[bytes]]
    _log: Path
    _process: subprocess.Popen[bytes] = field(init=False)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _templates: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start it, and wait until it lets us in."""
        self._process = self._launch()
        deadline = time.monotonic() + _START_TIMEOUT_S
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                failed = self._process.poll() is not None or time.monotonic() > deadline
                assert not failed, f"PostgreSQL did not start:\n{self._log.read_text(errors='replace')}"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it without saving anything ("immediate shutdown")."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=30)

    def crash(self) -> None:
        """SIGKILL to the whole server at once. Started again it holds what was committed, if it was started as ``durable``."""
        pids = [self._process.pid, *_children_of(self._process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(timeout=30)
        deadline = time.monotonic() + 30
        # A server that starts while one of the old processes holds the shared memory would refuse.
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self, *, template: str = "template1") -> str:
        """Make a database (of nothing, or a copy of ``template``, to which nobody may be connected); its name."""
        name = f"test_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def template(self, purpose: str, prepare: Callable[[str], None]) -> str:
        """Name of a database that ``prepare(url)`` filled, the first time that ``purpose`` is asked for: migrate once, copy often."""
        if purpose not in self._templates:
            name = self.create()
            prepare(self.url(name))
            self._templates[purpose] = name
        return self._templates[purpose]

    def drop(self, database: str) -> None:
        """Drop a database, with whoever is still connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def _run(self, statement: str, *names: str) -> None:
        with closing(self._connect()) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=OWNER, password=self.password, dbname="postgres", autocommit=True, connect_timeout=10
        )


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server and stop it at the end. ``durable`` keeps fsync on. Raises PostgresMissing."""
    bin_folder = _newest_bin_folder()
    folder = Path(tempfile.mkdtemp(prefix="dirserver-postgres-"))
    try:
        password = secrets.token_urlsafe(18)
        _make_cluster(bin_folder, folder, password)
        port = _free_port()
        server = PostgresServer(port, password, lambda: _start(bin_folder, folder, port, durable=durable), folder / "log")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _newest_bin_folder() -> Path:
    folders = [server.parent for server in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if not folders:
        message = "no PostgreSQL server under /usr/lib/postgresql: apt install postgresql (or run 'make packages' as root)"
        raise PostgresMissing(message)
    return max(folders, key=lambda folder: int(folder.parent.name))


def _as_unprivileged() -> list[str | Path]:
    """Words before a command: PostgreSQL refuses root, and nothing may outlive the tests."""
    words: list[str | Path] = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        words += ["--reuid", _server_user().pw_name, "--regid", str(_server_user().pw_gid), "--clear-groups"]
    return [*words, "--"]


def _server_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _make_cluster(bin_folder: Path, folder: Path, password: str) -> None:
    password_file = folder / "password"
    password_file.write_text(password)
    password_file.chmod(0o600)
    if os.geteuid() == 0:
        for path in (folder, password_file):
            shutil.chown(path, _server_user().pw_uid, _server_user().pw_gid)
    options = [
        f"--username={OWNER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    done = subprocess.run(
        [*_as_unprivileged(), bin_folder / "initdb", "--pgdata", folder / "data", *options],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"initdb failed:\n{done.stdout}{done.stderr}"


def _start(bin_folder: Path, folder: Path, port: int, *, durable: bool) -> subprocess.Popen[bytes]:
    settings = ["listen_addresses=127.0.0.1", f"port={port}", *_ALWAYS, *(() if durable else _HASTY)]
    flags = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*_as_unprivileged(), bin_folder / "postgres", "-D", folder / "data", *flags],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _children_of(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found
