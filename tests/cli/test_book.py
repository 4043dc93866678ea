# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest


def test_a_book_is_made_granted_and_listed(company):
    company.ok("book", "add", "clients", "--name", "Clients")
    company.ok("grant", "add", "authenticated", "view", "--book", "clients", "--reads", "public, mail")
    assert [each["slug"] for each in company.json("book", "list")] == ["people", "clients", "~admin"]
    (grant,) = company.json("grant", "list", "--book", "clients")
    assert (grant["subject"], grant["level"], grant["reads"]) == ("authenticated", "view", ["public", "mail"])
    assert "clients need a label" in company.ok("book", "require-label", "clients")
    assert "clients need no label" in company.ok("book", "require-label", "clients", "--off")
    company.ok("grant", "remove", "authenticated", "--book", "clients")
    assert company.json("grant", "list", "--book", "clients") == []


@pytest.mark.parametrize("slug, status", [("people", 5), ("Two Words", 2), ("contacts", 2)])
def test_a_name_that_cannot_be_is_told(company, slug, status):
    assert company.run("book", "add", slug, "--name", "X").status == status


def test_a_listing_for_scripts_has_one_line_each_with_tabs_between(company):
    lines = company.ok("book", "list").splitlines()
    assert lines[0].split("\t")[:3] == ["Slug", "Kind", "Name"]
    assert lines[1].split("\t")[:3] == ["people", "people", "People"]


def test_a_label_is_shown_as_a_book_and_no_more(company, tmp_path):
    company.ok("book", "add", "clients", "--name", "Clients")
    assert company.run("book", "add-label", "clients", "VIP", "--as", "vip").status == 4
    file = tmp_path / "vip.vcf"
    file.write_text("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:l1\r\nFN:Vera\r\nN:Vera;;;;\r\nCATEGORIES:VIP\r\nEND:VCARD\r\n")
    company.ok("import", str(file), "--book", "clients", "--apply")
    company.ok("book", "add-label", "clients", "VIP", "--as", "vip")
    listed = {each["slug"]: each for each in company.json("book", "list")}
    assert (listed["vip"]["kind"], int(listed["vip"]["entries"])) == ("label", 1)
    company.ok("grant", "add", "authenticated", "view", "--book", "clients", "--label", "VIP", "--reads", "*")
    (grant,) = company.json("grant", "list", "--book", "clients")
    assert (grant["book"], grant["label"], grant["subject"]) == ("clients", "VIP", "authenticated")
    company.ok("account", "add", "ada", "--name", "Ada", "--mail", "ada@example.com")
    found = {(each["login"], each["relation"]): each["because"] for each in company.json("who-can", "clients")}
    assert "authenticated on label 'VIP' (view)" in found["ada", "label"]
    assert {each["login"] for each in company.json("who-can", "vip")} == {"ada", "admin"}
    assert company.run("book", "drop-label", "vip").status == 5
    company.ok("grant", "remove", "authenticated", "--book", "clients", "--label", "VIP")
    company.ok("book", "drop-label", "vip")
    assert "vip" not in {each["slug"] for each in company.json("book", "list")}
