# SPDX-License-Identifier: GPL-3.0-or-later
"""Thunderbird without a window: Debian's, with a profile of its own, driven from inside."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.marionette import Marionette, session
from tests.e2e.site import wait_until
from tests.programs import find_program

_INSIDE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
# It listens on any free port, asks nobody on the network but the site, and waits with no question for anybody.
_SETTINGS: Mapping[str, object] = {
    "marionette.port": 0,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.blocklist.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.spotlight.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}


@dataclass(frozen=True)
class Book:
    """An address book as Thunderbird has it."""

    name: str
    is_read_only: bool
    count: int


@dataclass(frozen=True)
class Page:
    """What Thunderbird shows of a card; the photo's width is 0 when it has none that it can draw."""

    text: str
    can_be_edited: bool
    photo_width: int


@dataclass(frozen=True)
class Colleague:
    """What Thunderbird has of somebody whom it knows by LDAP; what it has not is empty."""

    name: str
    mail: str
    mobile: str


@dataclass(frozen=True)
class Thunderbird:
    """A running Thunderbird. Its books are called by their names, its cards by their UIDs."""

    inside: Marionette

    def call(self, function: str, *arguments: Any) -> Any:
        """Call a function of thunderbird.js."""
        return self.inside.run(f"{_INSIDE}\nreturn await {function}(...args);", *arguments)

    def discover(self, login: str, password: str, location: str) -> list[tuple[str, str]]:
        """Name and path of each book that it offers for an address typed by somebody."""
        return [(name, path) for name, path in self.call("discover", login, password, location)]

    def connect(self, login: str, password: str, location: str) -> None:
        """Add every book that it finds, and wait for their first copies."""
        self.call("connect", login, password, location)

    def books(self) -> list[Book]:
        """The CardDAV books that it has."""
        return [Book(**book) for book in self.call("books")]

    def cards(self, book: str) -> dict[str, str]:
        """The vCards that it keeps, by UID."""
        kept: dict[str, str] = self.call("cards", book)
        return kept

    def sync(self, book: str) -> None:
        """One sync, as every half hour."""
        self.call("sync", book)

    def read(self, book: str, uid: str) -> Page:
        """Open a card in the address book's tab."""
        return Page(**self.call("read", book, uid))

    def complete(self, text: str) -> list[str]:
        """What it offers from its books for letters typed as the recipient of a mail."""
        offered: list[str] = self.call("complete", text, "addrbook")
        return offered

    def add_ldap(self, name: str, url: str, dn: str, password: str) -> None:
        """Add an LDAP directory (RFC 4516 says what ``url`` may say), signed in as ``dn``."""
        self.call("addLdap", name, url, dn, password)

    def complete_by(self, name: str, text: str) -> list[str]:
        """What it offers from an LDAP directory for letters typed as the recipient of a mail."""
        self.call("completeBy", name)
        offered: list[str] = self.call("complete", text, "ldap")
        return offered

    def look_up(self, name: str, text: str) -> list[Colleague]:
        """What the address book's own box finds in an LDAP directory."""
        return [Colleague(**each) for each in self.call("lookUp", name, text)]

    def download(self, name: str) -> list[Colleague]:
        """Everybody whom it has without the network after it downloaded an LDAP directory."""
        return [Colleague(**each) for each in self.call("download", name)]

    def picture(self) -> bytes:
        """Its window, as PNG."""
        return base64.b64decode(self.inside.ask("WebDriver:TakeScreenshot", full=False)["value"])


@contextmanager
def thunderbird(folder: Path, settings: Mapping[str, object] | None = None) -> Iterator[Thunderbird]:
    """Start Thunderbird with an empty profile in ``folder``; it is gone afterwards."""
    program = find_program("thunderbird", package="thunderbird")
    folder.mkdir()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in {**_SETTINGS, **(settings or {})}.items())
    (folder / "user.js").write_text("".join(lines))
    log = folder / "thunderbird.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", folder],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC", "MOZ_HEADLESS_WIDTH": "1280"},
        )  # fmt: skip
    port = folder / "MarionetteActivePort"
    try:
        wait_until(lambda: port.exists() or process.poll() is not None, "Thunderbird listens", 90, log.read_text)
        with session(int(port.read_text())) as inside:
            yield Thunderbird(inside)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        told = [line for line in log.read_text(errors="replace").splitlines() if line and "gtk_" not in line]
        print("--- log of Thunderbird", *told[-60:], sep="\n")  # noqa: T201 # pytest shows it beside a failure only
