# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo``'s command: a company, every account at every door, one Ctrl-C, and a second start that keeps what was changed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.e2e.browser import Visitor, chromium
from tests.e2e.carddav import dav, vcard_bytes
from tests.e2e.ldap_tools import ldapsearch
from tests.e2e.site import PROGRAM, SUFFIX, Site, free_ports, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LOGINS = ("ada", "bruno", "chika", "dov", "esme", "admin")


def secrets_of(login: str) -> tuple[str, str]:
    return f"demo-{login}-password", f"demo-{login}-device"


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Site, str]]:
    """The demo as a shell starts it, until Ctrl-C; the site it serves and what it printed."""
    http_port, ldap_port = free_ports(2)
    site = Site(folder, http_port=http_port, ldap_port=ldap_port)
    printed = folder.parent / "printed"
    with printed.open("wb") as out, (folder.parent / "log").open("wb") as log:
        site.process = subprocess.Popen(
            [PROGRAM, "demo", "--dir", folder, "--http", f"127.0.0.1:{http_port}", "--ldap", f"127.0.0.1:{ldap_port}"],
            cwd=folder.parent, stdin=subprocess.DEVNULL, stdout=out, stderr=log, start_new_session=True,
            env={"PATH": os.environ["PATH"], "HOME": str(folder.parent), "LANG": "C.UTF-8"},
        )  # fmt: skip
    process = site.process

    def told() -> str:
        return printed.read_text() + (folder.parent / "log").read_text()

    try:
        wait_until(lambda: "Ctrl-C" in printed.read_text() or process.poll() is not None, "the demo is ready", 180, told)
        assert process.poll() is None, told()
        yield site, printed.read_text()
        # A terminal sends it to the whole foreground group: to the parent, not to workers with groups of their own.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 0, told()
        assert site.pids() == []
    finally:
        site.kill()
        print(told())  # noqa: T201 # pytest shows it beside a failure only


def test_everybody_can_use_every_door_and_a_second_start_keeps_what_was_changed(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with demo(folder) as (site, printed):
        for text in (site.url, site.ldap_url, "/dav/", "ldapsearch", *LOGINS, "demo-ada-password", "demo-ada-device"):
            assert text in printed
        assert "█" in printed or "▀" in printed, "there is a QR code"
        assert_all_doors_open(site)
        card = dav(site.http_port, "ada", "demo-ada-device").ask("PUT", "/ada/contacts/mine.vcf", vcard_bytes("mine", "Kept Over"))
        assert card.status == 201
        assert_the_api_tells_of_the_same_people(site, folder)
        with chromium() as browser:
            assert_pages_look_right(Visitor.sign_in(browser, site.url, "ada", "demo-ada-password"))
    made = (folder / "dirserver.db").stat().st_ino
    with demo(folder) as (site, _):
        assert b"Kept Over" in dav(site.http_port, "ada", "demo-ada-password").ask("GET", "/ada/contacts/mine.vcf").body
        assert "making a company" not in (tmp_path / "log").read_text()
    assert (folder / "dirserver.db").stat().st_ino == made


def assert_the_api_tells_of_the_same_people(site: Site, folder: Path) -> None:
    """A token from the command line, and the API over the wire."""
    command = [PROGRAM, "token", "add", "ada", "--label", "script", "--config", str(folder / "dirserver.toml")]
    token = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def ask(path: str) -> dict[str, object]:
        request = Request(f"{site.url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        with urlopen(request, timeout=30) as answer:
            told: dict[str, object] = json.load(answer)
            return told

    assert ask("/me")["login"] == "ada"
    assert ask("/books/people")["entries"] == 1000
    with pytest.raises(HTTPError, match="401"):
        urlopen(f"{site.url}/api/v1/people", timeout=30)


def assert_all_doors_open(site: Site) -> None:
    """Main and device passwords, at LDAP and CardDAV, for everybody; and the same thousand people for each."""
    for login in LOGINS:
        for secret in secrets_of(login):
            found = ldapsearch(site.ldap_url, login, "(uid=ada)", "cn", password=secret, base=SUFFIX)
            assert found.names == {"ada"}, (login, found)
            door = dav(site.http_port, login, secret)
            listed = [row for row in door.propfind(f"/{login}/people/", "{DAV:}getetag", depth="1").rows if row.path.endswith(".vcf")]
            assert 990 <= len(listed) <= 1_010, (login, len(listed))
        wrong = f"demo-{login}-passwort"
        assert ldapsearch(site.ldap_url, login, "(uid=ada)", password=wrong).code == 49
        assert dav(site.http_port, login, wrong).propfind(f"/{login}/people/").status == 401


def assert_pages_look_right(ada: Visitor) -> None:
    """Search, a person with a portrait, her manager."""
    assert any("Bruno" in name for name in ada.search("bruno"))
    assert "Bruno" in ada.person("ada")
    ada.page.goto("/")
    broken = "() => [...document.images].filter(image => image.complete && !image.naturalWidth).length"
    assert ada.page.evaluate(broken) == 0
    assert ada.page.locator("#results .face img").count() > 0


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    site = Site(tmp_path)
    for option in ("--http", "--ldap"):
        done = site.command("demo", "--dir", "demo", option, "0.0.0.0:0")
        assert done.returncode == 2
        assert "loopback" in done.stderr
    assert list(tmp_path.iterdir()) == []
