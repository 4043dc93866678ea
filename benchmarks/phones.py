# SPDX-License-Identifier: GPL-3.0-or-later
"""Many phones on one site: `python benchmarks/phones.py [--phones N] [--people N] [--rounds N] [--writers N]`.

Each simulated phone has a token of its own and asks as a phone does: what changed since; if something did, it fetches what it
doesn't have. Phones take turns on a few kept connections, so that what is measured is the server. Meanwhile writers change
cards. At the end every phone must hold exactly the server's book, and no request may have failed. Everything stays on loopback
and stops by itself.
"""

from __future__ import annotations

import argparse
import itertools
import re
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from carddav import Client
from peers import Peer

from dirserver.demo.people import generate_csv
from tests.e2e.site import Site, cpu_s

_ROW = re.compile(r"<response><href>([^<]+\.vcf)</href>(?:<status>HTTP/1\.1 404|.*?<getetag>([^<]+)<)")
CONNECTIONS = 8


@dataclass
class Phone:
    """What one phone holds: ETags by href, and how far it has come."""

    token: str = ""
    etags: dict[str, str] = field(default_factory=dict)

    def poll(self, client: Client) -> int:
        """Catch up; how many rows came."""
        answer, self.token = client.sync(self.token)
        rows = _ROW.findall(answer.decode())
        wanted = []
        for href, etag in rows:
            if not etag:
                self.etags.pop(href, None)
            elif self.etags.get(href) != etag:
                self.etags[href] = etag
                wanted.append(href)
        for at in range(0, min(len(wanted), 20), 10):
            inner = "".join(f"<d:href>{href}</d:href>" for href in wanted[at : at + 10])
            client.report("c:addressbook-multiget", f"<d:prop><d:getetag/><c:address-data/></d:prop>{inner}", "0")
        return len(rows)


def _write(client: Client, stop: threading.Event, numbers: itertools.count[int], home: str) -> int:
    written = 0
    while not stop.is_set():
        number = next(numbers)
        card = (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:phones-{number % 100}\r\nFN:Phones {number}\r\nN:{number};Phones;;;\r\n"
            f"TEL:+4930{number:07}\r\nEND:VCARD\r\n"
        )
        status, body = client.ask("PUT", f"{home}phones-{number % 100}.vcf", card, **{"Content-Type": "text/vcard"})
        assert status in {201, 204}, (status, body)
        written += 1
        time.sleep(0.01)
    return written


def run(phones: int, people: int, rounds: int, writers: int) -> None:
    """Make the site, let the phones poll while writers write, and compare."""
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name))
        site.found()
        with (site.folder / "people.csv").open("wb") as stream:
            generate_csv(people, stream)
        site.run("import", "people.csv", "--book", "people", "--apply")
        site.add_account("ada", "Ada", "--admin")
        password = site.device_password("ada")
        site.start("serve", "http")
        try:
            _poll_all(site, password, [Phone() for _ in range(phones)], rounds, writers)
        finally:
            site.kill()


def _poll_all(site: Site, password: str, phones: list[Phone], rounds: int, writers: int) -> None:
    home = "/dav/ada/people/"

    def client() -> Client:
        return Client(Peer("dirserver", site.http_port, home, password, syncs=True))

    # Phones that were there before: their first sync is another benchmark's.
    phones[0].poll(client())
    for phone in phones[1:]:
        phone.token, phone.etags = phones[0].token, dict(phones[0].etags)
    clients, stop, waits, rows = [client() for _ in range(CONNECTIONS)], threading.Event(), [], 0

    def share(number: int) -> tuple[list[float], int]:
        took, came = [], 0
        for phone in phones[number::CONNECTIONS]:
            begun = time.perf_counter()
            came += phone.poll(clients[number])
            took.append(time.perf_counter() - begun)
        return took, came

    numbers = itertools.count()
    begun, before = time.perf_counter(), cpu_s(site.pids())
    with ThreadPoolExecutor(CONNECTIONS + writers) as pool:
        writing = [pool.submit(_write, client(), stop, numbers, home) for _ in range(writers)]
        for _ in range(rounds):
            for took, came in pool.map(share, range(CONNECTIONS)):
                waits += took
                rows += came
        stop.set()
        written = sum(each.result() for each in writing)
    wall, cpu = time.perf_counter() - begun, cpu_s(site.pids()) - before
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(share, range(CONNECTIONS)))
    fresh = Phone()
    fresh.poll(client())
    wrong = sum(phone.etags != fresh.etags for phone in phones)
    waits.sort()
    print(f"{len(phones)} phones, {rounds} rounds, {written} cards written meanwhile, {rows} changes told in {wall:.1f} s")
    print(f"a phone waited {statistics.median(waits) * 1e3:.1f} ms (median), {waits[int(len(waits) * 0.99)] * 1e3:.1f} ms (p99)")
    print(f"server CPU: {cpu / len(waits) * 1e3:.2f} ms a poll, what it fetched and the writing included")
    print(f"phones that don't hold the server's book at the end: {wrong}")
    assert not wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--writers", type=int, default=2)
    options = parser.parse_args()
    run(options.phones, options.people, options.rounds, options.writers)


if __name__ == "__main__":
    main()
