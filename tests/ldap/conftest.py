# SPDX-License-Identifier: GPL-3.0-or-later
"""The company of tests/cast.py behind the LDAP door: in this process, and in one of its own that real clients talk to."""

from __future__ import annotations

import base64
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from dirserver.card.fields import from_attributes
from dirserver.config import Config, load
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Draft
from dirserver.ldap.listen import make_site
from dirserver.ldap.session import Session, Site
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from dirserver.wiring import Parts, wire
from tests.cast import make_company, principal, uuid_of

ROOT = Path(__file__).parents[2]
SUFFIX = "dc=example,dc=com"


@pytest.fixture(scope="session")
def config_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dirserver.toml whose database holds the company."""
    folder = tmp_path_factory.mktemp("ldap")
    (folder / "dirserver.key").write_bytes(base64.b64encode(secrets.token_bytes(32)))
    (folder / "dirserver.key").chmod(0o600)
    file = folder / "dirserver.toml"
    file.write_text('domain = "example.com"\n[ldap]\nmax_message_bytes_before_bind = 65536\n')
    parts = wire(load(file), may_create=True)
    make_company(parts)
    photo = folder / "ada.jpg"
    Image.new("RGB", (40, 40), "navy").save(photo)
    ada = Modification("jpegPhoto", Operation.REPLACE, (photo.read_bytes(),))
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("ada"), [ada])
        secret = from_attributes({"cn": ("Only Adas",), "sn": ("Adas",)}, uid=uuid_of("only adas"))
        writing.add(writing.book("~ada"), Draft(secret))
    parts.close()
    return file


@pytest.fixture(scope="session")
def parts(config_file: Path) -> Iterator[Parts]:
    opened = wire(load(config_file))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def site(parts: Parts) -> Site:
    return make_site(parts)


@pytest.fixture
def own_file(config_file: Path, tmp_path: Path) -> Path:
    """A company that a test may change."""
    return shutil.copytree(config_file.parent, tmp_path / "own") / config_file.name


@pytest.fixture
def own_site(own_file: Path) -> Iterator[Site]:
    opened = wire(load(own_file))
    yield make_site(opened)
    opened.close()


@dataclass(frozen=True)
class Asker:
    """One of the cast on a connection."""

    site: Site

    def session(self, login: str | None, address: str = "127.0.0.1") -> Session:
        who = principal(self.site.identity, login, Door.LDAP) if login is not None else Principal.anonymous(Door.LDAP)
        return Session(who, address)

    def config(self, config: Config) -> Asker:
        return Asker(replace(self.site, config=config))


@pytest.fixture
def asker(site: Site) -> Asker:
    return Asker(site)


@pytest.fixture
def ada_reads(site: Site) -> Iterator[Reading]:
    with site.directory.reading(principal(site.identity, "ada", Door.LDAP)) as reading:
        yield reading


_SERVER = """
import sys
from pathlib import Path
from dirserver.config import Address, load
from dirserver.ldap import listen
from dirserver.serve.log import configure
from dirserver.wiring import wire
config = load(Path(sys.argv[1]))
configure(config.log, "ldap")
parts = wire(config)
tls = Address("127.0.0.1", int(sys.argv[3])) if sys.argv[3:] else None
listen.run(parts, Address("127.0.0.1", int(sys.argv[2])), lambda: print("ready", flush=True), tls_address=tls)
parts.close()
print("stopped", flush=True)
"""


@dataclass(frozen=True)
class Server:
    """A listening process."""

    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_server(config_file: Path, port: int, *more: int) -> Server:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(config_file), str(port), *map(str, more)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return Server(port, process)


@pytest.fixture(scope="session")
def server(config_file: Path) -> Iterator[Server]:
    """The company behind a port of loopback."""
    started = start_server(config_file, free_port())
    yield started
    started.process.terminate()
    assert started.process.wait(30) == 0
