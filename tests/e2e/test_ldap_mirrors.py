# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenLDAP's server and its ldapsearch as mirrors of ours (RFC 4533): what they hold is what we show."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dirserver.config import load
from dirserver.directory.writing import Writing
from dirserver.ldap.tree.classes import AUXILIARY_CLASS, own_oid
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from dirserver.wiring import Parts, wire
from tests.cast import password_of, uuid_of
from tests.ldap.conftest import SUFFIX, Server, config_file, free_port, own_file, start_server
from tests.programs import find_program

__all__ = ["config_file", "own_file"]
pytestmark = pytest.mark.e2e

_WAIT_S = 40
_NAMES = ("objectClass", "uid", "cn", "sn", "title", "mail", "telephoneNumber", "manager", "member", "ou", "description")
_SLAPD = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
objectclass ( 1.3.6.1.4.1.13769.9.1 NAME 'mozillaAbPersonAlpha' SUP top AUXILIARY )
objectclass ( {own_oid} NAME '{own_class}' SUP top AUXILIARY )
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
database mdb
maxsize 67108864
dbnosync
suffix "{suffix}"
rootdn "cn=copy,{suffix}"
directory {folder}/data
access to * by * read
syncrepl rid=001 provider={provider} type=refreshAndPersist retry="1 +"
  searchbase="{suffix}" schemachecking=off attrs="{names}"
  bindmethod=simple binddn="uid=ada,ou=people,{suffix}" credentials={password}
"""


@pytest.fixture
def parts(own_file: Path) -> Iterator[Parts]:
    opened = wire(load(own_file))
    yield opened
    opened.close()


@pytest.fixture
def server(own_file: Path) -> Iterator[Server]:
    started = start_server(own_file, free_port())
    yield started
    started.process.terminate()
    assert started.process.wait(30) == 0


class Slapd:
    """A mirror of OpenLDAP's making."""

    def __init__(self, folder: Path, provider: str) -> None:
        self._program = find_program("slapd", package="slapd")
        self._folder, self._port = folder, free_port()
        (folder / "data").mkdir()
        given = {"folder": folder, "suffix": SUFFIX, "provider": provider, "names": ",".join(_NAMES), "password": password_of("ada")}
        own = {"own_oid": own_oid(AUXILIARY_CLASS), "own_class": AUXILIARY_CLASS}
        (folder / "slapd.conf").write_text(_SLAPD.format(**given, **own))

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self._port}"

    def start(self) -> None:
        with (self._folder / "log").open("a") as log:
            command = [self._program, "-d", "sync", "-h", self.url, "-f", str(self._folder / "slapd.conf")]
            self._process = subprocess.Popen(command, stderr=log, stdout=log)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)


def shown(url: str, *more: str) -> dict[str, list[str]]:
    """What a server shows, by DN."""
    command = [find_program("ldapsearch", package="ldap-utils"), "-LLL", "-x", "-o", "ldif-wrap=no", "-H", url, "-b", SUFFIX, *more]
    read = subprocess.run([*command, "(objectClass=*)", *_NAMES], capture_output=True, text=True, check=False, timeout=60).stdout
    entries = (block.splitlines() for block in read.split("\n\n"))
    return {lines[0]: sorted(lines[1:]) for lines in entries if lines}


def change(parts: Parts, *deeds: Callable[[Writing], object]) -> None:
    for deed in deeds:
        with parts.directory.writing(Principal.system()) as writing:
            deed(writing)


def as_ada(server: Server) -> tuple[str, ...]:
    return (server.url, "-D", "ada", "-w", password_of("ada"))


def test_openldaps_server_holds_what_we_show(server: Server, parts: Parts, tmp_path: Path) -> None:
    slapd = Slapd(tmp_path, server.url)

    def agree() -> None:
        deadline = time.monotonic() + _WAIT_S
        while (copied := shown(slapd.url)) != (ours := shown(*as_ada(server))) and time.monotonic() < deadline:
            time.sleep(0.25)
        assert copied == ours

    slapd.start()
    try:
        agree()
        title = Modification("title", Operation.REPLACE, ("Architect",))
        change(parts, lambda writing: writing.modify(uuid_of("zoe"), [title]), lambda writing: writing.trash(uuid_of("ludo")))
        change(parts, lambda writing: writing.rename(uuid_of("bruno"), "boss"), lambda writing: writing.add_group("newcomers"))
        change(parts, lambda writing: writing.add_member("newcomers", uuid_of("ada")))
        agree()
        slapd.stop()
        # It keeps its place over a restart, and hears of what went meanwhile.
        change(parts, lambda writing: writing.trash(uuid_of("zoe")), lambda writing: writing.drop_group("newcomers"))
        slapd.start()
        agree()
    finally:
        slapd.stop()


def test_ldapsearch_follows(server: Server, parts: Parts) -> None:
    program = find_program("ldapsearch", package="ldap-utils")

    def command(mode: str) -> list[str]:
        return [program, "-x", "-o", "ldif-wrap=no", "-H", *as_ada(server), "-b", SUFFIX, "-E", mode, "(mail=*)", "title"]

    first = subprocess.run(command("!sync=ro"), capture_output=True, text=True, check=True, timeout=60).stdout
    assert first.count("SyncState control") == first.count("dn: uid=") > 8
    (cookie,) = re.findall(r"^# cookie: (\S+)$", first, re.MULTILINE)
    change(parts, lambda writing: writing.trash(uuid_of("ludo")))
    change(parts, lambda writing: writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("One",))]))
    later = subprocess.run(command(f"!sync=ro/{cookie}"), capture_output=True, text=True, check=True, timeout=60).stdout
    assert re.findall(r"^dn: (\S+?),", later, re.MULTILINE) == ["uid=zoe"]
    assert uuid_of("ludo") in later
    assert "refreshDeletes=1" in later
    with subprocess.Popen(command("!sync=rp"), stdout=subprocess.PIPE, text=True) as living:
        assert living.stdout is not None
        lines = iter(living.stdout.readline, "")
        assert any("switching to persist stage" in line for line in lines)
        change(parts, lambda writing: writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Two",))]))
        assert any("title: Two" in line for line in lines)
        living.terminate()
