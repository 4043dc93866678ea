# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories in a real Chromium: the script, the keyboard, the look, and no word of a broken content policy in the console."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.cast import password_of
from tests.conftest import absent
from tests.web.chromium import find_chromium, launch
from tests.web.pictures import FOLDER, PICTURES, company_site, take

pytestmark = pytest.mark.e2e


# For this file only: a second Playwright can't be started beside one that is open in the same process.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if find_chromium() is None:
        absent("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The pages on a port of loopback."""
    app.testing = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page signed in as Ada; afterwards the consoles must be empty."""
    contexts = []
    said: list[str] = []

    def opened(path: str = "/", *, width: int = 1200, dark: bool = False, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale="en",
            base_url=site,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"/sign-in?next={path}")
        page.fill("#login", "ada")
        page.fill("#password", password_of("ada"))
        page.click("main button")
        expect(page.locator("details.account")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def test_search_as_you_type(visit):
    page = visit()
    expect(page.locator(".row")).to_have_count(8)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("lukas")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row-name")).to_have_text("Ada Łukasińska")
    expect(page.locator("#status")).to_have_text("1 found")
    expect(page).to_have_url("http://127.0.0.1:" + page.url.split(":")[2].split("/")[0] + "/?q=lukas")
    page.keyboard.press("Escape")
    expect(page.locator(".row")).to_have_count(8)
    page.keyboard.type("developer")
    expect(page.locator(".row")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Zoë Smith")
    page.go_back()
    expect(page.locator("#q")).to_have_value("developer")


def test_ada_changes_her_mobile_and_undoes_it(visit):
    page = visit("/me/edit")
    page.fill("#mobile", "0151 555 99 99")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_role("link", name="+49 1515559999")).to_be_visible()
    page.get_by_role("link", name="History").click()
    page.get_by_role("button", name="Undo this change").click()
    expect(page.get_by_role("status")).to_contain_text("undone")
    page.goto("/people/ada")
    expect(page.get_by_role("link", name="+49 1515550101")).to_be_visible()


def test_the_same_without_a_script(visit):
    page = visit(scripts=False)
    page.fill("#q", "lukas")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".row-name")).to_have_text(["Ada Łukasińska"])
    page.goto("/me/edit")
    page.locator("[name=mobile]").nth(1).fill("+34 912 48 35 74")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="+34 912 48 35 74")).to_be_visible()
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_fields_grow_when_one_wants_more(visit):
    page = visit("/me/edit")
    expect(page.locator("[name=mobile]")).to_have_count(1)
    page.locator(".field", has=page.locator("#mobile")).get_by_role("button").click()
    expect(page.locator("[name=mobile]")).to_have_count(2)
    page.keyboard.type("+34 912 48 35 74")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Ada Łukasińska")
    expect(page.get_by_role("link", name="+34 912 48 35 74")).to_be_visible()


def test_a_chosen_photo_is_shown_before_it_is_sent(visit, photo, tmp_path):
    file = tmp_path / "me.jpg"
    file.write_bytes(photo)
    page = visit("/me/edit")
    page.set_input_files("#photo", file)
    expect(page.locator("#preview")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".person-head img")).to_be_visible()
    assert page.locator(".person-head img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_a_device_password_is_made_and_revoked(visit):
    page = visit("/me/devices")
    page.fill("#label", "My tablet")
    page.fill("#password", password_of("ada"))
    page.get_by_role("button", name="Make a password").click()
    expect(page.locator("#secret")).to_be_visible()
    page.get_by_role("button", name="Revoke My tablet").click()
    expect(page.locator(".devices li")).to_have_count(1)
    assert page.locator("img.qr").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.parametrize("width, dark", [(320, False), (1200, True)])
@pytest.mark.parametrize("path", ["/", "/people/ada", "/me/edit", "/people/ada/history", "/me/devices", "/books/clients"])
def test_no_page_is_wider_than_the_screen_nor_too_faint(visit, path, width, dark):
    page = visit(path, width=width, dark=dark)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.documentElement.dir = 'ltr'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(_FAINT) == []
    assert page.evaluate(_NAMELESS) == []
    assert page.evaluate(_SMALL) == []


# Texts with less contrast than WCAG 2.2 asks for (1.4.3), against the nearest background that is a plain colour.
_FAINT = r"""
() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = rgb(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('.only-heard, .skip')) continue;
    const style = getComputedStyle(element);
    const [one, two] = [light(rgb(style.color)), light(ground(element))].sort((a, b) => b - a);
    const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if ((one + 0.05) / (two + 0.05) < (isLarge ? 3 : 4.5)) found.push(walker.currentNode.data.trim());
  }
  return found;
}
"""

# Inputs, buttons and links that a screen reader could not name (4.1.2), and pictures without a text (1.1.1).
_NAMELESS = r"""
() => [...document.querySelectorAll('input:not([type=hidden]), textarea, select, button, a[href], summary')]
  .filter((each) => each.checkVisibility())
  .filter((each) => !(each.getAttribute('aria-label') || each.innerText?.trim() || each.labels?.length))
  .map((each) => each.outerHTML)
  .concat([...document.querySelectorAll('img:not([alt])')].map((each) => each.outerHTML))
"""

# Targets smaller than 24 by 24 (2.5.8); links within a sentence are excepted there.
_SMALL = r"""
() => [...document.querySelectorAll('button, summary, input:not([type=hidden]), select, .button, .menu a, .row-reach a, .paging a')]
  .filter((each) => each.checkVisibility() && !each.matches('[type=radio], [type=checkbox]'))
  .filter((each) => { const box = each.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
  .map((each) => each.outerHTML)
"""


def test_the_pictures_of_the_documentation_can_be_taken_anew(chromium: Browser, tmp_path):
    with company_site() as site:
        path = take(chromium, site, PICTURES[0], tmp_path)
    assert 20_000 < path.stat().st_size < 200_000
    kept = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(kept) == {picture.name for picture in PICTURES}
    assert max(kept.values()) < 200_000
