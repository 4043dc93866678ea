# SPDX-License-Identifier: GPL-3.0-or-later
"""Granian as we use it: what a request looks like when it reaches our application, and what must be so for that."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dirserver.config.values import Address
from dirserver.model.principal import Door, Principal
from dirserver.serve.http_worker import _made
from tests.cast import make_company
from tests.web.folder import make_parts

ROOT = Path(__file__).parents[2]
# Two workers behind one address that answer with what they were given; made as dirserver.serve.http_worker makes them.
SERVER = """
import json, os, sys
from granian import Granian
from granian.constants import HTTPModes, Interfaces
def app(environ, start):
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "application/json")])
    told = {key: environ.get(key) for key in ("PATH_INFO", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "REQUEST_METHOD", "REMOTE_ADDR")}
    return [json.dumps({**told, "length": len(body)}).encode()]
Granian("x", "127.0.0.1", int(sys.argv[1]), interface=Interfaces.WSGI, workers=2, http=HTTPModes.http1, websockets=False,
        log_enabled=False).serve(target_loader=lambda: app, wrap_loader=False)
"""


@pytest.fixture(scope="module")
def address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], env={**os.environ, "PYTHONPATH": str(ROOT)})
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
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


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


def test_a_worker_is_ready_for_its_first_visitor(tmp_path):
    parts = make_parts(tmp_path)
    ada = make_company(parts).ada
    parts.identity.open_session(Principal(Door.WEB, ada.account_id, ada.login), address="127.0.0.1")
    parts.close()
    pages = _made(parts.config, Address("127.0.0.1", 8080))._doors.pages
    made = pages.extensions["dirserver.parts"]
    made.directory.crowds.settle()
    assert made.directory.crowds._held, "who was here last would be answered by SQL"
    compiled = {name for _, name in pages.jinja_env.cache}
    assert {"people/list.html", "people/results.html"} <= compiled, "the first visitor would wait until they are"
    made.close()
