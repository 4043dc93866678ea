# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: an error that names the place and the remedy, an exit status that isn't 0, and nothing half done."""

from __future__ import annotations

import hashlib
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.commands import Shell
from tests.e2e.people import SAMPLE_SIZE
from tests.e2e.site import Site, StartFailed

pytestmark = pytest.mark.e2e

HEADER = "uid,givenName,sn,cn,mail\n"
GOOD = "zora,Zora,Zimmer,Zora Zimmer,zora@example.com\n"
GOOD_CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c1\r\nFN:Good One\r\nN:One;Good;;;\r\nEND:VCARD\r\n"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site with one person."""
    site = Site(tmp_path_factory.mktemp("founded"))
    site.found()
    (site.folder / "first.csv").write_text(HEADER + "ada,Ada,Marlowe,Ada Marlowe,ada@example.com\n")
    site.run("import", "first.csv", "--book", "people", "--apply")
    return site.folder


@pytest.fixture
def site(founded: Path, tmp_path: Path) -> Iterator[Site]:
    """A copy of it."""
    made = Site(tmp_path / "site")
    shutil.copytree(founded, made.folder)
    yield made
    made.kill()


def content(site: Site) -> str:
    """A digest of all that the database holds."""
    with closing(sqlite3.connect(f"file:{site.folder / 'dirserver.db'}?mode=ro", uri=True)) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def assert_refused(site: Site, *words: str | Path, says: tuple[str, ...]) -> str:
    """The command fails with all of these in its message, and changes nothing; its standard error."""
    before = content(site)
    done = Shell(site.folder).run(*words)
    assert done.status != 0, done.out
    assert "Traceback" not in done.err, done.err
    for text in says:
        assert text in done.err, done.err
    assert content(site) == before
    return done.err


IMPORTS: dict[str, tuple[str, bytes, tuple[str, ...]]] = {
    "a line with too few cells": ("p.csv", (HEADER + GOOD + "yara,Yara\n").encode(), ("p.csv", "line 3")),
    "a line with too many cells": (
        "p.csv",
        (HEADER + GOOD + "yara,Yara,Young,Yara Young,y@example.com,x,y,z\n").encode(),
        ("p.csv", "line 3"),
    ),
    "a quote that is never closed": (
        "p.csv",
        (HEADER + GOOD + 'yara,"Yara,Young,Yara Young,y@example.com\n').encode(),
        ("p.csv", "line 3"),
    ),
    "a person without a name": ("p.csv", (HEADER + GOOD + "yara,,,,\n").encode(), ("p.csv", "line 3")),
    "the same uid twice": ("p.csv", (HEADER + GOOD + GOOD).encode(), ("p.csv", "line 3")),
    "octets that are no text": (
        "p.csv",
        (HEADER + GOOD).encode() + b"yara,Yar\x81\xffa,Young,Yara Young,y@example.com\n",
        ("p.csv", "line 3"),
    ),
    "a card without an end": ("c.vcf", (GOOD_CARD + GOOD_CARD.replace("END:VCARD\r\n", "")).encode(), ("c.vcf", "line 7")),
    "a card without a name": (
        "c.vcf",
        (GOOD_CARD + GOOD_CARD.replace("FN:Good One", "FN:").replace("N:One;Good;;;", "N:;;;;").replace("c1", "c2")).encode(),
        ("c.vcf", "line"),
    ),
    "a line that is no property": ("c.vcf", GOOD_CARD.replace("N:One", "what is this\r\nN:One").encode(), ("c.vcf", "line 5")),
    "a broken record": ("p.ldif", b"dn: uid=zora,ou=people,dc=example,dc=com\ncn: Zora\nsn Zimmer\n", ("p.ldif", "line 3")),
    "base64 that is none": ("p.ldif", b"dn: uid=zora,ou=people,dc=example,dc=com\ncn:: %%%%\n", ("p.ldif", "line 2")),
    "an empty file": ("p.csv", b"", ("p.csv",)),
    "a picture": ("p.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ("p.csv",)),
}


@pytest.mark.parametrize("case", IMPORTS)
def test_a_bad_file_is_told_with_its_line_and_nothing_is_imported(site: Site, case: str) -> None:
    name, data, says = IMPORTS[case]
    (site.folder / name).write_bytes(data)
    assert_refused(site, "import", name, "--book", "people", says=says)
    assert_refused(site, "import", name, "--book", "people", "--apply", says=says)


def test_a_file_in_another_encoding_is_read_right_or_refused_with_its_remedy(site: Site) -> None:
    text = HEADER + "lukasz,Łukasz,Żak,Łukasz Żak,lukasz@example.com\n"
    (site.folder / "p.csv").write_bytes(text.encode("cp1250"))
    words = ("import", "p.csv", "--book", "people", "--apply", "--encoding")
    assert_refused(site, *words, "utf-8", says=("p.csv, line 2", "encoding", "cp1250"))
    assert_refused(site, *words, "klingon", says=("klingon",))
    site.run(*words, "cp1250")
    assert "Łukasz Żak" in site.run("export", "--book", "people", "--format", "csv")


def test_a_missing_file_book_or_mapping_is_named(site: Site) -> None:
    (site.folder / "p.csv").write_text(HEADER + GOOD)
    assert_refused(site, "import", "gone.csv", "--book", "people", "--apply", says=("gone.csv",))
    assert_refused(site, "import", "p.csv", "--book", "clients", "--apply", says=("clients",))
    assert_refused(site, "import", "p.csv", "--book", "people", "--map", "gone.toml", says=("gone.toml",))
    assert_refused(site, "export", "--book", "clients", "--format", "csv", says=("clients",))
    assert_refused(site, "export", "--book", "people", "--format", "csv", "-o", "no/such/folder/p.csv", says=("no/such/folder/p.csv",))


def edit(site: Site, old: str, new: str) -> int:
    """Replace a line of the settings; its number."""
    file = site.folder / "dirserver.toml"
    lines = file.read_text().splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith(old))
    lines[number] = new
    file.write_text("\n".join(lines) + "\n")
    return number + 1


SETTINGS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "an unknown key": ("#threads", "treads = 4", ("treads", "threads")),
    "an unknown section": ("[security]", "[securty]", ("securty", "security")),
    "a number that is a text": ("workers", 'workers = "two"', ("workers", "1")),
    "a number out of bounds": ("workers", "workers = 0", ("workers", "1")),
    "an address that is none": ("listen", 'listen = "loopback"', ("listen",)),
    "no toml": ("workers", "workers = = 2", ()),
    "a database address that is none": ("url", 'url = "mysql://x"', ("url", "sqlite:///")),
}


@pytest.mark.parametrize("case", SETTINGS)
@pytest.mark.parametrize("command", [("serve",), ("check", "config"), ("account", "list")])
def test_a_bad_setting_is_told_with_its_line_by_every_command(site: Site, case: str, command: tuple[str, ...]) -> None:
    old, new, says = SETTINGS[case]
    number = edit(site, old, new)
    told = assert_refused(site, *command, says=("dirserver.toml", *says))
    assert f"line {number}" in told or f":{number}" in told, told


@pytest.mark.parametrize("section", ["http", "ldap"])
def test_a_taken_port_is_told_and_nothing_is_left_running(site: Site, section: str) -> None:
    port = site.http_port = site.ldap_port = 0
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        site.set("listen", f'"127.0.0.1:{port}"', section=section)
        with pytest.raises(StartFailed) as failed:
            site.start()
        assert f"127.0.0.1:{port}" in str(failed.value)
        assert f"[{section}] listen" in str(failed.value)
    assert not running_in(site)


def test_a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on(site: Site) -> None:
    site.start()
    done = site.command("serve")
    assert done.returncode != 0
    assert "taken" in done.stderr
    assert len(site.pids()) >= 4
    site.stop()


def running_in(site: Site) -> list[int]:
    """Processes whose current folder is the site's."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").readlink() == site.folder:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def change(statement: str) -> Callable[[Site], None]:
    def run(site: Site) -> None:
        with closing(sqlite3.connect(site.folder / "dirserver.db")) as connection:
            connection.execute(statement)
            connection.commit()

    return run


SPOILED: dict[str, tuple[Callable[[Site], None], tuple[str, ...]]] = {
    "a database from a newer version": (change("UPDATE alembic_version SET version_num = '9999_later'"), ("newer", "9999_later")),
    "a missing key": (lambda site: (site.folder / "dirserver.key").unlink(), ("dirserver.key",)),
    "a key that is too short": (lambda site: (site.folder / "dirserver.key").write_text("c2hvcnQ=") and None, ("dirserver.key",)),
    "a key that everybody can read": (lambda site: (site.folder / "dirserver.key").chmod(0o644), ("dirserver.key", "chmod")),
}


@pytest.mark.parametrize("case", SPOILED)
@pytest.mark.parametrize("command", [("serve",), ("account", "list"), ("import", "first.csv", "--book", "people", "--apply")])
def test_what_does_not_fit_the_installation_is_refused(site: Site, case: str, command: tuple[str, ...]) -> None:
    spoil, says = SPOILED[case]
    spoil(site)
    assert_refused(site, *command, says=says)
    assert not running_in(site)


def test_a_file_that_is_no_database_is_refused(site: Site) -> None:
    file = site.folder / "dirserver.db"
    file.write_bytes(b"this is a letter to my grandmother" * 1000)
    for command in (("serve",), ("account", "list"), ("check", "database")):
        done = site.command(*command)
        assert done.returncode != 0
        assert "dirserver.db" in done.stderr
    assert file.read_bytes().startswith(b"this is a letter")


def test_a_missing_database_is_not_made_by_chance(site: Site) -> None:
    (site.folder / "dirserver.db").unlink()
    done = site.command("serve")
    assert done.returncode == 2
    assert "dirserver init" in done.stderr
    assert not (site.folder / "dirserver.db").exists()


def limited(site: Site, limit_bytes: int, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command that may not make any file longer than this: what a full disk looks like."""
    return subprocess.run(
        ["prlimit", f"--fsize={limit_bytes}", "--", site.program, *words],
        cwd=site.folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_a_full_disk_ends_an_import_with_nothing_done(site: Site, shared_data: Path) -> None:
    before = content(site)
    size = (site.folder / "dirserver.db").stat().st_size
    done = limited(site, size + 200_000, "import", shared_data / "people.csv", "--book", "people", "--apply")
    assert done.returncode == 7, done.stderr
    assert "Traceback" not in done.stderr
    assert "disk" in done.stderr
    assert content(site) == before
    assert site.run("check", "database") == "database: sound\n"
    site.run("import", shared_data / "people.csv", "--book", "people", "--apply")
    assert len(site.run("export", "--book", "people", "--format", "csv").splitlines()) >= SAMPLE_SIZE + 2


def test_a_full_disk_leaves_the_file_that_an_export_would_have_replaced(site: Site, shared_data: Path) -> None:
    site.run("import", shared_data / "people.csv", "--book", "people", "--apply")
    (site.folder / "out.vcf").write_text("the export of yesterday")
    done = limited(site, 100_000, "export", "--book", "people", "--format", "vcard", "-o", "out.vcf")
    assert done.returncode not in {0, 1}, done.stderr
    assert "out.vcf" in done.stderr
    assert (site.folder / "out.vcf").read_text() == "the export of yesterday"
    assert [file.name for file in site.folder.glob(".dirserver-*")] == []
