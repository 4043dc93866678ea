# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


def test_a_profile_is_said_explained_and_taken_back(company):
    company.ok("account", "add", "ada", "--name", "Ada", "--mail", "ada@example.com")
    company.ok("profile", "set", "organisation", "gal=gateway", "photo=96")
    company.ok("profile", "set", "organisation", "photo=none", "--client", "ios")
    company.ok("profile", "set", "organisation", "vcard=3.0")
    rows = company.json("profile", "list")
    assert [(each["client"], each["gal"], each["photo"], each["vcard"]) for each in rows] == [
        ("any", "gateway", "96", "3.0"),
        ("ios", "", "none", ""),
    ]
    told = {each["setting"]: (each["value"], each["said_by"]) for each in company.json("profile", "explain", "ada", "--client", "ios")}
    assert (told["photo"], told["gal"], told["read_only"]) == (
        ("none", "organisation"),
        ("gateway", "organisation"),
        ("absorb", "built-in"),
    )
    company.ok("profile", "clear", "organisation", "gal")
    company.ok("profile", "clear", "organisation", "--client", "ios")
    (left,) = company.json("profile", "list")
    assert (left["gal"], left["photo"]) == ("", "96")


def test_what_there_is_not_is_told(company):
    assert company.run("profile", "set", "organisation", "gal=never").status != 0
    assert company.run("profile", "set", "organisation", "gal").status != 0
    assert company.run("profile", "set", "everybody", "gal=off").status != 0
    assert company.run("profile", "clear", "organisation", "size").status != 0
    assert company.run("profile", "explain", "nobody", "--client", "ios").status != 0
