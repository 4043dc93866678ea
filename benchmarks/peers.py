# SPDX-License-Identifier: GPL-3.0-or-later
"""Other CardDAV servers, started in a folder of their own with the same cards, to be measured beside ours in one run.

sabre/dav as Debian packages it (php-sabre-dav, php-cli, php-sqlite3) and Radicale as it comes. Each is left out, with a word,
where it isn't installed. sabre/dav 1.8 knows no sync-collection: its clients poll the ctag and list the book.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SABRE = Path("/usr/share/php/Sabre/autoload.php")
_WAIT_S = 60.0

_SABRE_SCHEMA = """
CREATE TABLE addressbooks (id INTEGER PRIMARY KEY, principaluri TEXT, displayname TEXT, uri TEXT, description TEXT, ctag INTEGER);
CREATE TABLE cards (id INTEGER PRIMARY KEY, addressbookid INTEGER, carddata BLOB, uri TEXT, lastmodified INTEGER);
CREATE INDEX card_uri ON cards (addressbookid, uri);
CREATE TABLE principals (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, email TEXT, displayname TEXT, vcardurl TEXT);
CREATE TABLE groupmembers (id INTEGER PRIMARY KEY, principal_id INTEGER, member_id INTEGER, UNIQUE (principal_id, member_id));
CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT UNIQUE, digesta1 TEXT);
INSERT INTO principals (uri, displayname) VALUES ('principals/ada', 'Ada');
INSERT INTO addressbooks VALUES (1, 'principals/ada', 'People', 'people', '', 1);
"""
_SABRE_SERVER = """<?php
error_reporting(E_ALL & ~E_DEPRECATED);
date_default_timezone_set('UTC');
require 'Sabre/autoload.php';
$pdo = new PDO('sqlite:' . __DIR__ . '/sabre.sqlite');
$pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
class Passwords extends Sabre\\DAV\\Auth\\Backend\\AbstractBasic {
    protected function validateUserPass($name, $password) { return $name === 'ada' && hash_equals('secret', $password); }
}
$principals = new Sabre\\DAVACL\\PrincipalBackend\\PDO($pdo);
$server = new Sabre\\DAV\\Server([
    new Sabre\\DAVACL\\PrincipalCollection($principals),
    new Sabre\\CardDAV\\AddressBookRoot($principals, new Sabre\\CardDAV\\Backend\\PDO($pdo)),
]);
$server->setBaseUri('/');
$server->addPlugin(new Sabre\\DAV\\Auth\\Plugin(new Passwords(), 'bench'));
$server->addPlugin(new Sabre\\CardDAV\\Plugin());
$server->addPlugin(new Sabre\\DAVACL\\Plugin());
$server->exec();
"""


@dataclass
class Peer:
    """A running server: where its book of people is, and which processes do the work."""

    name: str
    port: int
    home: str
    password: str
    syncs: bool
    process: subprocess.Popen[bytes] | None = None
    pids: list[int] = field(default_factory=list)

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            for pid in self.pids:
                # Workers of PHP's server outlive it.
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()


def start_radicale(folder: Path, cards: list[tuple[str, bytes]], port: int) -> Peer:
    """Start Radicale as it comes, over its own files."""
    home = folder / "collections" / "collection-root" / "ada" / "people"
    home.mkdir(parents=True)
    (home / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK", "D:displayname": "People"}')
    for name, card in cards:
        (home / name).write_bytes(card)
    settings = folder / "radicale.conf"
    settings.write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\n"
        f"htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {folder / 'collections'}\n[logging]\nlevel = error\n"
    )
    (folder / "users").write_text("ada:secret\n")
    process = subprocess.Popen([sys.executable, "-m", "radicale", "--config", str(settings)], stdout=subprocess.DEVNULL)
    return _ready(Peer("Radicale", port, "/ada/people/", "secret", syncs=True, process=process))


def start_sabre(folder: Path, cards: list[tuple[str, bytes]], port: int, *, workers: int = 1) -> Peer | None:
    """Start sabre/dav on so many of PHP's own servers with its byte code cached, over SQLite; None where it isn't installed."""
    php = shutil.which("php")
    if php is None or not SABRE.exists():
        print("sabre/dav is not installed here: apt install php-sabre-dav php-cli php-sqlite3 php-xml php-mbstring")
        return None
    with sqlite3.connect(folder / "sabre.sqlite") as database:
        database.executescript(_SABRE_SCHEMA)
        database.executemany("INSERT INTO cards VALUES (NULL, 1, ?, ?, 0)", [(card.decode(), name) for name, card in cards])
        database.execute("INSERT INTO users VALUES (1, 'ada', ?)", (hashlib.md5(b"ada:bench:secret").hexdigest(),))  # noqa: S324 # theirs
    database.close()
    (folder / "server.php").write_text(_SABRE_SERVER)
    options = ["-d", "opcache.enable_cli=1", "-d", "memory_limit=2G", "-d", "max_execution_time=600"]
    process = subprocess.Popen(
        [php, *options, "-S", f"127.0.0.1:{port}", str(folder / "server.php")],
        env={**os.environ, "PHP_CLI_SERVER_WORKERS": str(workers)} if workers > 1 else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return _ready(Peer("sabre/dav 1.8", port, "/addressbooks/ada/people/", "secret", syncs=False, process=process))


def _ready(peer: Peer) -> Peer:
    assert peer.process is not None
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", peer.port), timeout=5).close()
            break
        except OSError:
            assert time.monotonic() < deadline, f"{peer.name} doesn't answer"
            assert peer.process.poll() is None, f"{peer.name} ended"
            time.sleep(0.1)
    children = Path(f"/proc/{peer.process.pid}/task/{peer.process.pid}/children").read_text()
    peer.pids = [peer.process.pid, *map(int, children.split())]
    return peer
