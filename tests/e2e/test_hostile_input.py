# SPDX-License-Identifier: GPL-3.0-or-later
"""Input that means harm, over the wire: refused with a reason, soon, in flat memory, and the next one is served as before."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.site import Site
from tests.radicale_dirserver.test_hostile import XML, C
from tests.radicale_dirserver.wsgi import basic

pytestmark = pytest.mark.e2e

SLOW_S = 15.0
"""Nobody waits that long for a refusal, even on a busy machine."""
MOST_GROWTH_BYTES = 150_000_000
BOOK = "/dav/ada/contacts/"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:kept\r\nFN:Kept\r\nN:Kept;;;;\r\nEND:VCARD\r\n"


class Line:
    """A connection on which anything may be said."""

    def __init__(self, site: Site, password: str) -> None:
        self._port = site.http_port
        self._authorization = basic("ada", password)

    def say(
        self, method: str, path: bytes | str, body: bytes | Iterator[bytes] = b"", *lines: str, length: int | None = None
    ) -> tuple[int, bytes]:
        """Send a request as it is, on a connection of its own; the status and body of the answer."""
        target = path.encode() if isinstance(path, str) else path
        size = length if length is not None else len(body) if isinstance(body, bytes) else 0
        head = [
            "Host: contacts.example.com",
            f"Authorization: {self._authorization}",
            f"Content-Length: {size}",
            "Connection: close",
            *lines,
        ]
        with socket.create_connection(("127.0.0.1", self._port), timeout=SLOW_S) as connection:
            connection.sendall(method.encode() + b" " + target + b" HTTP/1.1\r\n" + "\r\n".join(head).encode() + b"\r\n\r\n")
            try:
                for part in [body] if isinstance(body, bytes) else body:
                    connection.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                # Told no before it was said to the end.
                pass
            answer = b""
            try:
                while part := connection.recv(65_536):
                    answer += part
            except ConnectionResetError:
                pass
        found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
        return (int(found.group(1)) if found else 0), answer.partition(b"\r\n\r\n")[2]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Line, Site]]:
    site = Site(tmp_path_factory.mktemp("hostile") / "site")
    site.folder.mkdir()
    site.found()
    site.add_account("ada", "Ada")
    password = site.device_password("ada")
    site.start("serve", "http")
    yield Line(site, password), site
    site.kill()


def resident_bytes(site: Site) -> int:
    """What all processes of the site hold."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 for pid in site.pids())


def test_whatever_comes_is_refused_soon_and_the_next_one_is_served(line: tuple[Line, Site]) -> None:
    door, site = line
    assert door.say("PUT", BOOK + "kept.vcf", CARD.encode(), "Content-Type: text/vcard")[0] == 201
    before, card = resident_bytes(site), door.say("GET", BOOK + "kept.vcf")
    long_card = CARD.replace("FN:", f"NOTE:{'x' * 12_000_000}\r\nFN:").encode()
    latin = CARD.replace("Kept", "K\xe9pt").replace("UID:K\xe9pt", "UID:other").encode("latin-1")
    text, to = "Content-Type: text/vcard", "Destination: "
    asked: list[tuple[str, tuple[str | bytes, ...]]] = [
        *((f"PROPFIND {case}", ("PROPFIND", BOOK, body.encode(), "Content-Type: text/xml")) for case, body in XML.items()),
        *((f"REPORT {case}", ("REPORT", BOOK, body.encode(), "Content-Type: text/xml")) for case, body in XML.items()),
        ("a long card", ("PUT", BOOK + "long.vcf", long_card, text)),
        ("no card", ("PUT", BOOK + "none.vcf", b"\x00\xff" * 500, text)),
        ("two cards in one", ("PUT", BOOK + "two.vcf", CARD.encode() * 2, text)),
        ("bad UTF-8 in the path", ("PUT", b"/dav/ada/contacts/%FF%FE.vcf", CARD.encode(), text)),
        ("NUL in the path", ("GET", "/dav/ada/contacts/a%00b.vcf")),
        ("out of the tree", ("GET", "/dav/ada/../../etc/passwd")),
        ("out of the tree, encoded", ("GET", "/dav/ada/contacts/%2e%2e%2f%2e%2e%2fetc%2fpasswd")),
        ("out of the home", ("MOVE", BOOK + "kept.vcf", b"", to + "/dav/ada/contacts/../../bruno/contacts/k.vcf")),
        ("to another server", ("COPY", BOOK + "kept.vcf", b"", to + "https://elsewhere.example/dav/ada/contacts/k.vcf")),
        ("a book moved", ("MOVE", BOOK, b"", to + "/dav/ada/other/")),
        ("a book made", ("MKCOL", "/dav/ada/new/")),
        ("a book made over another", ("MKCOL", "/dav/ada/people/")),
        ("a book deleted", ("DELETE", BOOK)),
        ("a wrong condition", ("PUT", BOOK + "kept.vcf", CARD.replace("Kept", "Other").encode(), text, 'If-Match: "x"')),
        ("a depth that isn't", ("PROPFIND", BOOK, b"", "Depth: deep")),
        ("a long condition", ("DELETE", BOOK + "kept.vcf", b"", "If-Match: " + ",".join(f'"{number}"' for number in range(6_000)))),
    ]
    for what, words in asked:
        begun = time.monotonic()
        status, body = door.say(*words)  # type: ignore[arg-type]
        assert 400 <= status < 500 or (what == "to another server" and status == 502), (what, status, body[:200])
        assert body.strip() or status == 431, (what, status)
        assert b"/etc" not in body, (what, body)
        assert b"Traceback" not in body, (what, body)
        assert time.monotonic() - begun < SLOW_S, what
    assert door.say("PUT", BOOK + "latin.vcf", latin, "Content-Type: text/vcard")[0] in {201, 403}
    assert door.say("GET", BOOK + "kept.vcf") == card
    assert resident_bytes(site) - before < MOST_GROWTH_BYTES
    site.assert_quiet_log()


def test_fifty_megabytes_are_refused_before_they_are_read(line: tuple[Line, Site]) -> None:
    door, site = line
    before = resident_bytes(site)

    def endless() -> Iterator[bytes]:
        for _ in range(800):
            yield b"x" * 65_536

    for _ in range(4):
        status, _ = door.say("PUT", BOOK + "huge.vcf", endless(), "Content-Type: text/vcard", length=800 * 65_536)
        assert status in {0, 413}, "told no, or the line was cut"
    assert door.say("GET", BOOK + "huge.vcf")[0] == 404
    assert resident_bytes(site) - before < MOST_GROWTH_BYTES


def test_a_query_for_a_hundred_thousand_names_is_answered_in_flat_memory(line: tuple[Line, Site]) -> None:
    door, site = line
    before = resident_bytes(site)
    hrefs = "".join(f"<d:href>/dav/ada/contacts/{number}.vcf</d:href>" for number in range(100_000))
    body = f'<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:prop><d:getetag/></d:prop>{hrefs}</c:addressbook-multiget>'
    for _ in range(2):
        assert door.say("REPORT", BOOK, body.encode(), "Content-Type: text/xml")[0] in {207, 413}
    assert resident_bytes(site) - before < 2 * MOST_GROWTH_BYTES
