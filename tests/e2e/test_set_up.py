# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting up a device from beginning to end: a page in Chromium makes the password, real clients use what it gives, until it is revoked."""

from __future__ import annotations

import base64
import plistlib
import re
import ssl
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.cast import password_of
from tests.certificates import make_certificate
from tests.e2e.browser import chromium
from tests.e2e.ldap_tools import ldapsearch
from tests.e2e.site import SUFFIX, Site, free_ports, serving
from tests.programs import absent

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

VDIRSYNCER = Path(sys.executable).with_name("vdirsyncer")


@dataclass(frozen=True)
class Account:
    """What a device was told of a CardDAV account."""

    url: str
    login: str
    password: str


NINA = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:nina\r\nFN:Nina Nowak\r\nN:Nowak;Nina;;;\r\nEND:VCARD\r\n"


def with_tls(site: Site) -> Path:
    """Let everything of a site speak TLS, and tell devices so; the certificate to trust."""
    made = make_certificate(site.folder)
    (port,) = free_ports(1)
    for section in ("http", "ldap"):
        site.set("tls_certificate", '"localhost.pem"', section=section)
        site.set("tls_key", '"localhost.key"', section=section)
    site.set("public_url", f'"https://localhost:{site.http_port}"', section="http")
    site.set("tls_listen", f'"127.0.0.1:{port}"', section="ldap")
    # ldapsearch takes localhost for the machine's own name, which no certificate of ours has.
    site.set("ldap_url", f'"ldaps://127.0.0.1:{port}"', section="setup")
    site.set("sign_certificate", '"localhost.pem"', section="setup")
    site.set("sign_key", '"localhost.key"', section="setup")
    return made.certificate


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Name or mail address").fill("ada")
    page.get_by_label("Password", exact=True).fill(password_of("ada"))
    page.get_by_role("button", name="Sign in", exact=True).click()


def make(page: Page, kind: str, label: str) -> str:
    """Make a device's password on its page."""
    page.goto(f"/me/devices/set-up/{kind}")
    page.get_by_label("What do you call it?").fill(label)
    page.get_by_role("button", name="Go on").click()
    return page.locator("#secret").inner_text()


def revoke(page: Page, label: str) -> None:
    page.goto("/me/devices")
    page.get_by_label(f"Revoke {label}").click()
    page.get_by_role("button", name="Yes, revoke it").click()
    expect(page.get_by_role("status").first).to_be_visible()


def status_of(account: Account, trusted: Path) -> int:
    """How the first request of a program is answered."""
    there = urlsplit(account.url)
    signed = base64.b64encode(f"{account.login}:{account.password}".encode()).decode()
    with closing(HTTPSConnection(there.netloc, timeout=30, context=ssl.create_default_context(cafile=trusted))) as connection:
        connection.request("PROPFIND", there.path, headers={"Authorization": f"Basic {signed}", "Depth": "0"})
        return connection.getresponse().status


def sync(account: Account, folder: Path, trusted: Path, card: str = "") -> set[str]:
    """Let vdirsyncer find the books and keep the person's own in step, to which ``card`` is added; the names that it holds then."""
    if not VDIRSYNCER.exists():
        absent("vdirsyncer is not installed in this environment")
    book = folder / "cards" / "contacts"
    book.mkdir(parents=True, exist_ok=True)
    if card:
        (book / "new.vcf").write_text(card)
    (folder / "config").write_text(
        f'[general]\nstatus_path = "{folder}/status"\n[pair p]\na = "there"\nb = "here"\ncollections = ["contacts"]\n'
        f'[storage there]\ntype = "carddav"\nurl = "{account.url}"\nusername = "{account.login}"\npassword = "{account.password}"\n'
        f'verify = "{trusted}"\n[storage here]\ntype = "filesystem"\npath = "{folder}/cards"\nfileext = ".vcf"\n'
    )
    for word in ("discover", "sync"):
        command = [VDIRSYNCER, "-c", folder / "config", word]
        done = subprocess.run(command, input="y\n" * 5, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
    return {re.search("FN:(.*)", file.read_text())[1].strip() for file in book.glob("*.vcf")}  # type: ignore[index]


def test_what_the_pages_give_works_in_real_clients_until_it_is_revoked(company: Site, tmp_path: Path) -> None:
    trusted = with_tls(company)
    with serving(company), chromium() as browser:
        context = browser.new_context(locale="en-GB", base_url=f"https://localhost:{company.http_port}", ignore_https_errors=True)
        page = context.new_page()
        sign_in(page)
        secret = make(page, "iphone", "My phone")
        link = page.get_by_role("link", name="Load the profile").get_attribute("href")
        assert link is not None
        signed = context.request.get(link).body()
        done = subprocess.run(
            ["openssl", "cms", "-verify", "-inform", "DER", "-CAfile", trusted, "-purpose", "any"],
            input=signed,
            capture_output=True,
            check=True,
        )
        dav, ldap = plistlib.loads(done.stdout)["PayloadContent"]
        assert dav["CardDAVPassword"] == ldap["LDAPAccountPassword"] == secret
        url = f"https://{dav['CardDAVHostName']}:{dav['CardDAVPort']}{dav['CardDAVPrincipalURL']}"
        phone = Account(url, dav["CardDAVUsername"], secret)
        server = f"{'ldaps' if ldap['LDAPAccountUseSSL'] else 'ldap'}://{ldap['LDAPAccountHostName']}"
        base = ldap["LDAPSearchSettings"][0]["LDAPSearchSettingSearchBase"]
        assert base == SUFFIX

        def searched(password: str) -> int | set[str]:
            found = ldapsearch(server, "ada", "(mail=bruno@*)", "mail", password=password, base=base, trusted=trusted)
            assert found.code in {0, 49}, found.told
            return found.names if found.code == 0 else found.code

        assert sync(phone, tmp_path / "phone", trusted, NINA) == {"Nina Nowak"}
        assert searched(secret) == {"bruno"}

        secret = make(page, "android", "My tablet")
        link = page.get_by_role("link", name=re.compile("DAVx")).get_attribute("href")
        told = urlsplit(link or "")
        assert told.scheme == "carddavs"
        tablet = Account(f"https://{told.hostname}:{told.port}{told.path}", unquote(told.username or ""), unquote(told.password or ""))
        assert tablet.password == secret
        assert sync(tablet, tmp_path / "tablet", trusted) == {"Nina Nowak"}
        assert searched(secret) == 49, "what a phone keeps for contacts opens no LDAP"

        revoke(page, "My phone")
        assert status_of(phone, trusted) == 401
        assert searched(phone.password) == 49
        assert sync(tablet, tmp_path / "tablet", trusted) == {"Nina Nowak"}, "each device has a password of its own"
        log = company.log_file.read_text()
        assert phone.password not in log
        assert tablet.password not in log
