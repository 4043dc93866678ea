# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers at every door are answered while other processes write: a long import, and one that holds its transaction open."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Self

import pytest

from tests.e2e.carddav import dav
from tests.e2e.ldap_tools import ldapsearch
from tests.e2e.pages import Pages
from tests.e2e.people import SIZE
from tests.e2e.site import Site, serving, wait_until
from tests.radicale_dirserver.wsgi import Door

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MORE = 3_000


@dataclass
class Readers:
    """A reader at each door, until told to stop. Whatever isn't a good answer is a fault."""

    site: Site
    answers: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        pages = Pages(self.site.http_port, "ada")
        door = dav(self.site.http_port, "bruno")
        for name, ask in (
            ("pages", lambda: self._page(pages, "/?q=now") or self._page(pages, "/people/bruno")),
            ("CardDAV", lambda: self._sync(door)),
            ("LDAP", lambda: self._search("dov")),
            ("LDAP as esme", lambda: self._search("esme")),
        ):
            self.answers[name] = 0
            self._threads.append(threading.Thread(target=self._read, args=(name, ask)))
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        for thread in self._threads:
            thread.join(60)
        assert self.faults == []

    def everybody_answers(self, times: int) -> None:
        """Wait until each door answered so often from now on."""
        before = dict(self.answers)

        def all_did() -> bool:
            return bool(self.faults) or all(self.answers[name] - before[name] >= times for name in before)

        wait_until(all_did, "every door answers", 90, lambda: f"{before} -> {self.answers}")

    def _read(self, name: str, ask: Callable[[], str]) -> None:
        while not self.is_over.is_set() and not self.faults:
            try:
                fault = ask()
            except Exception as error:  # noqa: BLE001 # whatever it is, the test must hear of it
                fault = repr(error)
            if fault:
                self.faults.append(f"{name}: {fault}")
            self.answers[name] += 1

    def _page(self, pages: Pages, path: str) -> str:
        status, _ = pages.look(path)
        return "" if status == 200 else f"GET {path}: {status}"

    def _sync(self, door: Door) -> str:
        answer = door.sync("/bruno/people/")
        return "" if answer.status == 207 and len(answer.rows) >= SIZE else f"sync: {answer.status}"

    def _search(self, login: str) -> str:
        found = ldapsearch(self.site.ldap_url, login, "(cn=*now*)", "cn", "mobile")
        return "" if found.code == 0 and found.entries else f"ldapsearch: {found.code} {found.told}"


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_doors_answer_while_an_import_runs(engine: str, company_on: Callable[[str], Site]) -> None:
    site = company_on(engine)
    rows = [
        f"p{number},Paula{number},Nowak{number},Paula{number} Nowak{number},p{number}@example.com,+4930{number:07d}"
        for number in range(MORE)
    ]
    (site.folder / "more.csv").write_text("uid,givenName,sn,cn,mail,telephoneNumber\n" + "\n".join(rows) + "\n")
    with serving(site):
        with Readers(site) as readers:
            importing = site.begin("import", "more.csv", "--book", "people", "--apply")
            out, err = importing.communicate(timeout=300)
            assert importing.returncode == 0, err.decode()
            assert f"added {MORE}".encode() in out
            readers.everybody_answers(1)
        assert len(ldapsearch(site.ldap_url, "ada", "(objectClass=person)", "1.1").entries) == SIZE + MORE
        assert len(dav(site.http_port, "ada").sync("/ada/people/").rows) == SIZE + MORE
    site.assert_quiet_log()


def test_doors_answer_while_another_process_holds_the_writers_lock(company: Site) -> None:
    with (
        serving(company),
        Readers(company) as readers,
        closing(sqlite3.connect(company.folder / "dirserver.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE book SET name = 'held'")
        readers.everybody_answers(3)
        other.execute("ROLLBACK")
        readers.everybody_answers(1)
    company.assert_quiet_log()
