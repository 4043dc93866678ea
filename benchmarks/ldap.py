# SPDX-License-Identifier: GPL-3.0-or-later
"""The LDAP door beside slapd: `python benchmarks/ldap.py [--people N ...] [--rows WORD ...]`.

Both hold the same people and are asked the same, one after the other, in turns within one run. "CPU" is what all processes of a server
used, by /proc/PID/stat, divided by the number of requests, of several turns the least, since others use the machine too; the client is
another process's time and not in it. Answers are counted, so that who finds less is seen. Values vary from request to request but in the
rows that say "again". Before all, everybody is read once, and each row is asked for some seconds before it is measured, so that both have
read what they keep; what it costs until then is the row "cold start". "Bare" (`bare.py`) answers the same whatever it is asked, from our
sockets and event loop: so much of a row is the machine's, and no server's doing.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bare import start_bare
from ldap_client import BOUND, DONE, Client, Served, search
from slapd import PASSWORD, READER, SLAPD, Slapd, start_slapd

from dirserver.demo.people import generate_csv
from dirserver.ldap.wire.message import BindRequest, Message
from dirserver.model.filter import Equality, Or, Present, Substrings
from tests.certificates import CertificateFiles, make_certificate
from tests.e2e.site import Site, cpu_s, free_ports
from tests.ldap.speech import encode_message

LEAST_S = 1.0
TURNS = 5
_LEAST_WARM = 20
_IMPORTED_S = 3_600.0
_SETTLED_S = 900.0
_QUIET = 0.05
_QUIET_S = 3
IN_MEMORY = b"the directory is in memory"
BARE = "bare"
_NOT_BARE = ("pipelined", "dump")


class People:
    """Who is in the directory, and what one types to find them; drawn from a seed."""

    def __init__(self, file: Path) -> None:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            self.rows = list(csv.DictReader(stream))
        self._chance = random.Random(7)

    def autocomplete(self) -> Iterator[bytes]:
        """Thunderbird: three letters anywhere in a name or address, a hundred answers at most."""
        while True:
            word = self._chance.choice(self.rows)["sn"].split()[0]
            at = self._chance.randrange(max(1, len(word) - 2))
            part = word[at : at + 3]
            names = tuple(Substrings(name, "", (part,), "") for name in ("mail", "cn", "givenName", "sn"))
            yield search(Or(names), size_limit=100)

    def prefix(self) -> Iterator[bytes]:
        """Outlook: a name that begins so."""
        while True:
            part = self._chance.choice(self.rows)["sn"][:4]
            yield search(Or(tuple(Substrings(name, part) for name in ("mail", "cn", "sn", "givenName"))), size_limit=100)

    def exact(self, attribute: str) -> Iterator[bytes]:
        """One person by a value."""
        having = [row[attribute] for row in self.rows if row.get(attribute)]
        while True:
            yield search(Equality(attribute, self._chance.choice(having)))


@dataclass
class Bench:
    """The servers, asked in turns."""

    servers: list[Served]
    people: People
    context: ssl.SSLContext
    warm_s: float
    connections: int

    def row(self, what: str, ask: Callable[[Served], Callable[[], tuple[int, int]]]) -> None:
        """Print a row: CPU of one request at each server, and of ours in comparison. ``ask`` gives (requests, entries) a call."""
        servers = [each for each in self.servers if each.name != BARE or not any(word in what for word in _NOT_BARE)]
        least = dict.fromkeys((each.name for each in servers), float("inf"))
        times = dict.fromkeys(least, 0)
        found = dict.fromkeys(least, 0)
        asked = {each.name: ask(each) for each in servers}
        for each in servers:
            begun, count = time.perf_counter(), 0
            while count < _LEAST_WARM or time.perf_counter() - begun < self.warm_s:
                asked[each.name]()
                count += 1
        for _ in range(TURNS):
            for each in servers:
                before, begun, count = cpu_s(each.pids()), time.perf_counter(), 0
                while time.perf_counter() - begun < LEAST_S:
                    requests, entries = asked[each.name]()
                    count += requests
                    found[each.name] += entries
                times[each.name] += count
                least[each.name] = min(least[each.name], (cpu_s(each.pids()) - before) / count * 1e6)
        ours, *others = ((least[each.name], found[each.name] / times[each.name]) for each in servers)
        cells = [f"{ours[0]:8.1f} us {ours[1]:6.1f}"]
        cells += [f"{other[0]:8.1f} us {other[1]:6.1f} x{other[0] / ours[0]:5.2f}" for other in others]
        print(f"| {what:38} | {' | '.join(cells)} |", flush=True)


def first_answer_s(began: float, port: int, reader: str, password: str) -> float:
    """Ask at a port until somebody answers; return how long after ``began`` that was."""
    while True:
        try:
            client = Client(Served("", port, port, tuple, reader, password, 0.0))
            client.bind(Served("", port, port, tuple, reader, password, 0.0))
            client.ask(search(Equality("cn", "nobody of this name")))
        except OSError:
            time.sleep(0.02)
        else:
            return time.perf_counter() - began


def settle(site: Site) -> None:
    """Wait until our server has done what it does after its start and after an import: until the directory is in memory, and quiet is."""
    until, quiet = time.perf_counter() + _SETTLED_S, 0
    while time.perf_counter() < until and quiet < _QUIET_S:
        before = cpu_s(site.pids())
        time.sleep(1.0)
        is_quiet = cpu_s(site.pids()) - before < _QUIET and IN_MEMORY in site.log_file.read_bytes()
        quiet = quiet + 1 if is_quiet else 0


def warm(site: Site, servers: Sequence[Served], people: People) -> None:
    """Have servers read what they keep, and ask what mail programs ask: ours then makes everybody as they want them."""
    for served in servers:
        _dump(served)()
        client = Client(served)
        client.bind(served)
        for request in itertools.islice(people.autocomplete(), 20):
            client.ask(request)
    settle(site)


def resident_mb(pids: Sequence[int]) -> float:
    """Return how much memory processes hold."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return sum(int(line.split()[1]) for line in lines) / 1024


def _one_by_one(requests: Iterator[bytes], connections: int = 1) -> Callable[[Served], Callable[[], tuple[int, int]]]:
    given = list(itertools.islice(requests, 4000))

    def of(served: Served) -> Callable[[], tuple[int, int]]:
        clients, turn = [Client(served) for _ in range(connections)], itertools.cycle(given)
        for client in clients:
            client.bind(served)
        return lambda: _at_once(clients, turn, DONE)

    return of


def _at_once(clients: Sequence[Client], turn: Iterator[bytes], last: int) -> tuple[int, int]:
    """Let each connection ask once, all at the same moment; how many asked, and how many entries came."""
    for client in clients:
        client.send(next(turn))
    return len(clients), sum(client.answered(last) for client in clients)


def _pipelined(requests: Iterator[bytes]) -> Callable[[Served], Callable[[], tuple[int, int]]]:
    given = [b"".join(itertools.islice(requests, 32)) for _ in range(125)]

    def of(served: Served) -> Callable[[], tuple[int, int]]:
        client, turn = Client(served), itertools.cycle(given)
        client.bind(served)
        return lambda: (32, client.ask(next(turn), count=32))

    return of


def _dump(served: Served) -> Callable[[], tuple[int, int]]:
    client = Client(served)
    client.bind(served)

    def whole() -> tuple[int, int]:
        cookie, total = b"", 0
        while True:
            entries, cookie = client.page(search(Present("mail"), page=cookie))
            total += entries
            if not cookie:
                return total, total

    return whole


def _bind(connections: int) -> Callable[[Served], Callable[[], tuple[int, int]]]:
    def of(served: Served) -> Callable[[], tuple[int, int]]:
        clients = [Client(served) for _ in range(connections)]
        again = itertools.repeat(encode_message(Message(1, BindRequest(3, served.reader, served.password.encode()))))
        return lambda: _at_once(clients, again, BOUND)

    return of


def _habit(
    requests: Iterator[bytes], context: ssl.SSLContext | None, *, resumes: bool = False
) -> Callable[[Served], Callable[[], tuple[int, int]]]:
    given = list(itertools.islice(requests, 2000))

    def of(served: Served) -> Callable[[], tuple[int, int]]:
        turn = itertools.cycle(given)
        session: ssl.SSLSession | None = None

        def once() -> tuple[int, int]:
            nonlocal session
            client = Client(served, context, session)
            client.bind(served)
            entries = client.ask(next(turn))
            session = client.session if resumes else None
            client.close()
            return 1, entries

        return once

    return of


def measure(bench: Bench, wanted: Sequence[str]) -> None:
    """Ask everything, or the rows that hold one of the wanted words."""
    people, count = bench.people, bench.connections
    again = itertools.repeat(next(people.autocomplete()))
    rows: dict[str, Callable[[Served], Callable[[], tuple[int, int]]]] = {
        "autocomplete, varied": _one_by_one(people.autocomplete(), count),
        "autocomplete, again": _one_by_one(again, count),
        "Outlook prefix, varied": _one_by_one(people.prefix(), count),
        "exact mail, varied": _one_by_one(people.exact("mail"), count),
        "number, varied": _one_by_one(people.exact("telephoneNumber"), count),
        "exact mail, varied, 32 pipelined": _pipelined(people.exact("mail")),
        "paged dump, an entry": _dump,
        "bind": _bind(count),
        "connect, bind, autocomplete, unbind": _habit(people.autocomplete(), None),
        "the same over TLS": _habit(people.autocomplete(), bench.context),
        "the same over TLS, resumed": _habit(people.autocomplete(), bench.context, resumes=True),
    }
    for what, ask in rows.items():
        if not wanted or any(word in what for word in wanted):
            bench.row(what, ask)


def _under_tls(site: Site, files: CertificateFiles) -> list[int]:
    """Let a site speak TLS too; return ports that the others may have."""
    site.ldaps_port, *ports = free_ports(7)
    for key, value in (("certificate", files.certificate), ("key", files.key), ("listen", f"127.0.0.1:{site.ldaps_port}")):
        site.set(f"tls_{key}", f'"{value}"', section="ldap")
    return ports


def run(people: int, wanted: Sequence[str], warm_s: float, connections: int) -> None:
    """Make the servers with so many people and ask them everything."""
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name) / "ours")
        site.folder.mkdir()
        site.found()
        with (site.folder / "people.csv").open("wb") as stream:
            generate_csv(people, stream)
        site.run("import", "people.csv", "--book", "people", "--apply", timeout_s=_IMPORTED_S)
        site.add_account("reader", "Reader")
        files = make_certificate(site.folder)
        ports = _under_tls(site, files)
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        secret = site.device_password("reader")
        began = time.perf_counter()
        site.start("serve", "ldap")
        begun = first_answer_s(began, site.ldap_port, "reader", secret)
        served = [Served("ours", site.ldap_port, site.ldaps_port, site.pids, "reader", secret, begun)]
        bare = start_bare((ports[4], ports[5]), files.certificate, files.key)
        others: list[Slapd] = []
        try:
            if SLAPD is None:
                print("slapd is not installed (Debian: slapd): ours alone")
            else:
                for number, word in enumerate(("usual", "tuned")):
                    pair = (ports[2 * number], ports[2 * number + 1])
                    other = start_slapd(Path(name) / word, site.folder / "people.csv", pair, is_tuned=number == 1)
                    others.append(other)
                    begun = first_answer_s(other.began, pair[0], READER, PASSWORD)
                    served.append(Served(f"slapd, {word}", *pair, lambda other=other: other.pids, READER, PASSWORD, begun))
            served.append(Served(BARE, ports[4], ports[5], lambda: bare.pids, READER, PASSWORD, 0.0))
            print(f"\n{people} people\n")
            heads = [f"{each.name}: CPU, entries found" for each in served]
            print(f"| {'request':38} | {' | '.join(heads)} |\n|{'-' * 40}|{'|'.join('-' * (len(head) + 2) for head in heads)}|")
            settle(site)
            cells = [f"{each.served_s:8.2f} s" for each in served]
            print(f"| {'cold start: first answer after':38} | {' | '.join(cells)} |", flush=True)
            asked = People(site.folder / "people.csv")
            warm(site, [each for each in served if each.name != BARE], asked)
            measure(Bench(served, asked, context, warm_s, connections), wanted)
            cells = [f"{resident_mb(each.pids()):8.0f} MB" for each in served]
            print(f"| {'memory at the end, all processes':38} | {' | '.join(cells)} |", flush=True)
        finally:
            bare.stop()
            for other in others:
                other.stop()
            site.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--rows", nargs="+", default=[], metavar="WORD", help="only the rows that hold one of these words")
    parser.add_argument("--warm", type=float, default=3.0, metavar="SECONDS", help="how long each server is asked before a row is measured")
    parser.add_argument(
        "--connections", type=int, default=1, metavar="N", help="how many ask at the same moment in rows of single requests"
    )
    options = parser.parse_args()
    for people in options.people:
        run(people, options.rows, options.warm, options.connections)


if __name__ == "__main__":
    main()
