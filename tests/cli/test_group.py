# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


def test_a_group_has_members(company):
    company.ok("group", "add", "sales", "--description", "They sell", "--mail", "sales@example.com")
    (company.folder / "p.csv").write_text("uid,givenName,sn,cn\nada,Ada,Marlowe,Ada Marlowe\n")
    company.ok("import", "p.csv", "--book", "people", "--apply")
    company.ok("group", "add-member", "sales", "ada")
    assert [each["members"] for each in company.json("group", "list") if each["name"] == "sales"] == [["ada"]]
    company.ok("group", "remove-member", "sales", "ada")
    assert [each["members"] for each in company.json("group", "list") if each["name"] == "sales"] == [[]]
    assert company.run("group", "add-member", "sales", "zed").status == 4
    company.ok("group", "set", "sales", "--name", "Sellers", "--mail", "sellers@example.com")
    told = next(each for each in company.json("group", "list") if each["name"] == "Sellers")
    assert (told["description"], told["mail"]) == ("They sell", "sellers@example.com")
    company.ok("group", "remove", "sellers")
    assert "Sellers" not in [each["name"] for each in company.json("group", "list")]


def test_what_cannot_be_is_told(company):
    assert company.run("group", "add", "contractors").status == 5
    assert company.run("group", "add-member", "none", "admin").status == 4
