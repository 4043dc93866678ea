# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sqlite3

CSV = "uid,givenName,sn,cn\nada,Ada,Marlowe,Ada Marlowe\nbruno,Bruno,Teixeira,Bruno Teixeira\n"


def break_it(company, statement):
    connection = sqlite3.connect(company.folder / "dirserver.db")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_all_is_well_in_a_new_directory_with_people_in_it(company):
    (company.folder / "p.csv").write_text(CSV)
    company.ok("import", "p.csv", "--book", "people", "--apply")
    out = company.ok("check")
    assert "database: sound" in out
    shown = {each["asked_by"]: each for each in company.json("check", "sync") if each["book"] == "people"}
    assert {each["entries"] for each in shown.values()} == {2}
    assert len({each["digest"] for each in shown.values()}) == 1
    assert all(each["agrees"] for each in shown.values())
    assert company.json("check", "sync", "--as", "admin")


def test_a_fault_in_the_database_is_found(company):
    (company.folder / "p.csv").write_text(CSV)
    company.ok("import", "p.csv", "--book", "people", "--apply")
    break_it(company, "DELETE FROM change")
    done = company.run("check", "database")
    assert done.status == 8
    assert done.out.count("its last change is not in the change log") == 3, "two people and the group of contractors"
    break_it(company, "DELETE FROM value")
    assert "it is not in the index" in company.run("check", "database").out
    assert company.run("check").status == 8


def test_a_damaged_file_is_told_and_not_taken_for_a_fault_of_ours(company):
    (company.folder / "p.csv").write_text(CSV)
    company.ok("import", "p.csv", "--book", "people", "--apply")
    file = company.folder / "dirserver.db"
    with file.open("r+b") as opened:
        page = sqlite3.connect(file).execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entry'").fetchone()[0]
        opened.seek((page - 1) * 4096)
        opened.write(b"\xa5" * 4096)
    done = company.run("check", "database")
    assert (done.status, "database: SQLite: " in done.out, "restore a backup" in done.err) == (8, True, True)
    asked = company.run("export", "--book", "people", "--format", "csv")
    assert (asked.status, "the database's file is damaged" in asked.err) == (7, True)


def test_a_mistake_in_the_settings_is_told_with_its_line(company):
    settings = company.folder / "dirserver.toml"
    settings.write_text('domain = "example.com"\nwrkers = 3\n')
    done = company.run("check", "config")
    assert done.status == 2
    assert done.err.startswith("dirserver: dirserver.toml, line 2: unknown setting 'wrkers'")


def test_a_key_that_others_can_read_is_told(company):
    (company.folder / "dirserver.key").chmod(0o644)
    done = company.run("check", "config")
    assert (done.status, "chmod 600" in done.err) == (2, True)


def test_a_missing_database_or_key_is_told_and_none_is_made(company):
    (company.folder / "dirserver.db").unlink()
    done = company.run("account", "list")
    assert (done.status, "no such database" in done.err) == (2, True)
    assert not (company.folder / "dirserver.db").exists()
    (company.folder / "dirserver.key").unlink()
    assert company.run("account", "list").status == 2
    assert not (company.folder / "dirserver.key").exists()
