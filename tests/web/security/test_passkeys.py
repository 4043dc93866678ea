# SPDX-License-Identifier: GPL-3.0-or-later
"""A passkey in a real Chromium with a virtual authenticator (WebAuthn level 2, section 11): made, used alone, as second step, as proof."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from dirserver.config import HttpSettings
from dirserver.config.values import PublicUrl
from dirserver.web.app import make_app
from dirserver.wiring import Parts, wire
from tests.cast import password_of
from tests.web.browsing import chromium

__all__ = ["chromium"]

pytestmark = pytest.mark.e2e


@pytest.fixture
def site(parts: Parts) -> Iterator[str]:
    """The pages on a port of localhost, by name: browsers have no passkeys at a number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    made = wire(replace(parts.config, http=HttpSettings(public_url=PublicUrl(address))))
    server = make_server("127.0.0.1", port, make_app(made), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()
    made.close()


def test_a_passkey_is_made_and_signs_in_alone_and_after_the_password(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, locale="en", viewport={"width": 320, "height": 700})
    context.set_default_timeout(20_000)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    authenticator = context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = {**options, "isUserVerified": True, "automaticPresenceSimulation": True}
    authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": made})

    page.goto("/sign-in?next=/me/security/passkeys")
    page.fill("#login", "ada")
    page.fill("#password", password_of("ada"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.fill("#label", "My laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.locator("#codes li")).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("1 passkey", exact=True)).to_be_visible()

    def sign_out() -> None:
        page.locator("details.account summary").click()
        page.get_by_role("button", name="Sign out").click()

    sign_out()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("details.account")).to_be_visible()
    page.goto("/me/security/prove?next=/me/security/passkeys")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("last used on")).to_be_visible()
    sign_out()
    page.fill("#login", "ada")
    page.fill("#password", password_of("ada"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("details.account")).to_be_visible()
    page.goto("/me/security/passkeys")
    page.get_by_role("button", name="Remove My laptop").click()
    expect(page.get_by_text("It is removed")).to_be_visible()
    context.close()
    assert said == []
