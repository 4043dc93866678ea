# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dirserver.serve.hosting.exchange import Exchange
from dirserver.serve.hosting.heads import Heads


class Outlet:
    """Notes what it is to send."""

    may_stay = True

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.end = ""

    def take(self, exchange: Exchange, octets: bytes) -> None:
        self.sent.append(octets)
        exchange.sent(len(octets))

    def take_last(self, _exchange: Exchange, octets: bytes, *, may_stay: bool) -> None:
        self.sent.append(octets)
        self.end = "stays" if may_stay else "ends"

    def take_whole(self, exchange: Exchange, octets: bytes, *, may_stay: bool) -> None:
        self.take_last(exchange, octets, may_stay=may_stay)

    def break_off(self, _exchange: Exchange) -> None:
        self.end = "broken"


def asked(application: Any, first: str = "GET / HTTP/1.1") -> Outlet:
    outlet = Outlet()
    Exchange(Heads({}).read(f"{first}\r\nHost: a\r\n\r\n".encode()), None, application, outlet).run()
    return outlet


def made(*parts: bytes, headers: tuple[tuple[str, str], ...] = (), fault: Exception | None = None) -> Any:
    def application(_environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", list(headers))
        yield from parts
        if fault is not None:
            raise fault

    return application


def test_parts_are_chunks_and_empty_ones_are_none() -> None:
    outlet = asked(made(b"ab", b"", b"cde"))
    assert outlet.sent[0].endswith(b"\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
    assert (outlet.sent[1:], outlet.end) == ([b"", b"3\r\ncde\r\n", b"0\r\n\r\n"], "stays")


def test_parts_with_a_length_or_for_an_old_client_are_sent_as_they_are() -> None:
    outlet = asked(made(b"ab", b"cde", headers=(("Content-Length", "5"),)))
    assert (b"".join(outlet.sent)[-9:], outlet.end) == (b"\r\n\r\nabcde", "stays")
    outlet = asked(made(b"ab", b"cde"), "GET / HTTP/1.0")
    assert (b"".join(outlet.sent)[-9:], outlet.end) == (b"\r\n\r\nabcde", "ends")


def test_an_answer_without_a_part_is_one() -> None:
    outlet = asked(made())
    assert b"".join(outlet.sent).endswith(b"\r\n\r\n0\r\n\r\n")


def test_what_is_missing_at_the_end_is_not_passed_over() -> None:
    assert asked(made(b"ab", headers=(("Content-Length", "5"),))).end == "broken"
    assert asked(made(b"ab", fault=ValueError("no"))).end == "broken"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_fault_before_the_answer_tells_the_client_nothing_of_it(method: str) -> None:
    outlet = asked(made(fault=ValueError("secret")), f"{method} / HTTP/1.1")
    assert (outlet.sent[0].startswith(b"HTTP/1.1 500 "), outlet.end) == (True, "ends")
    assert b"secret" not in b"".join(outlet.sent)
    assert asked(lambda _environ, _start: [b"x"]).sent[0].startswith(b"HTTP/1.1 500 ")


def test_head_is_answered_without_the_body() -> None:
    outlet = asked(made(b"abc", headers=(("Content-Length", "3"),)), "HEAD / HTTP/1.1")
    assert (b"".join(outlet.sent)[-23:], outlet.end) == (b"\r\nContent-Length: 3\r\n\r\n", "stays")
