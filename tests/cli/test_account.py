# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from passlib.hash import ldap_salted_sha1

PASSWORD = "correct horse battery staple"


def add(company, login="ada", **options):
    return company.run(
        "account", "add", login, "--name", "Ada M", "--mail", f"{login}@example.com", "--password-stdin", stdin=PASSWORD, **options
    )


def test_an_account_is_made_listed_closed_and_opened_again(company):
    assert add(company).status == 0
    ada = next(each for each in company.json("account", "list") if each["login"] == "ada")
    assert (ada["name"], ada["mail"], ada["admin"], ada["active"]) == ("Ada M", "ada@example.com", False, True)
    company.ok("account", "close", "ada")
    assert [each["active"] for each in company.json("account", "list") if each["login"] == "ada"] == [False]
    company.ok("account", "reopen", "ada")
    assert [each["active"] for each in company.json("account", "list") if each["login"] == "ada"] == [True]


def test_a_login_that_is_taken_is_a_clash(company):
    add(company)
    done = add(company)
    assert (done.status, "already" in done.err) == (5, True)


def test_a_weak_password_is_refused_and_no_account_is_made(company):
    done = company.run("account", "add", "ada", "--name", "A", "--mail", "a@example.com", "--password-stdin", stdin="short\n")
    assert (done.status, "too short" in done.err) == (2, True)
    assert [each["login"] for each in company.json("account", "list")] == ["admin"]


def test_an_empty_standard_input_is_no_password(company):
    done = company.run("account", "add", "ada", "--name", "A", "--mail", "a@example.com", "--password-stdin")
    assert (done.status, "standard input is empty" in done.err) == (2, True)


def test_a_password_never_stands_in_an_argument(company):
    assert company.run("account", "add", "ada", "--name", "A", "--mail", "a@x.org", "--password", PASSWORD).status == 2
    assert PASSWORD not in add(company).out


def test_an_account_that_is_not_there_is_told(company):
    for command in (("close", "zed"), ("reopen", "zed"), ("link", "zed")):
        done = company.run("account", *command)
        assert (done.status, done.err) == (4, "dirserver: there is no account 'zed'\n")


def test_a_link_to_choose_a_password_is_printed(company):
    add(company)
    assert "/welcome/" in company.ok("account", "link", "ada")


def test_hashes_of_another_directory_are_planned_then_taken(company, shell):
    company.ok("account", "add", "ada", "--name", "Ada", "--mail", "ada@example.com")
    hashed = ldap_salted_sha1.hash("hers since 2009")
    (shell.folder / "old.ldif").write_text(f"dn: uid=ada,dc=example\nuserPassword: {hashed}\n")
    for options in ((), ("--apply",)):
        assert company.json("account", "import-hashes", "old.ldif", *options) == [{"line": 1, "login": "ada", "outcome": "set"}]
    (told,) = company.json("account", "import-hashes", "old.ldif")
    assert told["outcome"] == "has a password already"
    assert company.json("audit", "list", "--action", "account.password")[-1]["fields"] == ["imported"]


def test_who_leaves_is_let_go_in_one_step_and_their_devices_are_named(company):
    add(company)
    add(company, "bob")
    company.ok("device-password", "add", "ada", "--label", "phone")
    told = company.ok("account", "offboard", "ada", "--handover-to", "bob")
    assert "ada opens no door any more" in told
    assert "bob may use: ~ada" in told
    assert "may hold copies: device password 'phone' (all), never used" in told
    assert company.json("account", "offboard", "ada")["copies"] == []
    assert [each["active"] for each in company.json("account", "list") if each["login"] == "ada"] == [False]
    assert company.run("account", "offboard", "zed").status == 4


def test_an_account_is_called_otherwise_and_gets_other_powers(company):
    add(company)
    company.ok("account", "set", "ada", "--mail", "ada.m@example.com", "--admin")
    ada = next(each for each in company.json("account", "list") if each["login"] == "ada")
    assert (ada["name"], ada["mail"], ada["admin"]) == ("Ada M", "ada.m@example.com", True)
    company.ok("account", "set", "ada", "--no-admin")
    assert [each["admin"] for each in company.json("account", "list") if each["login"] == "ada"] == [False]


def test_somebody_is_invited_listed_and_uninvited(company):
    company.ok("account", "add", "gil", "--name", "Gil", "--mail", "gil@example.com")
    assert "/welcome/" in company.ok("account", "invite", "gil")
    assert [(row["login"], row["expired"]) for row in company.json("account", "invitations")] == [("gil", False)]
    assert "mail is not set up" in company.run("account", "invite", "gil", "--mail").err
    company.ok("account", "uninvite", "gil")
    assert company.json("account", "invitations") == []


def test_a_day_begins_where_the_company_is(company):
    add(company)
    file = company.folder / "dirserver.toml"
    file.write_text(file.read_text().replace("[pages]\n", '[pages]\ntimezone = "Asia/Tokyo"\n'))
    assert "leaves on 2099-01-31 00:00 JST" in company.ok("account", "offboard", "ada", "--at", "2099-01-31")
    (ada,) = [each for each in company.json("account", "list") if each["login"] == "ada"]
    assert ada["leaves"] == "2099-01-30T15:00:00+00:00"
    company.ok("device-password", "add", "ada", "--label", "phone", "--expires", "2099-01-31T18:00:00")
    assert [each["expires"] for each in company.json("device-password", "list", "ada")] == ["2099-01-31T09:00:00+00:00"]


def test_a_time_zone_that_is_none_is_told_with_its_line(company):
    file = company.folder / "dirserver.toml"
    file.write_text(file.read_text().replace("[pages]\n", '[pages]\ntimezone = "Europe/Madird"\n'))
    done = company.run("account", "list")
    assert done.status == 2
    assert "timezone: 'Europe/Madird' is no time zone that this machine knows; did you mean 'Europe/Madrid'?" in done.err
