# SPDX-License-Identifier: GPL-3.0-or-later
"""What was acknowledged survives ``kill -9`` of every serving process, at any moment, on either engine."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.e2e.carddav import dav, vcard_bytes
from tests.e2e.ldap_tools import ldapsearch
from tests.e2e.pages import Pages
from tests.e2e.people import add_clients
from tests.e2e.site import Site, wait_until
from tests.postgres import PostgresMissing, PostgresServer, running_postgres
from tests.programs import absent
from tests.radicale_dirserver.wsgi import Door

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

WRITERS = ("ada", "bruno", "chika", "dov")
OWN_CARDS = 5
ROUNDS = {"sqlite": 6, "postgresql": 2}


@dataclass
class Writer:
    """One client's memory: per card what was acknowledged last, and what was sent after it without an answer."""

    login: str
    site: Site
    acknowledged: dict[str, bytes] = field(default_factory=dict)
    unanswered: dict[str, bytes] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    _number: int = 0

    @property
    def book(self) -> str:
        """Two write into one shared book, two into their own."""
        return f"/{self.login}/clients/" if self.login in {"ada", "bruno"} else f"/{self.login}/contacts/"

    def write(self, answered: threading.Semaphore, is_dying: threading.Event) -> None:
        """Make and change cards until the server is gone."""
        door = dav(self.site.http_port, self.login)
        while True:
            self._number += 1
            # Two of three are changes of a few cards, one is a card that is new.
            kind = f"own-{self._number % OWN_CARDS}" if self._number % 3 else f"new-{self._number}"
            href = f"{self.login}-{kind}.vcf"
            parts = [f"X-PART-{part}:{self._number} {'x' * 50}" for part in range(8)]
            body = vcard_bytes(href.removesuffix(".vcf"), f"{self.login.title()} {self._number}", *parts)
            self.unanswered[href] = body
            try:
                answer = door.ask("PUT", self.book + href, body, content_type="text/vcard; charset=utf-8")
            except (OSError, HTTPException):
                return
            if answer.status == 503 and is_dying.is_set():
                return
            if answer.status not in {201, 204}:
                self.faults.append(f"PUT {href}: {answer.status} {answer.body!r}")
                return
            self.acknowledged[href] = self.unanswered.pop(href)
            self.touched.add(href)
            answered.release()

    def check(self, door: Door, token: str) -> None:
        """Nothing acknowledged since ``token`` is missing, torn or older, and the token leads to all of it."""
        synced = {row.path.rpartition("/")[2] for row in door.sync(self.book, token).rows if row.found}
        assert self.touched <= synced, f"not in sync: {sorted(self.touched - synced)}"
        for href in sorted(self.touched | self.unanswered.keys()):
            answer = door.ask("GET", self.book + href)
            candidates = {self.acknowledged.get(href), self.unanswered.get(href)} - {None}
            if answer.status == 404 and href not in self.acknowledged:
                continue
            assert answer.status == 200, f"{href}: {answer.status}"
            assert answer.body in candidates, f"{href} holds neither what was acknowledged nor what was sent last"
            self.acknowledged[href] = answer.body
        self.unanswered.clear()
        self.touched.clear()


@dataclass
class Reader:
    """Reads at the pages' and the LDAP door while others write. Anything but an answer before the kill is a fault."""

    site: Site
    login: str
    faults: list[str] = field(default_factory=list)

    def read(self, is_dying: threading.Event) -> None:
        """Ask until the server is about to be killed."""
        while not is_dying.is_set():
            found = ldapsearch(self.site.ldap_url, self.login, "(sn=*now*)", "cn")
            if found.code and not is_dying.is_set():
                self.faults.append(f"ldapsearch ended with {found.code}: {found.told}")
            try:
                status = Pages.status_of(self.site.http_port, "/sign-in")
            except (OSError, HTTPException) as error:
                if not is_dying.is_set():
                    self.faults.append(repr(error))
                return
            if status != 200:
                self.faults.append(f"GET /sign-in: {status}")


def tokens_of(site: Site, writers: list[Writer]) -> dict[str, str]:
    """Where each client's book stands now."""
    return {each.login: dav(site.http_port, each.login).sync(each.book).token for each in writers}


@contextmanager
def stream(site: Site, writers: list[Writer], *, answers: int) -> Iterator[threading.Event]:
    """Write from all clients at once. The body begins when so many PUTs were acknowledged; it tells the readers and ends the servers."""
    is_dying = threading.Event()
    answered = threading.Semaphore(0)
    reader = Reader(site, writers[-1].login)
    threads = [threading.Thread(target=each.write, args=(answered, is_dying)) for each in writers]
    threads.append(threading.Thread(target=reader.read, args=(is_dying,)))
    for thread in threads:
        thread.start()
    try:
        for _ in range(answers):
            assert answered.acquire(timeout=60), [each.faults for each in writers]
        yield is_dying
    finally:
        if not is_dying.is_set():
            site.kill()
        is_dying.set()
        for thread in threads:
            thread.join(60)
    assert [fault for each in writers for fault in each.faults] == []
    assert reader.faults == []


def kill_and_check(site: Site, writers: list[Writer], *, answers: int) -> None:
    """One round: a stream of PUTs, kill -9, start again on the same data at once, look at everything."""
    tokens = tokens_of(site, writers)
    with stream(site, writers, answers=answers) as is_dying:
        is_dying.set()
        site.kill()
    site.start()
    for each in writers:
        door = dav(site.http_port, each.login)
        each.check(door, tokens[each.login])
        first = vcard_bytes(f"{each.login}-after", "After Kill", f"NOTE:{answers}")
        assert door.ask("PUT", f"{each.book}{each.login}-after.vcf", first).status in {201, 204}, "no lock is left behind"


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_nothing_acknowledged_is_lost_when_all_processes_are_killed(engine: str, company_on: Callable[[str], Site]) -> None:
    site = company_on(engine)
    chance = random.Random(20)
    writers = [Writer(login, site) for login in WRITERS]
    site.start()
    for _ in range(ROUNDS[engine]):
        kill_and_check(site, writers, answers=chance.randrange(10, 60))
    assert sum(len(each.acknowledged) for each in writers) > ROUNDS[engine] * 4
    for each in writers:
        each.touched = set(each.acknowledged)
        each.check(dav(site.http_port, each.login), "")
    site.stop()
    site.assert_quiet_log()
    assert site.run("check", "database") == "database: sound\n"
    site.run("check", "sync")


@pytest.mark.postgresql
def test_nothing_acknowledged_is_lost_when_postgresql_is_killed_and_dirserver_goes_on_afterwards(unfounded: Site) -> None:
    site = unfounded
    with durable_postgres() as postgres:
        site.found("--database", postgres.url(postgres.create()))
        for login in ("ada", "bruno"):
            site.add_account(login, login.title())
        add_clients(site)
        writers = [Writer(login, site) for login in ("ada", "bruno")]
        site.start()
        for answers in (15, 40):
            tokens = tokens_of(site, writers)
            with stream(site, writers, answers=answers) as is_dying:
                is_dying.set()
                postgres.crash()
            postgres.start()
            wait_until(lambda: Pages.status_of(site.http_port, "/readyz") == 200, "dirserver found its database again", 60, site.log)
            for each in writers:
                each.check(dav(site.http_port, each.login), tokens[each.login])
        site.stop()
        assert site.run("check", "database") == "database: sound\n"


@contextmanager
def durable_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL that promises to survive a power cut."""
    try:
        with running_postgres(durable=True) as server:
            yield server
    except PostgresMissing as error:
        absent(str(error))


@pytest.fixture
def unfounded(tmp_path: Path) -> Iterator[Site]:
    """Where a site may be made."""
    site = Site(tmp_path / "site")
    site.folder.mkdir()
    yield site
    site.kill()
