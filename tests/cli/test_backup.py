# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sqlite3
import stat
import zipfile

CSV = "uid,givenName,sn,cn\nada,Ada,Marlowe,Ada Marlowe\n"


def test_a_restore_brings_back_what_the_backup_holds_and_keeps_what_was_there(company):
    (company.folder / "p.csv").write_text(CSV)
    company.ok("import", "p.csv", "--book", "people", "--apply")
    company.ok("backup", "b.zip")
    assert stat.S_IMODE((company.folder / "b.zip").stat().st_mode) == 0o600
    (batch,) = company.json("batch", "list")
    company.ok("batch", "undo", batch["id"])
    out = company.ok("restore", "b.zip", "--yes")
    assert "Ada Marlowe" in company.ok("export", "--book", "people", "--format", "csv")
    assert len(list(company.folder.glob("dirserver.db.before-*"))) == 1
    assert "the one before is kept" in out
    company.ok("check")


def test_a_backup_never_overwrites(company):
    (company.folder / "b.zip").write_text("mine")
    done = company.run("backup", "b.zip")
    assert (done.status, "exists already" in done.err, (company.folder / "b.zip").read_text()) == (2, True, "mine")


def test_a_damaged_backup_touches_nothing(company):
    company.ok("backup", "b.zip")
    whole = (company.folder / "b.zip").read_bytes()
    before = (company.folder / "dirserver.db").read_bytes()
    for content in (whole[: len(whole) // 2], b"not a zip", whole[:2000] + b"\0" * 200 + whole[2200:]):
        (company.folder / "bad.zip").write_bytes(content)
        done = company.run("restore", "bad.zip", "--yes")
        assert (done.status, "nothing was changed" in done.err) == (2, True), done.err
    assert (company.folder / "dirserver.db").read_bytes() == before
    assert not list(company.folder.glob(".dirserver-*"))


def test_a_backup_of_a_newer_version_touches_nothing(company):
    company.ok("backup", "b.zip")
    with zipfile.ZipFile(company.folder / "b.zip") as archive, zipfile.ZipFile(company.folder / "new.zip", "w") as newer:
        newer.writestr("dirserver.db", archive.read("dirserver.db"))
        newer.writestr("manifest.json", archive.read("manifest.json").replace(b'"format": 1', b'"format": 9'))
    done = company.run("restore", "new.zip", "--yes")
    assert (done.status, "newer dirserver" in done.err) == (2, True)


def test_a_restore_wants_a_yes_and_a_file_or_nothing_to_restore(company):
    company.ok("backup", "b.zip")
    assert company.run("restore", "b.zip").status == 2
    assert company.run("restore").status == 2
    assert company.run("restore", "b.zip", "--renew-only").status == 2
    company.ok("restore", "--renew-only")


def test_postgresql_is_told_its_own_tools(company):
    done = company.run("backup", "b.zip", DIRSERVER_DATABASE_URL="postgresql+psycopg://dirserver:hunter2@db.example.com/dirserver")
    assert done.status == 2
    assert "pg_dump --format=custom --file=FILE 'postgresql://dirserver@db.example.com/dirserver'" in done.err
    assert "hunter2" not in done.err


def test_a_database_of_a_newer_version_is_refused_by_every_command_and_left_alone(company):
    with sqlite3.connect(company.folder / "dirserver.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (("account", "list"), ("serve",), ("check", "database"), ("book", "add", "x", "--name", "X")):
        done = company.run(*command)
        assert done.status == 2
        assert "made by a newer dirserver" in done.err
