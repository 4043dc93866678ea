# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the pictures of the documentation anew: ``python -m tests.web.pictures [FOLDER]`` (docs/pictures).

The sample company, a real Chromium, and the moment frozen where the page shows one, so that a picture changes only when the
page does.
"""

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from dirserver.config import HttpSettings
from dirserver.config.values import PublicUrl
from dirserver.demo.company import build
from dirserver.web.app import make_app
from tests.web.chromium import launch
from tests.web.folder import make_parts

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PEOPLE = 412


@dataclass(frozen=True)
class Picture:
    """A page as Ada sees it, or somebody else of the sample company."""

    name: str
    path: str
    login: str = "ada"
    width: int = 1120
    height: int = 760
    is_dark: bool = False


PICTURES = (
    Picture("person", "/people/bruno", height=780),
    Picture("people", "/?q=engineer"),
    Picture("chart", "/people/chart", height=700),
    Picture("person-phone", "/people/ada", width=390, height=760, is_dark=True),
    Picture("edit", "/me/edit", height=680),
    Picture("my-profile", "/me/profile", height=640),
    Picture("seen-by", "/me/seen-by?as=group:contractors", width=390, height=760, is_dark=True),
    Picture("admin", "/admin", "admin", height=700),
    Picture("admin-grants", "/admin/grants", "admin", height=900),
    Picture("books", "/books", "chika", height=700),
    Picture("members", "/book/clients/members", "admin", height=800),
    Picture("set-up-android", "/me/devices/set-up/android", height=800),
)

OF_A_DIRTY_LIST = frozenset({"desk-compare", "desk-overview"})
"""Pictures of what the sample company hasn't got, duplicates among them: taken over the dirty list of the tests, not by this module."""


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def company_site() -> Iterator[str]:
    """The sample company's pages on a port of loopback."""
    with tempfile.TemporaryDirectory() as folder:
        made = make_parts(Path(folder))
        parts = replace(made, config=replace(made.config, http=HttpSettings(public_url=PublicUrl("https://contacts.example.com"))))
        build(parts, people=PEOPLE)
        server = make_server("127.0.0.1", 0, make_app(parts), threaded=True, request_handler=_Silent)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()
        parts.close()


def take(browser: Browser, site: str, picture: Picture, folder: Path) -> Path:
    """Take one picture, signed in."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.is_dark else "light",
        locale="en",
        base_url=site,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#login", picture.login)
    page.fill("#password", f"demo-{picture.login}-password")
    page.click("main button")
    page.goto(picture.path)
    page.evaluate(
        "document.querySelectorAll('.column > .meta, .mine-who > .meta').forEach((each) => {"
        " each.firstChild.data = each.firstChild.data.replace(/( on |: ).*/, '$1Nov 3, 2026, 9:41\u202fAM'); })"
    )
    page.wait_for_load_state("networkidle")
    path = folder / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with company_site() as site, sync_playwright() as playwright:
        browser = launch(playwright)
        for picture in PICTURES:
            path = take(browser, site, picture, folder)
            print(f"{path} ({path.stat().st_size // 1024} kB)")  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
