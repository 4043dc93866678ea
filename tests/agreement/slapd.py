# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenLDAP's server beside ours: started once on loopback, with the same entries, as whoever runs the tests."""

from __future__ import annotations

import base64
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dirserver.ldap.wire.ber import read
from dirserver.ldap.wire.message import Message, Operation
from tests.ldap.speech import Answer, decode_answers, encode_message
from tests.programs import find_program

_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
sizelimit unlimited
database mdb
maxsize 67108864
suffix "{suffix}"
directory {folder}/data
dbnosync
lastmod off
index objectClass eq
access to * by * read
"""
_WAIT_S = 20


@dataclass
class Slapd:
    """A running slapd and one connection to it."""

    connection: socket.socket
    _number: int = 0
    _unread: bytes = b""

    def ask(self, operation: Operation) -> list[Answer]:
        """Return everything that it answers, the result last."""
        self._number += 1
        self.connection.sendall(encode_message(Message(self._number, operation)))
        answers: list[Answer] = []
        while not answers or answers[-1].code is None:
            answers += decode_answers(self._next_message())
        return answers

    def _next_message(self) -> bytes:
        while True:
            if len(self._unread) > 6:
                length = self._unread[1]
                head = 2 + (length & 0x7F if length & 0x80 else 0)
                size = int.from_bytes(self._unread[2:head]) if length & 0x80 else length
                if len(self._unread) >= head + size:
                    message, self._unread = self._unread[: head + size], self._unread[head + size :]
                    assert read(message, 0, len(message))[0] == 0x30
                    return message
            received = self.connection.recv(65536)
            assert received, "slapd hung up"
            self._unread += received


@contextmanager
def running_slapd(folder: Path, suffix: str, entries: Iterable[Answer]) -> Iterator[Slapd]:
    """Start slapd in an empty folder with these entries, parents first; skip the test where it isn't installed."""
    server = find_program("slapd", package="slapd")
    (folder / "data").mkdir()
    config, ldif = folder / "slapd.conf", folder / "entries.ldif"
    config.write_text(_CONFIG.format(folder=folder, suffix=suffix))
    ldif.write_text("\n".join(map(_ldif, entries)))
    loading = [find_program("slapadd", package="slapd"), "-q", "-s", "-f", str(config), "-l", str(ldif)]
    loaded = subprocess.run(loading, capture_output=True, text=True, check=False, timeout=60)
    assert loaded.returncode == 0, loaded.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "slapd.log").open("w") as log:
        command = [server, "-d", "0", "-f", str(config), "-h", f"ldap://127.0.0.1:{port}/"]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with _connected(port, process) as connection:
            yield Slapd(connection)
    finally:
        process.terminate()
        process.wait(30)


def _connected(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=_WAIT_S)
        except OSError:
            assert process.poll() is None, "slapd ended"
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _ldif(entry: Answer) -> str:
    lines = [f"dn:: {base64.b64encode(entry.dn.encode()).decode()}"]
    lines += [f"{name}:: {base64.b64encode(value).decode()}" for name, values in entry.attributes.items() for value in values]
    return "\n".join([*lines, ""])
