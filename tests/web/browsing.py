# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Chromium for the tests of a file: ``visit`` opens a page signed in as one of the cast, and watches the console."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from dirserver.model.principal import Door, Principal
from dirserver.wiring import Parts
from tests.programs import absent
from tests.web.chromium import find_chromium, launch


# For one file only: a second Playwright can't be started beside one that is open in the same process.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if find_chromium() is None:
        absent("Chromium is not installed (apt-get install chromium)")
    expect.set_options(20_000)  # a machine that does other work too is slow
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
def visit(chromium: Browser, site: str, parts: Parts) -> Iterator[Callable[..., Page]]:
    """Open a page signed in as one of the cast (Ada); afterwards the consoles must be empty, so no content policy was broken."""
    contexts = []
    said: list[str] = []

    def opened(path: str = "/", *, login: str = "ada", width: int = 1200, dark: bool = False, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale="en",
            base_url=site,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        account = parts.identity.account(login)
        secret = parts.identity.open_session(Principal(Door.WEB, account.id, account.login), address="127.0.0.1")
        context.add_cookies([{"name": "dirserver", "value": secret, "url": site}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
