# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding people in a real Chromium: a mistake forgiven, narrowed down, sorted, charted by keyboard; and from a page of another site."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from dirserver.config import Origin, PagesSettings
from dirserver.web.app import make_app
from dirserver.wiring import Parts
from tests.web.accessibility import check

pytestmark = pytest.mark.e2e


@contextmanager
def serving(app: Callable[..., object]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_somebody_is_found_though_misspelt_and_the_list_narrowed_down(visit: Callable[..., Page], change):
    for login in ("ada", "zoe"):
        change(login, l="Łódź")
    change("dov", l="Berlin")
    page = visit("/")
    page.fill("#q", "smiht")
    expect(page.locator(".row-name").first).to_have_text("Zoë Smith")
    expect(page.locator(".meant")).to_contain_text("Nobody found for “smiht”")
    page.fill("#q", "")
    expect(page.locator(".row")).to_have_count(8)
    page.get_by_role("link", name="Łódź 2").click()
    expect(page.locator(".row")).to_have_count(2)
    page.fill("#q", "develop")
    expect(page.locator(".row-name")).to_have_text(["Zoë Smith"])
    page.get_by_role("link", name="Łódź – remove").click()
    expect(page.locator(".row")).to_have_count(2)
    page.goto("/?look=table")
    page.get_by_role("link", name="Site").click()
    expect(page.locator("tbody th").first).to_have_text("Dov Ben-Ami")
    page.get_by_text("Columns").first.click()
    page.get_by_label("Mobile").check()
    check(page)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("thead")).to_contain_text("Mobile")
    page.get_by_role("link", name="Print all").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    check(page)


def test_what_is_typed_before_the_script_arrives_is_searched(chromium: Browser, parts: Parts):
    held: list[Route] = []
    pages = PagesSettings(embed_origins=(Origin("https://intranet.example"),), embed_as="esme")
    with serving(make_app(replace(parts, config=replace(parts.config, pages=pages)))) as site:
        page = chromium.new_page(locale="en")
        page.route("**/*.js*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright writes into its handler
        page.goto(f"{site}/embed/people", wait_until="commit")
        page.fill("#q", "lukas")
        for script in held:
            script.continue_()
        expect(page.locator(".row-name")).to_have_text(["Ada Łukasińska"])
        page.close()


def test_a_search_typed_while_the_page_still_loads_is_made(visit: Callable[..., Page]):
    held: list[Route] = []
    page = visit("/")
    page.route("**/*.js*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright writes into its handler
    page.goto("/people", wait_until="commit")
    page.fill("#q", "lukas")
    for script in held:
        script.continue_()
    expect(page.locator(".row-name")).to_have_text(["Ada Łukasińska"])


def test_the_chart_is_walked_by_keyboard(visit: Callable[..., Page]):
    page = visit("/people/chart")
    expect(page.get_by_role("tree")).to_be_visible()
    focused = page.locator(":focus")
    page.get_by_role("treeitem").first.focus()
    page.keyboard.press("ArrowDown")
    expect(focused).to_contain_text("Łukasińska")
    page.keyboard.press("ArrowRight")
    expect(focused).to_contain_text("Nygård")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(focused).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(focused).not_to_contain_text("Nygård")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    check(page)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Bruno Königsmann")


def test_no_word_of_the_chart_is_broken_on_a_narrow_phone(visit: Callable[..., Page], change):
    change("ada", title="Geschäftsführung")
    change("zoe", cn="Przemysław Krawczyk", title="Customer representative")
    page = visit("/people/chart", width=320)
    expect(page.get_by_role("tree")).to_contain_text("Geschäftsführung")
    expect(page.get_by_role("tree")).to_contain_text("representative")
    broken = """() => [...document.querySelectorAll('.node-card bdi')].flatMap(piece =>
        [...piece.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).flatMap(node =>
            [...node.textContent.matchAll(/[\\p{L}]+/gu)].filter(word => {
                const range = document.createRange();
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                return range.getClientRects().length > 1;
            }).map(word => word[0])))"""
    assert page.evaluate(broken) == []


def test_the_chart_is_read_without_a_script(visit: Callable[..., Page]):
    page = visit("/people/chart", scripts=False)
    page.get_by_role("link", name="Chart of Ada Łukasińska").click()
    expect(page.locator(".node-name")).to_have_text(["Ada Łukasińska", "Finn Nygård", "Ĥoraco Ŝmidt", "Zoë Smith"])
    page.locator(".above").get_by_role("link", name="Bruno Königsmann").click()
    expect(page.locator(".node-name").first).to_have_text("Bruno Königsmann")


def test_a_page_of_another_site_holds_the_search(chromium: Browser, parts: Parts):
    home: list[str] = []

    @Request.application
    def intranet(_request: Request) -> Response:
        script = f"<script src='{home[0]}/embed/people.js' defer></script>"
        html = f"<!doctype html><title>Intranet</title>{script}<dirserver-people></dirserver-people>"
        return Response(html, mimetype="text/html", headers={"Content-Security-Policy": f"script-src {home[0]}; frame-src {home[0]}"})

    with serving(intranet) as named, serving(intranet) as other:
        pages = PagesSettings(embed_origins=(Origin(named),), embed_as="esme")
        app = make_app(replace(parts, config=replace(parts.config, pages=pages)))
        with serving(app) as site:
            home.append(site)
            context = chromium.new_context(viewport={"width": 600, "height": 700}, locale="en")
            said: list[str] = []
            page = context.new_page()
            page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
            page.goto(named)
            frame = page.frame_locator("iframe")
            frame.locator("#q").fill("lukas")
            expect(frame.locator(".row-name")).to_have_text("Ada Łukasińska")
            expect(frame.locator(".row-reach")).not_to_contain_text("@")
            page.wait_for_function("document.querySelector('iframe').offsetHeight > 100")
            assert page.evaluate(f"fetch('{site}/embed/people.json?q=lukas').then(a => a.json()).then(a => a.total)") == 1
            assert said == []
            page.goto(other)
            page.wait_for_timeout(500)
            expect(frame.locator("#q")).to_have_count(0)
            assert any("frame-ancestors" in each for each in said)
            context.close()
            lone = chromium.new_context(viewport={"width": 320, "height": 600}, locale="en", base_url=site)
            page = lone.new_page()
            page.goto("/embed/people?q=bruno")
            check(page)
            lone.close()
