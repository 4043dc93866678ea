# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole processes: what a request looks like when it reaches an application, over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.certificates import make_certificate

ROOT = Path(__file__).parents[3]


@contextmanager
def served(*more, stall_s=2):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "serving.py"), str(port), *map(str, more)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "STALL_S": str(stall_s)},
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.05)
        yield f"127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def address():
    with served() as (where, _):
        yield where


def ask(address, method, path, body=None, headers=None, *, chunked=False):
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request(method, path, body, headers or {}, encode_chunked=chunked)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PROPFIND", "PROPPATCH", "REPORT", "MKCOL", "MOVE"])
def test_every_method_of_carddav_arrives(address, method):
    status, content = ask(address, method, "/x", b"abc")
    assert (status, f'"{method}"'.encode() in content) == (200, True)


def test_a_path_arrives_as_octets_in_latin_1(address):
    assert rb"/M\u00c3\u00bcller.vcf" in ask(address, "GET", "/M%C3%BCller.vcf")[1]


def test_a_body_in_chunks_arrives_without_a_length(address):
    status, content = ask(address, "PUT", "/x", iter([b"a" * 70_000, b"b"]), {"Transfer-Encoding": "chunked"}, chunked=True)
    assert status == 200
    assert b'"CONTENT_LENGTH": null' in content
    assert b'"HTTP_TRANSFER_ENCODING": "chunked"' in content
    assert b'"length": 70001' in content


def say(address, octets):
    """Say something on one connection until the server ends it; what came back."""
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(octets)
        answer = b""
        while part := line.recv(65_536):
            answer += part
    return answer


def test_cve_2023_46137_requests_one_after_the_other_are_answered_in_their_order(address):
    """Twisted answered pipelined requests out of order, to somebody else; GHSA-c8m8-j448-xjx7."""
    asked = [b"PUT /%d HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (n, n, b"x" * n) for n in range(1, 20)]
    answer = say(address, b"".join(asked) + b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    told = [(path, int(length)) for path, length in re.findall(rb'"PATH_INFO": "/(\w+)".*?"length": (\d+)', answer)]
    assert told == [(b"%d" % n, n) for n in range(1, 20)] + [(b"last", 0)]


@pytest.mark.parametrize(
    "head",
    [
        b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 3\r\nContent-Length: 5\r\n",
        b"Content-Length: +5\r\n",
        b"Transfer-Encoding: xchunked\r\n",
    ],
)
def test_ghsa_c8m8_j448_xjx7_lengths_that_disagree_hide_no_second_request(address, head):
    hidden = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(hidden), hidden)
    answer = say(address, b"PUT /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + head + b"\r\n" + body)
    assert b"/hidden" not in answer
    assert answer.count(b"HTTP/1.1 ") == 1


def test_both_workers_answer_side_by_side(address):
    told = {json.loads(ask(address, "GET", "/")[1])["worker"] for _ in range(64)}
    assert len(told) == 2


def test_a_long_answer_comes_whole_to_a_client_that_takes_its_time(address):
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert len(answer.read()) == 400 * 65_536


def test_who_takes_nothing_is_cut_off(address):
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(6)
        with pytest.raises(ConnectionError):
            while line.recv(1 << 20):
                pass


def test_a_worker_that_is_told_to_stop_answers_what_it_works_on_and_goes():
    with served() as (where, process):
        host, _, port = where.partition(":")
        workers = {json.loads(ask(where, "GET", "/")[1])["worker"] for _ in range(64)}
        lines = [socket.create_connection((host, int(port)), timeout=30) for _ in range(16)]
        for line in lines:
            line.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.3)
        for worker in workers:
            os.kill(worker, signal.SIGTERM)
        answers = [line.recv(65_536) for line in lines]
        assert all(answer.startswith(b"HTTP/1.1 200 OK") and b"\r\nConnection: close\r\n" in answer for answer in answers)
        assert process.wait(10) == 0


def crowd(where, source, count):
    """Connections from one address, each with half a request."""
    host, _, port = where.partition(":")
    lines = []
    for _ in range(count):
        line = socket.create_connection((host, int(port)), timeout=30, source_address=(source, 0))
        with suppress(ConnectionError):
            line.sendall(b"GET / HTTP/1.1\r\n")
        lines.append(line)
    return lines


def is_open(line):
    """Nothing has come on it, which would be its end: nobody is answered yet."""
    return not select.select([line], [], [], 0)[0]


def test_one_address_does_not_get_all_connections_and_others_are_served():
    with served(stall_s=300) as (address, _), ExitStack() as stack:
        proxied, many, others = (
            [stack.enter_context(closing(line)) for line in crowd(address, source, count)]
            for source, count in (("127.0.0.1", 60), ("127.0.0.2", 60), ("127.0.0.3", 2))
        )
        deadline = time.monotonic() + 60
        while sum(map(is_open, many)) > 16:
            assert time.monotonic() < deadline, "eight in each of two workers are let in"
            time.sleep(0.02)
        assert ask(address, "GET", "/")[0] == 200
        # Who was let in is heard to the end.
        for line in (*proxied, *others, next(filter(is_open, many))):
            line.sendall(b"Host: x\r\n\r\n")
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 OK")


def test_behind_one_address_those_that_rest_make_room(address):
    host, _, port = address.partition(":")
    with ExitStack() as stack:
        for _ in range(60):
            line = stack.enter_context(socket.create_connection((host, int(port)), timeout=30, source_address=("127.0.0.4", 0)))
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 OK")


def test_the_same_under_tls(tmp_path):
    files = make_certificate(tmp_path)
    with served(files.certificate, files.key) as (where, _):
        host, _, port = where.partition(":")
        context = ssl.create_default_context(cafile=files.certificate)
        context.check_hostname = False
        connection = http.client.HTTPSConnection(host, int(port), timeout=30, context=context)
        for length in (3, 100_000):
            connection.request("PUT", "/x", b"x" * length)
            told = json.loads(connection.getresponse().read())
            assert (told["length"], told["wsgi.url_scheme"]) == (length, "https")
        connection.request("GET", "/long")
        assert len(connection.getresponse().read()) == 400 * 65_536
        connection.putrequest("PUT", "/x")
        connection.putheader("Content-Length", "nonsense")
        connection.endheaders()
        refused = connection.getresponse()
        assert (refused.status, refused.read()) == (400, b"that is no request of HTTP/1.1\n")
