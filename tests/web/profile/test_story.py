# SPDX-License-Identifier: GPL-3.0-or-later
"""In a real Chromium: Ada edits her profile, cuts her photo, and Bruno approves what needs his consent."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from dirserver.model.approval import Approver
from dirserver.model.principal import Principal
from tests.cast import uuid_of

pytestmark = pytest.mark.e2e


def test_ada_edits_her_profile_and_bruno_approves(visit, parts):
    with parts.directory.writing(Principal.system()) as writing:
        writing.proposals.let_wait(writing.book("people"), "title", Approver.parse("manager"))
    wide = Image.new("RGB", (400, 200), "red")
    wide.paste((0, 0, 255), (200, 0, 400, 200))
    data = io.BytesIO()
    wide.save(data, "PNG")

    page = visit("/me/edit")
    page.fill("#mobile", "0151 555 88 88")
    page.locator("#mobile").blur()
    expect(page.locator("#mobile-checked")).to_have_text("→ +49 1515558888")
    page.fill("#mobile", "1")
    expect(page.locator("#mobile-checked")).to_contain_text("doesn't look like a phone number")
    expect(page.locator("#mobile")).to_have_attribute("aria-invalid", "true")
    page.fill("#mobile", "0151 555 88 88")
    page.fill("#title", "Key Account Manager")
    page.set_input_files("#photo", {"name": "me.png", "mimeType": "image/png", "buffer": data.getvalue()})
    canvas = page.locator("#crop canvas")
    expect(canvas).to_be_visible()
    page.locator("#crop input[type=range]").fill("2")
    canvas.focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, box["y"] + 20, steps=3)
    page.mouse.up()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(page.url.split("/me")[0] + "/me/profile")
    expect(page.locator(".proposals")).to_contain_text("Key Account Manager")
    with parts.directory.reading(Principal.system()) as reading:
        photo = reading.photo(reading.find(uuid_of("ada")))
        with Image.open(io.BytesIO(photo.data)) as kept:
            red, _, blue = kept.getpixel((kept.width // 2, kept.height // 2))
            assert (kept.width == kept.height, red < 80, blue > 170) == (True, True, True)

    other = visit("/approvals", login="bruno")
    other.get_by_role("button", name="Approve").click()
    expect(other.get_by_role("status")).to_contain_text("The change is made")
    page.goto("/me/notices")
    expect(page.locator(".notices")).to_contain_text("Bruno Königsmann approved your change")
    page.get_by_role("button", name="I have read them all").click()
    expect(page.locator(".unread")).to_have_count(0)
    page.goto("/me/seen-by?as=group:contractors")
    expect(page.locator(".seen")).to_contain_text("Key Account Manager")
    expect(page.locator(".seen")).not_to_contain_text("8888")
