# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import re

import pytest


@pytest.mark.postgresql
def test_everything_is_shown_then_moved_and_the_settings_are_the_operators(company, postgres_url):
    settings = company.folder / "dirserver.toml"
    before = settings.read_text()
    shown = company.run("move", "--to", postgres_url)
    assert shown.status == 0
    assert "account\t1" in shown.out
    assert "nothing was changed" in shown.err
    done = company.run("move", "--to", postgres_url, "--apply")
    assert (done.status, settings.read_text()) == (0, before), done.err
    line = re.search(r'url = "(.*)"', done.out)[1]
    assert postgres_url.partition("@")[2] == line.partition("@")[2]
    assert ":" not in line.partition("//")[2].partition("@")[0]
    left = company.run("account", "list")
    assert (left.status, "set [database] url" in left.err) == (2, True)
    settings.write_text(re.sub(r'(?m)^url = ".*"', f'url = "{postgres_url}"', before))
    assert company.json("account", "list")[0]["login"] == "admin"
    company.ok("check")
    company.ok("audit", "verify")
    # And back, to a path that doesn't depend on where the command was run.
    back = company.run("move", "--to", "sqlite:///back.db", "--apply", "--json")
    assert all(len(each["digest"]) == 32 for each in json.loads(back.out))
    assert f'url = "sqlite:///{company.folder}/back.db"' in back.err


def test_a_mistake_in_the_address_is_one_of_the_option(company):
    done = company.run("move", "--to", "mysql://there/x", "--apply")
    assert (done.status, "--to: 'mysql' is not supported" in done.err) == (2, True)
    assert company.run("move").status == 2


def test_what_is_there_already_is_left_alone_and_the_first_database_can_be_used_again(company):
    (company.folder / "mine").write_text("mine")
    done = company.run("move", "--to", "sqlite:///mine", "--apply")
    assert (done.status, (company.folder / "mine").read_text()) == (5, "mine")
    company.ok("move", "--to", "sqlite:///second.db", "--apply")
    assert company.run("account", "list").status == 2
    company.ok("restore", "--renew-only")
    company.ok("account", "list")
