# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories in a real Chromium: the script, the keyboard, the look, and no word of a broken content policy in the console."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.pictures import FOLDER, OF_A_DIRTY_LIST, PICTURES, company_site, take

pytestmark = pytest.mark.e2e


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
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("developer")
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
    expect(page.locator("#crop")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".person-head img")).to_be_visible()
    assert page.locator(".person-head img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_a_device_password_is_made_and_revoked(visit):
    page = visit("/me/devices")
    page.fill("#label", "My tablet")
    page.get_by_role("button", name="Make a password").click()
    expect(page.locator("#secret")).to_be_visible()
    page.locator("summary[aria-label='Revoke My tablet']").click()
    expect(page.locator(".devices li")).to_have_count(2)
    page.get_by_role("button", name="Yes, revoke it").locator("visible=true").click()
    expect(page.locator(".devices li")).to_have_count(1)
    assert page.locator("img.qr").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.parametrize("path", ["/", "/people/ada", "/me/edit", "/people/ada/history", "/me/devices", "/books/clients"])
def test_no_page_is_wider_than_a_phone_from_right_to_left(visit, path):
    page = visit(path, width=320)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_pictures_of_the_documentation_can_be_taken_anew(chromium: Browser, tmp_path):
    with company_site() as site:
        path = take(chromium, site, PICTURES[0], tmp_path)
    assert 20_000 < path.stat().st_size < 200_000
    kept = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(kept) == {picture.name for picture in PICTURES} | OF_A_DIRTY_LIST
    assert max(kept.values()) < 200_000
