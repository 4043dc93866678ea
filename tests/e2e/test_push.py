# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone is told of changes by the servers that we ship, through a push service, whatever dies in between."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.carddav import dav, vcard_bytes
from tests.e2e.site import Site, serving, wait_until
from tests.push.service import P, Phone, PushService, claims_of, push_service
from tests.radicale_dirserver.wsgi import Door

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

XML = "application/xml; charset=utf-8"
BOOK = "clients"


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


@pytest.fixture
def site(company: Site, service: PushService) -> Site:
    """The company on SQLite, which knows the push service as its own."""
    company.set("own_services", f'["{service.origin}"]', section="push")
    return company


def subscribe(door: Door, phone: Phone, book: str = BOOK) -> str:
    """Let a phone hear of a book; its registration's URL."""
    answer = door.ask("POST", f"/{door.login}/{book}/", phone.register(), content_type=XML)
    assert answer.status == 201, answer.body
    return answer.headers["location"]


def path_of(location: str) -> str:
    return urlsplit(location).path.removeprefix("/dav")


def put(door: Door, name: str, book: str = BOOK, **headers: str) -> None:
    answer = door.ask("PUT", f"/{door.login}/{book}/{name}.vcf", vcard_bytes(name, name.title()), content_type="text/vcard", **headers)
    assert answer.status in {201, 204}, answer.body


def pids_of(site: Site, kind: str) -> list[int]:
    """The processes of one kind of worker."""
    return [pid for pid in site.pids() if Path(f"/proc/{pid}/comm").read_text().strip() == f"ds:{kind}"]


def test_a_phone_hears_of_what_others_change_until_it_says_so_or_may_not(site: Site, service: PushService) -> None:
    with serving(site):
        ada, bruno, dov = (dav(site.http_port, login) for login in ("ada", "bruno", "dov"))
        phone, other, quiet = service.phone(), service.phone(), service.phone()
        mine = subscribe(ada, phone)
        subscribe(bruno, other)
        ended = subscribe(ada, quiet)
        token = ada.sync(f"/ada/{BOOK}/").token
        put(bruno, "first")
        (message,) = service.wait_for(phone)
        assert [row.path.rpartition("/")[2] for row in ada.sync(f"/ada/{BOOK}/", token).rows] == ["first.vcf"]
        assert message.token_for(phone) == ada.sync(f"/ada/{BOOK}/", token).token
        row = ada.propfind(f"/ada/{BOOK}/", f"{P}transports", f"{P}topic").rows[0]
        assert message.topic_for(phone) == row.text(f"{P}topic")
        claims, key = claims_of(message.headers["authorization"])
        assert key == row.found[f"{P}transports"].findtext(f"{P}web-push/{P}vapid-public-key")
        assert (claims["aud"], claims["sub"]) == (service.origin, "mailto:postmaster@example.com")
        service.wait_for(other)
        service.wait_for(quiet)

        # What it changes itself it knows; what it wants to hear no more it doesn't hear.
        assert ada.ask("DELETE", path_of(ended)).status == 204
        put(ada, "second", push_dont_notify=f'"{mine}"')
        service.wait_for(other, 2)
        assert (len(service.sent_to(phone)), len(service.sent_to(quiet))) == (1, 1)

        # Who may not read the book any more hears nothing.
        former = service.phone()
        subscribe(dov, former)
        for login in ("ada", "bruno"):
            site.run("grant", "add", f"account:{login}", "delete", "--book", BOOK, "--reads", "*", "--writes", "*")
        site.run("grant", "remove", "authenticated", "--book", BOOK)
        put(bruno, "third")
        service.wait_for(other, 3)
        service.wait_for(phone, 2)
        assert service.sent_to(former) == []

        # An import is one message.
        before = len(service.sent_to(phone))
        people = "\n".join(f"Imported {number},i{number}@example.com" for number in range(200))
        (site.folder / "more.csv").write_text(f"cn,mail\n{people}\n")
        site.run("import", "more.csv", "--book", BOOK, "--apply")
        assert len(service.wait_for(phone, before + 1)) == before + 1
        site.assert_quiet_log()
        assert phone.resource.rpartition("/")[2] not in site.log_file.read_text()


def test_what_was_committed_is_told_after_a_kill_and_what_has_expired_is_not(site: Site, service: PushService) -> None:
    phone, late = service.phone(), service.phone()
    site.start()
    ada, bruno = (dav(site.http_port, login) for login in ("ada", "bruno"))
    subscribe(ada, phone)
    subscribe(ada, late)
    (follower,) = pids_of(site, "push")
    os.kill(follower, signal.SIGSTOP)
    put(bruno, "acknowledged")
    site.kill()
    assert service.received == []
    with closing(sqlite3.connect(site.folder / "dirserver.db")) as connection:
        connection.execute("UPDATE push_subscription SET expires_us = 1 WHERE resource = ?", (late.resource,))
        connection.commit()
    with serving(site):
        (message,) = service.wait_for(phone)
        # The door is another process now.
        ada = dav(site.http_port, "ada")
        assert message.token_for(phone) == ada.sync(f"/ada/{BOOK}/").token
        # The follower alone dies, and is started again.
        (follower,) = pids_of(site, "push")
        os.kill(follower, signal.SIGKILL)
        put(dav(site.http_port, "bruno"), "again")
        service.wait_for(phone, 2)
        assert service.sent_to(late) == []
        with closing(sqlite3.connect(site.folder / "dirserver.db")) as connection:
            assert connection.execute("SELECT count(*) FROM push_subscription").fetchone() == (1,)


@pytest.mark.postgresql
def test_of_several_nodes_one_tells(company_on: Callable[[str], Site], service: PushService, tmp_path: Path) -> None:
    first = company_on("postgresql")
    first.set("own_services", f'["{service.origin}"]', section="push")
    second = Site(tmp_path / "second")
    shutil.copytree(first.folder, second.folder)
    second.take_ports()
    phones = [service.phone() for _ in range(30)]
    try:
        first.start("serve", "http")
        second.start("serve", "http")
        ada, bruno = dav(first.http_port, "ada"), dav(second.http_port, "bruno")
        for phone in phones:
            subscribe(ada, phone)
        put(bruno, "once")
        for phone in phones:
            service.wait_for(phone)
        # Whichever told them, the other goes on when it dies.
        first.kill()
        put(bruno, "twice")
        for phone in phones:
            service.wait_for(phone, 2)
        assert {len(service.sent_to(phone)) for phone in phones} == {2}
    finally:
        first.kill()
        second.kill()


def test_without_push_nothing_is_offered_and_no_process_waits(company: Site) -> None:
    company.set("enabled", "false", section="push")
    with serving(company):
        wait_until(lambda: bool(pids_of(company, "http-1")), "the HTTP worker runs")
        assert pids_of(company, "push") == []
        ada = dav(company.http_port, "ada")
        assert ada.ask("POST", f"/ada/{BOOK}/", Phone("https://push.example.com/x").register(), content_type=XML).status == 405
        assert "webdav-push" not in ada.ask("OPTIONS", f"/ada/{BOOK}/").headers["dav"]
