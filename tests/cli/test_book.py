# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest


def test_a_book_is_made_granted_and_listed(company):
    company.ok("book", "add", "clients", "--name", "Clients")
    company.ok("grant", "add", "authenticated", "view", "--book", "clients", "--reads", "public, mail")
    assert [each["slug"] for each in company.json("book", "list")] == ["people", "clients", "~admin"]
    (grant,) = company.json("grant", "list", "--book", "clients")
    assert (grant["subject"], grant["level"], grant["reads"]) == ("authenticated", "view", ["public", "mail"])
    company.ok("grant", "remove", "authenticated", "--book", "clients")
    assert company.json("grant", "list", "--book", "clients") == []


@pytest.mark.parametrize("slug, status", [("people", 5), ("Two Words", 2), ("contacts", 2)])
def test_a_name_that_cannot_be_is_told(company, slug, status):
    assert company.run("book", "add", slug, "--name", "X").status == status


def test_a_listing_for_scripts_has_one_line_each_with_tabs_between(company):
    lines = company.ok("book", "list").splitlines()
    assert lines[0].split("\t")[:3] == ["Slug", "Kind", "Name"]
    assert lines[1].split("\t")[:3] == ["people", "people", "People"]
