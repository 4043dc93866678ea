# SPDX-License-Identifier: GPL-3.0-or-later
"""What one request costs at each door: `python benchmarks/doors.py [--people N ...] [--database URL]`.

One client asks one thing after the other of a whole running site. "wall" is what the client waits (median), "CPU" what all
processes of the site used, by /proc/PID/stat, divided by the number of requests. A database server's CPU is not in it.
"""

from __future__ import annotations

import argparse
import itertools
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dirserver.demo.people import generate_csv
from dirserver.ldap.wire.message import BindRequest, Message, Operation, Scope, SearchRequest
from dirserver.model.filter import Or, Substrings
from tests.cast import password_of
from tests.e2e.carddav import dav, vcard_bytes
from tests.e2e.ldap_tools import PEOPLE
from tests.e2e.pages import Pages
from tests.e2e.site import Site, cpu_s
from tests.ldap.speech import encode_message

# What people type: the first letters of names in several languages, with many and with few hits.
TYPED = ("mar", "now", "ska", "gon", "hern", "kowal", "sil", "ber", "anna", "lopez", "eira", "qu", "zie", "oliv", "tom", "xyz")
LEAST_S = 1.0
MOST_REQUESTS = 400


@dataclass(frozen=True)
class Bench:
    """A running site with a steward's account ``ada``."""

    site: Site
    device_password: str

    def measure(self, what: str, ask: Callable[[], int]) -> None:
        """Ask for a second at least, after a round that warms up; print a row. ``ask`` returns the octets of the answer."""
        for _ in range(len(TYPED)):
            octets = ask()
        walls: list[float] = []
        before = cpu_s(self.site.pids())
        begun = time.perf_counter()
        while len(walls) < 5 or (time.perf_counter() - begun < LEAST_S and len(walls) < MOST_REQUESTS):
            start = time.perf_counter()
            octets = ask()
            walls.append(time.perf_counter() - start)
        cpu = cpu_s(self.site.pids()) - before
        print(
            f"| {what:44} | {len(walls):5} | {statistics.median(walls) * 1e3:9.2f} | {cpu / len(walls) * 1e3:9.2f} | {octets:9} |",
            flush=True,
        )


class LdapClient:
    """One connection; requests are encoded before, answers are not decoded: what is measured is the server."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._ids = itertools.count(1)

    def ask(self, operation: Operation, last: int) -> int:
        """Send a request and read until its last answer, whose tag is ``last``; the octets that came."""
        self._socket.sendall(encode_message(Message(next(self._ids), operation)))
        data = b""
        while (end := _end_of_answers(data, last)) is None:
            piece = self._socket.recv(262_144)
            assert piece, "the server hung up"
            data += piece
        return end


def _end_of_answers(data: bytes, last: int) -> int | None:
    at = 0
    while at + 2 <= len(data):
        length, start = data[at + 1], at + 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[at + 2 : start])
        if start + length > len(data):
            return None
        tag = data[start + 2 + data[start + 1]]
        at = start + length
        if tag == last:
            return at
    return None


def ask_carddav(bench: Bench, people: int) -> None:
    """Polls, syncs, reads and writes of a phone."""
    door = dav(bench.site.http_port, "ada", bench.device_password)
    home = "/ada/people/"
    first = door.sync(home)
    assert len(first.rows) >= people
    paths, token = [row.path for row in first.rows], first.token
    bench.measure("CardDAV: sync, nothing new", lambda: len(door.sync(home, token).body))
    bench.measure("CardDAV: first sync, ETags only", lambda: len(door.sync(home).body))
    tens = itertools.cycle([paths[at : at + 10] for at in range(0, 1_000, 10)])
    bench.measure("CardDAV: multiget of 10 cards", lambda: len(door.multiget(home, next(tens), data="<c:address-data/>").body))
    own = "/ada/contacts/"
    start = door.sync(own).token
    numbers = itertools.count()

    def put() -> int:
        number = next(numbers)
        answer = door.ask(
            "PUT", f"{own}card-{number % 10}.vcf", vcard_bytes(f"card-{number % 10}", f"Card {number}", "TEL;TYPE=CELL:+49301234")
        )
        assert answer.status in {201, 204}, answer
        return len(answer.body)

    bench.measure("CardDAV: PUT of a card", put)
    assert len(door.sync(own, start).rows) == 10
    bench.measure("CardDAV: sync, 10 cards new", lambda: len(door.sync(own, start).body))


def ask_pages(bench: Bench) -> None:
    """Search as you type, and a person's page."""
    pages = Pages(bench.site.http_port, "ada")
    typed = itertools.cycle(TYPED)
    bench.measure("pages: search as you type", lambda: len(pages.get(f"/?q={next(typed)}&part=results")))
    bench.measure("pages: a person", lambda: len(pages.get("/people/bruno")))


def ask_ldap(bench: Bench) -> None:
    """Autocomplete of a mail client, and signing in."""
    client = LdapClient(bench.site.ldap_port)
    secret = bench.device_password.encode()
    client.ask(BindRequest(3, "ada", secret), 0x61)
    typed = itertools.cycle(TYPED)

    def complete() -> int:
        letters = next(typed)
        names = Or(tuple(Substrings(name, "", (letters,), "") for name in ("cn", "mail", "givenName", "sn")))
        search = SearchRequest(PEOPLE, Scope.SUBTREE, names, ("cn", "mail", "telephoneNumber", "title"), size_limit=20)
        return client.ask(search, 0x65)

    bench.measure("LDAP: autocomplete, up to 20 entries", complete)
    bench.measure("LDAP: bind with a device password", lambda: client.ask(BindRequest(3, "ada", secret), 0x61))
    main = password_of("ada").encode()
    bench.measure("LDAP: bind with the main password, again", lambda: client.ask(BindRequest(3, "ada", main), 0x61))


def run(people: int, database: str | None) -> None:
    """Make a site with so many people and ask it everything."""
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name))
        site.found(*(("--database", database) if database else ()))
        with (site.folder / "people.csv").open("wb") as stream:
            generate_csv(people, stream)
        site.run("import", "people.csv", "--book", "people", "--apply")
        site.add_account("ada", "Ada")
        bench = Bench(site, site.device_password("ada"))
        print(f"\n{people} people, {'PostgreSQL' if database else 'SQLite'}\n")
        print(f"| {'request':44} | times |  wall, ms |   CPU, ms |    octets |\n|{'-' * 46}|------:|----------:|----------:|----------:|")
        site.start()
        try:
            ask_carddav(bench, people)
            ask_pages(bench)
            ask_ldap(bench)
        finally:
            site.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument(
        "--database", help="an empty database (postgresql+psycopg://...), for one number of people; default: SQLite files that go away"
    )
    options = parser.parse_args()
    for people in options.people:
        run(people, options.database)


if __name__ == "__main__":
    main()
