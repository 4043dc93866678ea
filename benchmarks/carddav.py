# SPDX-License-Identifier: GPL-3.0-or-later
"""CardDAV beside its peers, in one run: `python benchmarks/carddav.py [--people N] [--no-peers] [--database URL]`.

Every server holds the same cards and is asked the same by one client, one request after the other on a kept connection (PHP's
own server closes it). Printed is the CPU of each server's processes by request, from /proc/PID/stat, and how many
times ours the peer's is: the least of a few turns, since what else runs on the machine makes everybody slower. The client's CPU
isn't in it. Answers are checked to be as long as they must be.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import re
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from peers import Peer, start_radicale, start_sabre

from dirserver.demo.people import generate_csv
from tests.e2e.site import Site, cpu_s, free_ports

NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:s="http://calendarserver.org/ns/"'
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")
LEAST_S = 1.0
TURNS = 4
LONG_MS = 100
MOST_REQUESTS = 1_000


class Client:
    """One client of one server: a bare socket, since http.client takes as long as the servers do, and sends in two pieces."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.pids: Callable[[], list[int]] = lambda: peer.pids
        self._line: socket.socket | None = None
        token = base64.b64encode(f"ada:{peer.password}".encode()).decode()
        self._head = f"Host: 127.0.0.1:{peer.port}\r\nAuthorization: Basic {token}\r\n"

    def ask(self, method: str, path: str, body: str = "", depth: str = "0", **headers: str) -> tuple[int, bytes]:
        """Ask once; status and body."""
        octets = body.encode()
        given = {"Content-Type": "text/xml", "Depth": depth, "Content-Length": str(len(octets)), **headers}
        more = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        asked = f"{method} {path} HTTP/1.1\r\n{self._head}{more}\r\n".encode() + octets
        if self._line is not None:
            try:
                self._line.sendall(asked)
                return self._answer()
            except (BrokenPipeError, ConnectionResetError, EOFError):
                # It rested for so long that the server closed it: as every client does, once more on a new one.
                self._line.close()
        self._line = socket.create_connection(("127.0.0.1", self.peer.port), timeout=600)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line.sendall(asked)
        return self._answer()

    def _answer(self) -> tuple[int, bytes]:
        assert self._line is not None
        got = bytearray()
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        head = bytes(got[:end]).lower()
        told = _LENGTH.search(head)
        if told is not None:
            while len(got) < end + 4 + int(told[1]):
                got += self._more()
        elif b"transfer-encoding: chunked" in head:
            # Nobody sends that line within a card.
            while not got.endswith(b"\r\n0\r\n\r\n"):
                got += self._more()
        elif head[9:12] not in {b"204", b"304"}:
            with suppress(EOFError):
                while True:
                    got += self._more()
        if b"connection: close" in head:
            self._line.close()
            self._line = None
        return int(head[9:12]), bytes(got[end + 4 :])

    def _more(self) -> bytes:
        assert self._line is not None
        octets = self._line.recv(1 << 20)
        if not octets:
            raise EOFError
        return octets

    def report(self, name: str, inner: str, depth: str = "1", home: str = "") -> bytes:
        """Send a report that must succeed."""
        status, body = self.ask("REPORT", home or self.peer.home, f"<{name} {NAMESPACES}>{inner}</{name.split(maxsplit=1)[0]}>", depth)
        assert status == 207, (self.peer.name, status, body[:300])
        return body

    def propfind(self, inner: str, depth: str = "0", home: str = "") -> bytes:
        """Ask for properties; it must succeed."""
        body = f"<d:propfind {NAMESPACES}><d:prop>{inner}</d:prop></d:propfind>"
        status, answer = self.ask("PROPFIND", home or self.peer.home, body, depth)
        assert status == 207, (self.peer.name, status, answer[:300])
        return answer

    def sync(self, token: str, inner: str = "<d:getetag/>", home: str = "") -> tuple[bytes, str]:
        """Ask for what changed; the answer and its token."""
        asked = f"<d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level><d:prop>{inner}</d:prop>"
        answer = self.report("d:sync-collection", asked, home=home)
        found = re.search(rb"<(?:\w+:)?sync-token>([^<]+)<", answer)
        assert found, answer[-300:]
        return answer, found.group(1).decode()


@dataclass
class Bench:
    """Rows of figures: milliseconds of CPU a request, by server."""

    clients: list[Client]

    def row(self, what: str, ask: Callable[[Client], Callable[[], object] | None]) -> None:
        """Measure one kind of request at every server that knows it; print the figures."""
        asked = [(client, ask(client)) for client in self.clients]
        turns = [[_cpu_ms(client, one) if one is not None else None for client, one in asked]]
        while len(turns) < TURNS:
            # Who took long has been measured for long.
            again = [(client, one if one and (turns[0][place] or 0) < LONG_MS else None) for place, (client, one) in enumerate(asked)]
            turns.append([_cpu_ms(client, one) if one is not None else None for client, one in again])
        figures = [min((figure for figure in told if figure is not None), default=None) for told in zip(*turns, strict=True)]
        ours = figures[0]
        cells = [f"{figure:9.3f}" if figure is not None else "        -" for figure in figures]
        ratios = [f"{figure / ours:6.1f}" if figure is not None and ours else "     -" for figure in figures[1:]]
        print(f"| {what:38} | " + " | ".join(cells) + " | " + " | ".join(ratios) + " |", flush=True)


def _cpu_ms(client: Client, one: Callable[[], object]) -> float:
    for _ in range(3):
        begun = time.perf_counter()
        one()
        if time.perf_counter() - begun > 1:
            break
    before, begun, count = cpu_s(client.pids()), time.perf_counter(), 0
    while count < 2 or (time.perf_counter() - begun < LEAST_S and count < MOST_REQUESTS):
        one()
        count += 1
    return (cpu_s(client.pids()) - before) / count * 1e3


def _names(client: Client) -> list[str]:
    answer = client.propfind("<d:getetag/>", "1")
    found = re.findall(rb"<(?:\w+:)?href>([^<]+\.vcf)<", answer)
    return [each.decode() for each in found]


def _multiget(client: Client, hrefs: list[str]) -> Callable[[], object]:
    lists = itertools.cycle([hrefs[at : at + 10] for at in range(0, len(hrefs) - 9, 10)])

    def ask() -> object:
        inner = "".join(f"<d:href>{href}</d:href>" for href in next(lists))
        answer = client.report("c:addressbook-multiget", f"<d:prop><d:getetag/><c:address-data/></d:prop>{inner}", "0")
        assert answer.count(b"END:VCARD") == 10
        return answer

    return ask


def _everything(client: Client, hrefs: list[str]) -> Callable[[], object]:
    if client.peer.syncs:
        return lambda: client.sync("", "<d:getetag/><c:address-data/>")

    def ask() -> object:
        client.propfind("<d:getetag/>", "1")
        for at in range(0, len(hrefs), 500):
            inner = "".join(f"<d:href>{href}</d:href>" for href in hrefs[at : at + 500])
            client.report("c:addressbook-multiget", f"<d:prop><d:getetag/><c:address-data/></d:prop>{inner}", "0")
        return None

    return ask


def _poll(client: Client) -> Callable[[], object]:
    if client.peer.syncs:
        _, token = client.sync("")
        return lambda: client.sync(token)
    return lambda: client.propfind("<s:getctag/>")


def _query(client: Client, text: str) -> Callable[[], object]:
    match = f'<c:text-match match-type="contains">{text}</c:text-match>'
    filters = "".join(f'<c:prop-filter name="{name}">{match}</c:prop-filter>' for name in ("FN", "EMAIL", "NICKNAME"))
    asked = f'<d:prop><d:getetag/><c:address-data/></d:prop><c:filter test="anyof">{filters}</c:filter>'
    return lambda: client.report("c:addressbook-query", asked, "1")


def _card(number: int) -> str:
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:bench-{number % 50}\r\nFN:Bench {number}\r\nN:{number};Bench;;;\r\n"
        f"TEL;TYPE=CELL:+4930{number:07}\r\nEMAIL:bench{number}@example.com\r\nEND:VCARD\r\n"
    )


def _put(client: Client, home: str) -> Callable[[], object]:
    numbers = itertools.count()

    def ask() -> object:
        number = next(numbers)
        headers = {"Content-Type": "text/vcard; charset=utf-8"}
        status, body = client.ask("PUT", f"{home}bench-{number % 50}.vcf", _card(number), **headers)
        assert status in {200, 201, 204}, (client.peer.name, status, body)
        return body

    return ask


def _after_one(client: Client, home: str) -> Callable[[], object] | None:
    if not client.peer.syncs:
        return None
    _, token = client.sync("", home=home)
    _put(client, home)()
    return lambda: client.sync(token, home=home)


def _cards(client: Client) -> Iterator[tuple[str, bytes]]:
    """Every card that ours holds, with the name that it has in the book."""
    hrefs = _names(client)
    for at in range(0, len(hrefs), 500):
        inner = "".join(f"<d:href>{href}</d:href>" for href in hrefs[at : at + 500])
        answer = client.report("c:addressbook-multiget", f"<d:prop><c:address-data/></d:prop>{inner}", "0").decode()
        for href, card in re.findall(r"<href>([^<]+)</href>.*?(BEGIN:VCARD.*?END:VCARD)", answer, flags=re.DOTALL):
            text = card.replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", "\r").replace("&amp;", "&")
            yield href.rpartition("/")[2], text.replace("\r\n", "\n").replace("\n", "\r\n").encode() + b"\r\n"


def run(people: int, database: str | None, *, with_peers: bool, with_radicale: bool) -> None:
    """Make the site and its peers, and measure every row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ours").mkdir()
        site = Site(folder / "ours")
        site.found(*(("--database", database) if database else ()))
        with (site.folder / "people.csv").open("wb") as stream:
            generate_csv(people, stream)
        site.run("import", "people.csv", "--book", "people", "--apply")
        site.add_account("ada", "Ada")
        password = site.device_password("ada")
        site.start("serve", "http")
        peers: list[Peer] = []
        try:
            ours = Client(Peer("dirserver", site.http_port, "/dav/ada/people/", password, syncs=True))
            ours.pids = site.pids
            clients = [ours]
            if with_peers:
                cards = list(_cards(ours))
                assert len(cards) >= people, len(cards)
                ports = free_ports(2)
                peers += [start_radicale(folder, cards, ports[0])] if with_radicale else []
                sabre = start_sabre(folder, cards, ports[1])
                peers += [sabre] if sabre is not None else []
                clients += [Client(peer) for peer in peers]
            _measure(Bench(clients), people)
            print(f"\nlargest worker: {_peak_mb(site.pids()):.0f} MB at its peak")
        finally:
            site.kill()
            for peer in peers:
                peer.stop()


def _measure(bench: Bench, people: int) -> None:
    names = [client.peer.name for client in bench.clients]
    print(f"\n{people} people; CPU in ms a request, then how many times ours\n")
    print(
        f"| {'request':38} | "
        + " | ".join(f"{name[:9]:>9}" for name in names)
        + " | "
        + " | ".join(f"{n[:6]:>6}" for n in names[1:])
        + " |"
    )
    print("|" + "-" * 40 + "|" + "----------:|" * len(names) + "-------:|" * (len(names) - 1))
    hrefs = {client.peer.name: _names(client) for client in bench.clients}
    own = {"dirserver": "/dav/ada/contacts/"}
    paths = {name: itertools.cycle(found[:1_000]) for name, found in hrefs.items()}
    bench.row("poll, nothing new", _poll)
    bench.row("GET of a card", lambda client: lambda: client.ask("GET", next(paths[client.peer.name])))
    bench.row("multiget of 10", lambda client: _multiget(client, hrefs[client.peer.name]))
    bench.row("query, 3 properties contain, few hits", lambda client: _query(client, "zielinski"))
    bench.row("PROPFIND depth 1, ETags", lambda client: lambda: client.propfind("<d:getetag/>", "1"))
    bench.row("first sync, ETags", lambda client: (lambda: client.sync("")) if client.peer.syncs else None)
    bench.row("first sync with the cards", lambda client: _everything(client, hrefs[client.peer.name]))
    bench.row("PUT of a card", lambda client: _put(client, own.get(client.peer.name, client.peer.home)))
    bench.row("sync after one change", lambda client: _after_one(client, own.get(client.peer.name, client.peer.home)))


def _peak_mb(pids: list[int]) -> float:
    peaks = []
    for pid in pids:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        peaks.append(int(found.group(1)) / 1024 if found else 0.0)
    return max(peaks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--no-peers", action="store_true", help="ours alone: at 100 000 cards the peers take many minutes")
    parser.add_argument("--no-radicale", action="store_true", help="sabre/dav alone beside ours: of all peers it is the quicker one")
    parser.add_argument("--database", help="an empty database (postgresql+psycopg://...); default: a SQLite file that goes away")
    options = parser.parse_args()
    run(options.people, options.database, with_peers=not options.no_peers, with_radicale=not options.no_radicale)


if __name__ == "__main__":
    main()
