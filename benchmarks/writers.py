# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones that write at the same time: `python benchmarks/writers.py [--phones N] [--seconds S] [--database URL] [--beside]`.

Each phone is a process with one kept connection and PUTs one card after the other into one personal book, fifty cards again and
again. Printed are PUTs a second, the CPU of the site's processes by PUT, and how long a PUT took; every second phone number is read back
at the end. A commit waits for the disk: the table begins with what the disk takes for one. With ``--beside`` the same phones write
to sabre/dav on its own SQLite as it comes (rollback journal, synchronous=FULL) and as many of PHP's servers as we have workers;
PHP's server closes the connection behind each answer, so they connect anew for each PUT there.
"""

from __future__ import annotations

import argparse
import base64
import os
import socket
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from peers import start_sabre

from tests.e2e.site import Site, cpu_s, free_ports

CARDS = 50


@dataclass(frozen=True)
class Place:
    """A book to write into."""

    name: str
    port: int
    home: str
    token: str


class Line:
    """A connection on which one request follows the other; a new one where the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: socket.socket | None = None

    def ask(self, octets: bytes, *, is_last: bool = False) -> bytes:
        """Return the answer's head; of the last one all of it."""
        if self._open is None:
            self._open = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.sendall(octets)
        answer = b""
        while is_last or b"\r\n\r\n" not in answer:
            part = self._open.recv(65536)
            if not part:
                break
            answer += part
        if is_last or b"connection: close" in answer.lower():
            self._open.close()
            self._open = None
        return answer


def phone(place: Place, number: int, seconds: float) -> tuple[list[float], int]:
    """Write for some seconds; how long each PUT took, and the last phone number that was acknowledged."""
    took: list[float] = []
    head = f"Host: 127.0.0.1\r\nAuthorization: Basic {place.token}\r\n"
    # A bare socket: what http.client takes for a request would be a third of what the server takes, on the same cores.
    line = Line(place.port)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        count, begun = len(took), time.perf_counter()
        card = (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:w{number}-{count % CARDS}\r\nFN:Bench {count}\r\nN:{count};Bench;;;\r\n"
            f"TEL;TYPE=CELL:+4930{count:07}\r\nEMAIL:w{count}@example.com\r\nEND:VCARD\r\n"
        )
        told = f"{head}Content-Type: text/vcard; charset=utf-8\r\nContent-Length: {len(card)}\r\n\r\n{card}"
        answer = line.ask(f"PUT {place.home}w{number}-{count % CARDS}.vcf HTTP/1.1\r\n{told}".encode())
        assert answer[9:12] in {b"200", b"201", b"204"}, answer
        took.append(time.perf_counter() - begun)
    last = len(took) - 1
    asked = f"GET {place.home}w{number}-{last % CARDS}.vcf HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
    assert f"+4930{last:07}".encode() in line.ask(asked.encode(), is_last=True)
    return took, last


def disk_ms(folder: Path) -> float:
    """How long the disk takes for the octets of one commit: the median of a hundred."""
    times = []
    file = os.open(folder / "disk", os.O_CREAT | os.O_RDWR)
    for number in range(100):
        os.pwrite(file, b"x" * 100_000, number * 100_000)
        begun = time.perf_counter()
        os.fdatasync(file)
        times.append(time.perf_counter() - begun)
    os.close(file)
    return sorted(times)[50] * 1e3


def write(place: Place, pids: list[int], phones: list[int], seconds: float) -> None:
    """Let so many phones write at once, and print what came of it."""
    print(f"\n{place.name}\n\n| phones | PUT/s | CPU, ms | median, ms | p99, ms |\n|---:|---:|---:|---:|---:|")
    for count in phones:
        with ProcessPoolExecutor(count) as pool:
            list(pool.map(phone, *zip(*[(place, number, 1.0) for number in range(count)], strict=True)))
            before = cpu_s(pids)
            told = list(pool.map(phone, *zip(*[(place, number, seconds) for number in range(count)], strict=True)))
        took = sorted(one for times, _ in told for one in times)
        cpu_ms = (cpu_s(pids) - before) / len(took) * 1e3
        median, slowest = took[len(took) // 2] * 1e3, took[int(len(took) * 0.99)] * 1e3
        print(f"| {count} | {len(took) / seconds:.0f} | {cpu_ms:.2f} | {median:.1f} | {slowest:.1f} |", flush=True)


def run(phones: list[int], seconds: float, database: str | None, *, is_beside: bool) -> None:
    """Make the site and let phones write, to it and to sabre/dav."""
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name))
        site.found(*(("--database", database) if database else ()))
        site.add_account("ada", "Ada")
        place = Place("dirserver", site.http_port, "/dav/ada/contacts/", token_of("ada", site.device_password("ada")))
        site.start("serve", "http")
        try:
            print(f"one commit of this disk: {disk_ms(Path(name)):.1f} ms (median)")
            write(place, site.pids(), phones, seconds)
        finally:
            site.kill()
    with tempfile.TemporaryDirectory() as name:
        (port,) = free_ports(1)
        peer = start_sabre(Path(name), [], port, workers=2) if is_beside else None
        if peer is not None:
            try:
                write(Place(peer.name, port, peer.home, token_of("ada", peer.password)), peer.pids, phones, seconds)
            finally:
                peer.stop()


def token_of(login: str, password: str) -> str:
    """Return what a header of HTTP's Basic scheme says."""
    return base64.b64encode(f"{login}:{password}".encode()).decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, nargs="*", default=[1, 4, 8, 16, 32])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--database", help="an empty database (postgresql+psycopg://...); default: a SQLite file that goes away")
    parser.add_argument("--beside", action="store_true", help="let them write to sabre/dav as well")
    args = parser.parse_args()
    run(args.phones, args.seconds, args.database, is_beside=args.beside)


if __name__ == "__main__":
    main()
