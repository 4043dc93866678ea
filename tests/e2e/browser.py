# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium: the pages as somebody sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.cast import password_of
from tests.programs import find_program

_TIMEOUT_MS = 30_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    program = find_program("chromium", package="chromium")
    expect.set_options(_TIMEOUT_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in, in a browser of their own. A fault in a page's script fails the test."""

    page: Page
    url: str

    @classmethod
    def sign_in(cls, browser: Browser, url: str, login: str, password: str | None = None) -> Visitor:
        """Open the pages and sign in."""
        context = browser.new_context(locale="en-GB", base_url=url)
        page = context.new_page()
        page.set_default_timeout(_TIMEOUT_MS)
        page.on("pageerror", _fail)
        page.goto("/")
        page.get_by_label("Name or mail address").fill(login)
        page.get_by_label("Password", exact=True).fill(password or password_of(login))
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("People")
        return cls(page, url)

    def count(self) -> int:
        """How many people the list says there are."""
        self.page.goto("/")
        return int(re.sub(r"\D", "", self.page.locator(".count").inner_text()))

    def search(self, query: str) -> list[str]:
        """Type into the search box; the names on the first page of results, as they come without pressing a key."""
        self.page.goto("/")
        answer = re.compile(r"part=results")
        with self.page.expect_response(answer):
            self.page.get_by_role("searchbox").fill(query)
        expect(self.page).to_have_url(re.compile(r"[?&]q="))
        return self.page.locator("#results .row-name").all_inner_texts()

    def person(self, name: str) -> str:
        """All text of a person's page."""
        self.page.goto(f"/people/{name}")
        return self.page.locator("main").inner_text()

    def change_mobile(self, number: str) -> None:
        """Edit one's own profile."""
        self.page.goto("/me")
        self.page.get_by_role("link", name="Edit", exact=True).click()
        self.page.get_by_label("Mobile", exact=True).first.fill(number)
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_role("status").first).to_be_visible()

    def undo_last_change(self, name: str) -> None:
        """Undo the newest change, from the history of a person."""
        self.page.goto(f"/people/{name}")
        self.page.get_by_role("link", name="History").click()
        self.page.get_by_role("button", name="Undo this change").click()
        expect(self.page.get_by_role("status").first).to_be_visible()


def _fail(error: object) -> None:
    raise AssertionError(f"a script failed on the page: {error}")
