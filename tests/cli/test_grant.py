# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


def test_a_subject_that_is_nobody_and_a_book_that_is_not_there_are_told(company):
    assert company.run("grant", "add", "everybody", "view", "--book", "people").status == 2
    assert company.run("grant", "add", "authenticated", "view", "--book", "none").status == 4
    assert company.run("grant", "add", "group:none", "view", "--book", "people").status != 0


def test_a_grant_replaces_the_one_before_and_can_be_taken_back(company):
    company.ok("grant", "add", "authenticated", "view", "--book", "people", "--reads", "public, mail")
    grants = {each["subject"]: each["reads"] for each in company.json("grant", "list", "--book", "people")}
    assert grants["authenticated"] == ["public", "mail"]
    company.ok("grant", "remove", "authenticated", "--book", "people")
    assert "authenticated" not in {each["subject"] for each in company.json("grant", "list", "--book", "people")}
