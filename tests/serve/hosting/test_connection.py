# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from dirserver.serve.hosting.answers import Whole
from dirserver.serve.hosting.connection import State
from dirserver.serve.hosting.host import IDLE_S
from tests.serve.hosting.scene import Client, make_host

GET = "GET {} HTTP/1.1\nHost: a\n\n"


def echo(environ: Any, start: Any) -> list[bytes]:
    body = environ["wsgi.input"].read(1_000_000)
    start("200 OK", [("X-Path", environ["PATH_INFO"])])
    return [b"<", body, b">"]


class Slow:
    """An application that answers when it is let."""

    def __init__(self) -> None:
        self.may_answer = threading.Semaphore(0)
        self.begun: list[str] = []

    def __call__(self, environ: Any, start: Any) -> list[bytes]:
        self.begun.append(environ["PATH_INFO"])
        self.may_answer.acquire(timeout=10)
        start("200 OK", [])
        return [environ["PATH_INFO"].encode()]


def until(check: Any) -> None:
    deadline = time.monotonic() + 10
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_request_that_comes_in_pieces_is_answered_when_it_is_whole() -> None:
    client = Client(make_host(echo))
    for octet in b"\r\nPUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell":
        client.say(bytes([octet]))
    assert client.connection._exchange is None
    client.say(b"o")
    said = client.heard()
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert said.endswith(b"\r\n\r\n<hello>")
    assert client.connection.is_idle


def test_requests_that_come_together_are_answered_one_after_the_other() -> None:
    slow = Slow()
    host = make_host(slow)
    client = Client(host)
    client.say(GET.format("/1") + GET.format("/2") + GET.format("/3"))
    until(lambda: slow.begun == ["/1"])
    slow.may_answer.release(3)
    # What waits behind it makes the reactor go on, so the answer goes that way.
    host.reactor.turn()
    host.reactor.turn()
    until(lambda: client.line.sent.count(b"HTTP/1.1 200") == 3)
    assert [each[-2:] for each in client.heard().split(b"HTTP/1.1 200 OK")[1:]] == [b"/1", b"/2", b"/3"]
    assert slow.begun == ["/1", "/2", "/3"]


def test_what_a_thread_could_not_send_whole_the_reactor_sends() -> None:
    host = make_host(echo)
    client = Client(host)
    client.line.takes_aside = False
    client.say(GET.format("/a"))
    host.reactor.turn()
    assert client.heard().endswith(b"<>")
    assert client.connection.is_idle


def test_what_can_be_answered_at_once_is_answered_before_anybody_else_is_asked() -> None:
    asked: list[tuple[str, bytes]] = []

    def at_once(environ: Any, body: bytes) -> Whole | None:
        asked.append((environ["PATH_INFO"], body))
        return Whole("207 Multi-Status", [("X", "y")], b"known") if environ["PATH_INFO"] == "/known" else None

    client = Client(make_host(echo, at_once=at_once))
    client.say("REPORT /known HTTP/1.1\nHost: a\nContent-Length: 2\n\nab" + "GET /other HTTP/1.1\nHost: a\nContent-Length: 1\n\nx")
    until(lambda: client.line.sent.endswith(b"<x>"))
    first, second = client.heard().split(b"HTTP/1.1 ")[1:]
    assert first.startswith(b"207 Multi-Status\r\n")
    assert first.endswith(b"\r\nX: y\r\nContent-Length: 5\r\n\r\nknown")
    assert second.startswith(b"200 OK\r\n")
    assert asked == [("/known", b"ab"), ("/other", b"x")]
    client.say("HEAD /known HTTP/1.1\nHost: a\nConnection: close\n\n")
    assert client.heard().endswith(b"\r\nConnection: close\r\n\r\n")
    assert client.line.told == ["close"]


def test_a_long_body_is_read_as_it_comes_and_held_back_where_nobody_reads() -> None:
    may_read = threading.Event()

    def reads(environ: Any, start: Any) -> list[bytes]:
        may_read.wait(10)
        size = 0
        while part := environ["wsgi.input"].read(65_536):
            size += len(part)
        start("200 OK", [])
        return [str(size).encode()]

    host = make_host(reads)
    client = Client(host)
    client.say("PUT / HTTP/1.1\nHost: a\nContent-Length: 300000\n\n")
    client.say(b"x" * 200_000)
    assert client.line.told == ["pause"]
    assert client.connection._state is State.US
    may_read.set()
    host.reactor.turn()
    assert client.line.told == ["pause", "resume"]
    until(lambda: client.connection._state is State.CLIENT)
    client.say(b"x" * 100_000)
    host.reactor.turn()
    assert client.heard().endswith(b"\r\n\r\n300000")
    assert client.connection.is_idle


def test_a_client_that_waits_for_a_word_gets_it_when_somebody_reads() -> None:
    host = make_host(echo)
    client = Client(host)
    client.say("PUT / HTTP/1.1\nHost: a\nContent-Length: 3\nExpect: 100-continue\n\n")
    host.reactor.turn()
    assert client.heard() == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.say(b"abc")
    host.reactor.turn()
    assert client.heard().endswith(b"<abc>")


@pytest.mark.parametrize("length", ["Content-Length: 100000", "Transfer-Encoding: chunked", "Content-Length: 3\nExpect: 100-continue"])
def test_a_body_that_nobody_read_costs_the_connection_but_not_the_answer(length: str) -> None:
    def refuses(_environ: Any, start: Any) -> list[bytes]:
        start("413 Content Too Large", [])
        return [b"no"]

    host = make_host(refuses)
    client = Client(host)
    client.say(f"PUT / HTTP/1.1\nHost: a\n{length}\n\n")
    host.reactor.turn()
    said = client.heard()
    assert said.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in said
    assert client.line.told == ["half"]
    client.say(b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n" * 10)
    assert client.line.sent == b""
    client.say(b"x" * 17_000_000)
    assert client.line.told == ["half", "abort"]


@pytest.mark.parametrize("said, status", [("GET / HTTP/1.1\n\n", 400), ("GET /" + "x" * 40_000, 431), ("\x16\x03\x01\n\n", 501)])
def test_what_is_no_request_is_told_so_and_nothing_behind_it_is_read(said: str, status: int) -> None:
    host = make_host(echo)
    client = Client(host)
    client.say(said + GET.format("/hidden"))
    assert client.heard().startswith(b"HTTP/1.1 %d " % status)
    assert host.unreadable == 1
    client.say(GET.format("/hidden"))
    assert (client.line.sent, client.line.told) == (b"", ["half"])


def test_a_long_answer_waits_for_a_client_that_is_behind() -> None:
    made: list[int] = []

    def parts(_environ: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [])

        def blocks() -> Iterator[bytes]:
            for number in range(10):
                made.append(number)
                yield b"x" * 100_000

        return blocks()

    host = make_host(parts)
    client = Client(host)
    client.connection.pauseProducing()
    client.say(GET.format("/"))
    for _ in range(3):
        host.reactor.turn()
    time.sleep(0.05)
    assert len(made) == 4, "made ahead of the client"
    client.connection.resumeProducing()
    for _ in range(8):
        host.reactor.turn()
    said = client.heard()
    assert (said.count(b"x" * 100_000), said[-5:]) == (10, b"0\r\n\r\n")
    assert client.connection.is_idle


def test_who_leaves_ends_what_is_made_for_them() -> None:
    closed = threading.Event()

    class Parts:
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x" * 100_000

        def close(self) -> None:
            closed.set()

    def parts(_environ: Any, start: Any) -> Parts:
        start("200 OK", [])
        return Parts()

    host = make_host(parts)
    client = Client(host)
    client.connection.pauseProducing()
    client.say(GET.format("/"))
    host.reactor.turn()
    client.connection.connectionLost(None)  # type: ignore[arg-type]
    assert closed.wait(10)
    assert len(host) == 0
    while not host.reactor.calls.empty():
        host.reactor.turn()


class Looked:
    """A client that is looked at every second, with a limit of five."""

    def __init__(self, application: Any = echo) -> None:
        self.client = Client(make_host(application))
        self.told = self.client.line.told

    def look(self, times: int) -> None:
        for _ in range(times):
            self.client.connection.look(1.0, 5.0, IDLE_S)


def test_who_says_nothing_or_dribbles_is_cut_off() -> None:
    silent = Looked()
    silent.look(4)
    assert silent.told == []
    silent.look(1)
    assert silent.told == ["abort"]
    dribbling = Looked()
    for _ in range(5):
        dribbling.client.say(b"G")
        dribbling.look(1)
    assert dribbling.told == ["abort"]
    moving = Looked()
    for _ in range(12):
        moving.client.say(b"x" * 2_000)
        moving.look(1)
    assert moving.told == []


def test_who_takes_nothing_is_cut_off_and_who_is_worked_for_is_not() -> None:
    slow = Slow()
    worked_for = Looked(slow)
    worked_for.client.say(GET.format("/"))
    until(lambda: slow.begun)
    worked_for.look(50)
    assert worked_for.told == []
    slow.may_answer.release()
    until(lambda: worked_for.client.connection.is_idle)
    worked_for.client.line.unsent = 100_000
    worked_for.look(6)
    assert worked_for.told == ["abort"]


def test_a_connection_may_rest_between_two_requests_for_a_while() -> None:
    resting = Looked()
    for _ in range(3):
        resting.client.say(GET.format("/"))
        until(lambda: resting.client.connection.is_idle)
        resting.look(int(IDLE_S))
    assert resting.told == []
    resting.look(1)
    assert resting.told == ["close"]


def test_who_was_refused_may_listen_for_a_moment() -> None:
    refused = Looked()
    refused.client.say("nonsense\n\n")
    refused.look(4)
    assert refused.told == ["half"]
    refused.look(1)
    assert refused.told == ["half", "abort"]
