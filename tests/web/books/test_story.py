# SPDX-License-Identifier: GPL-3.0-or-later
"""One story in a real Chromium: Chika makes a book, imports a dirty list, shares it with Bruno, who edits it, and undoes her import."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.browsing import chromium, site, visit

__all__ = ["chromium", "site", "visit"]

pytestmark = pytest.mark.e2e


def test_chika_makes_suppliers_imports_shares_and_undoes(visit, shared_data: Path):
    page = visit("/books", login="chika")
    page.get_by_label("Name of the book").fill("Suppliers")
    page.get_by_role("button", name="Make the book").click()
    expect(page.get_by_role("status")).to_contain_text("So far only you see it")

    page.get_by_role("link", name="Import and export").click()
    page.get_by_label("File").set_input_files(shared_data / "dirty.csv")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("E-mail", exact=True)).to_have_value("mail")
    page.get_by_label("Last confirmed").select_option("")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("heading", name="These rows can't be imported")).to_be_visible()
    refused = page.locator(".numbers div", has_text="Refused").locator("dd")
    assert int(refused.inner_text().replace(",", "")) > 0
    page.get_by_label("Leave out the refused rows").check()
    page.get_by_role("button", name="Import ").click()
    expect(page.get_by_role("status")).to_contain_text("The import is done")
    expect(page.get_by_text("dirty.csv", exact=True)).to_be_visible()

    page.get_by_role("link", name="Members").click()
    page.get_by_label("A person").fill("Königsmann")
    give = page.locator("section[aria-labelledby=give]")
    give.get_by_label("What they may do").select_option("2")
    give.get_by_role("button", name="Share").click()
    expect(page.locator(".member", has_text="Bruno")).to_contain_text("may add and edit")

    bruno = visit("/books/suppliers", login="bruno", width=320, dark=True)
    expect(bruno.locator(".row").first).to_be_visible()
    bruno.locator(".row-name").first.click()
    expect(bruno.get_by_role("link", name="Edit")).to_be_visible()
    bruno.goto("/book/suppliers/new")
    bruno.get_by_label("Given name", exact=True).fill("Zoe")
    bruno.locator(".save-bar").get_by_role("button", name="Add").click()
    expect(bruno.get_by_role("status")).to_contain_text("The contact is added")
    assert bruno.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    page.get_by_role("link", name="Import and export").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("The change is undone")
    page.goto("/books/suppliers")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row-name")).to_have_text("Zoe")
