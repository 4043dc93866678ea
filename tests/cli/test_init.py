# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import stat


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_makes_settings_key_and_database_and_prints_a_link_for_the_first_admin(shell):
    out = shell.ok("init", "--domain", "Example.COM")
    assert re.search(r"http://127\.0\.0\.1:8080/welcome/[\w-]{40,}\n", out)
    assert listing(shell.folder) == ["dirserver.db", "dirserver.key", "dirserver.toml"]
    assert 'domain = "example.com"' in (shell.folder / "dirserver.toml").read_text()
    for path in shell.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each["login"] for each in shell.json("account", "list")] == ["admin"]


def test_it_grants_what_fits_most_companies(company):
    grants = {each["subject"]: (each["level"], each["reads"]) for each in company.json("grant", "list")}
    assert grants["authenticated"] == ("view", ["public", "work"])
    assert grants["group:contractors"] == ("view", ["public"])
    assert grants["self"] == ("edit", ["public", "work", "hr", "private"])


def test_it_overwrites_nothing(company):
    before = {path: path.read_bytes() for path in company.folder.iterdir()}
    done = company.run("init", "--domain", "other.example")
    assert done.status == 2
    assert "dirserver.toml: exists already" in done.err
    assert {path: path.read_bytes() for path in company.folder.iterdir()} == before


def test_it_leaves_nothing_behind_when_a_part_is_there_already(shell):
    (shell.folder / "dirserver.db").write_text("mine")
    done = shell.run("init", "--domain", "example.com")
    assert (done.status, "there is a database already" in done.err) == (2, True)
    assert listing(shell.folder) == ["dirserver.db"]
    (shell.folder / "dirserver.db").unlink()
    (shell.folder / "dirserver.key").write_text("mine")
    assert shell.run("init", "--domain", "example.com").status == 2
    assert listing(shell.folder) == ["dirserver.key"]


def test_a_domain_that_is_none_is_told(shell):
    done = shell.run("init", "--domain", "exa mple")
    assert (done.status, "--domain" in done.err, listing(shell.folder)) == (2, True, [])


def test_a_database_that_cannot_be_reached_leaves_nothing_behind(shell):
    done = shell.run("init", "--domain", "example.com", "--database", "postgresql+psycopg://u:hunter2@127.0.0.1:1/d")
    assert done.status == 7
    assert "hunter2" not in done.err
    assert listing(shell.folder) == []


def test_the_settings_go_where_they_are_asked_for(shell):
    (shell.folder / "etc").mkdir()
    out = shell.ok("init", "--domain", "example.com", "--config", "etc/d.toml")
    assert "dirserver serve --config etc/d.toml" in out
    assert listing(shell.folder / "etc") == ["d.toml", "dirserver.db", "dirserver.key"]
