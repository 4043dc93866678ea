# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


def test_who_can_and_explain_name_the_grant_that_decides(company):
    (company.folder / "p.csv").write_text("uid,cn,mobile\nada,Ada,+49 151 5550101\nbo,Bo,+49 151 5550102\n")
    company.ok("import", "p.csv", "--book", "people", "--apply")
    company.ok("account", "add", "ada", "--name", "Ada", "--mail", "ada@example.com")
    company.ok("group", "add", "few")
    company.ok("grant", "add", "authenticated", "view", "--book", "people", "--reads", "public,work")
    company.ok("grant", "add", "self", "edit", "--book", "people", "--writes", "mobile")

    told = company.json("explain", "ada", "people/ada")
    assert (told["level"], told["relation"], told["rule"]) == ("edit", "self", "grants")
    assert told["fields"]["mobile"]["write_by"] == ["self"]
    assert [grant["subject"] for grant in told["decided_by"]] == ["authenticated"]
    told = company.json("explain", "ada", "people/bo", "--field", "mobile")
    assert (told["level"], told["fields"]["mobile"]["write"]) == ("view", False)
    assert company.json("explain", "anonymous", "people/bo")["level"] == "none"

    book = {(each["login"], each["relation"]): each["level"] for each in company.json("who-can", "people")}
    assert (book["admin", ""], book["ada", ""], book["ada", "self"]) == ("own", "view", "edit")
    writers = [each["login"] for each in company.json("who-can", "mobile") if each["write"]]
    assert writers == ["ada", "admin"]
    assert {each["login"] for each in company.json("who-can", "people/bo")} == {"ada", "admin"}
    assert "ada may edit people/ada: authenticated (view)" in company.ok("explain", "ada", "people/ada")
    assert "any" in company.ok("who-can", "people")

    assert company.json("explain", "ada", "bo") == company.json("explain", "ada", "people/bo")
    assert company.json("who-can", "bo") == company.json("who-can", "people/bo")
    assert company.run("who-can", "nothing-of-that-name").status == 4
    assert company.run("explain", "ada", "people/nobody").status == 4
    assert company.run("explain", "nobody", "people/ada").status == 4
