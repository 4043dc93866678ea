# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones that write at the same time: `python benchmarks/writers.py [--phones N] [--seconds S] [--database URL]`.

Each phone is a process with one kept connection and PUTs one card after the other into one personal book, fifty cards again and
again. Printed are PUTs a second, the CPU of the site's processes by PUT, and how long a PUT took; every second phone number is read back
at the end. A commit waits for the disk: the table begins with what the disk takes for one.
"""

from __future__ import annotations

import argparse
import base64
import os
import socket
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.e2e.site import Site, cpu_s

CARDS = 50


def phone(port: int, token: str, number: int, seconds: float) -> tuple[list[float], int]:
    """Write for some seconds; how long each PUT took, and the last phone number that was acknowledged."""
    took: list[float] = []
    head = f"Host: 127.0.0.1\r\nAuthorization: Basic {token}\r\n"
    # A bare socket: what http.client takes for a request would be a third of what the server takes, on the same cores.
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            count, begun = len(took), time.perf_counter()
            card = (
                f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:w{number}-{count % CARDS}\r\nFN:Bench {count}\r\nN:{count};Bench;;;\r\n"
                f"TEL;TYPE=CELL:+4930{count:07}\r\nEMAIL:w{count}@example.com\r\nEND:VCARD\r\n"
            )
            told = f"{head}Content-Type: text/vcard; charset=utf-8\r\nContent-Length: {len(card)}\r\n\r\n{card}"
            connection.sendall(f"PUT /dav/ada/contacts/w{number}-{count % CARDS}.vcf HTTP/1.1\r\n{told}".encode())
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
            assert answer[9:12] in {b"201", b"204"}, answer
            took.append(time.perf_counter() - begun)
        last = len(took) - 1
        connection.sendall(f"GET /dav/ada/contacts/w{number}-{last % CARDS}.vcf HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
        answer = b""
        while octets := connection.recv(65536):
            answer += octets
    assert f"+4930{last:07}".encode() in answer
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


def run(phones: list[int], seconds: float, database: str | None) -> None:
    """Make the site, and let so many phones write at once."""
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name))
        site.found(*(("--database", database) if database else ()))
        site.add_account("ada", "Ada")
        token = base64.b64encode(f"ada:{site.device_password('ada')}".encode()).decode()
        site.start("serve", "http")
        try:
            print(f"one commit of this disk: {disk_ms(Path(name)):.1f} ms (median)\n")
            print("| phones | PUT/s | CPU, ms | median, ms | p99, ms |\n|---:|---:|---:|---:|---:|")
            for count in phones:
                with ProcessPoolExecutor(count) as pool:
                    list(pool.map(phone, *zip(*[(site.http_port, token, number, 1.0) for number in range(count)], strict=True)))
                    before = cpu_s(site.pids())
                    told = list(pool.map(phone, *zip(*[(site.http_port, token, number, seconds) for number in range(count)], strict=True)))
                took = sorted(one for times, _ in told for one in times)
                cpu_ms = (cpu_s(site.pids()) - before) / len(took) * 1e3
                median, slowest = took[len(took) // 2] * 1e3, took[int(len(took) * 0.99)] * 1e3
                print(f"| {count} | {len(took) / seconds:.0f} | {cpu_ms:.2f} | {median:.1f} | {slowest:.1f} |", flush=True)
        finally:
            site.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, nargs="*", default=[1, 4, 8, 16, 32])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--database", help="an empty database (postgresql+psycopg://...); default: a SQLite file that goes away")
    args = parser.parse_args()
    run(args.phones, args.seconds, args.database)


if __name__ == "__main__":
    main()
