# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest

from dirserver.errors import TooLarge
from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.request import Request, takes_gzip


def request(path: str = "/ada/", script: str = "/dav", body: bytes = b"", **environ) -> Request:
    return Request.of_environ(
        {"REQUEST_METHOD": "put", "SCRIPT_NAME": script, "PATH_INFO": path, "wsgi.input": io.BytesIO(body), **environ}, "/dav", 1000
    )


@pytest.mark.parametrize(
    "script, path, mount, below",
    [
        ("/dav", "/ada/", "/dav", "/ada/"),
        ("/dav/", "/ada/", "/dav", "/ada/"),
        ("/x/dav", "", "/x/dav", "/"),
        ("", "/dav/ada/", "/dav", "/ada/"),
        ("", "/dav", "/dav", "/"),
        ("", "/davos/", "", "/davos/"),
        ("", "/.well-known/carddav", "/dav", "/.well-known/carddav"),
    ],
)
def test_the_mount_is_found_however_the_server_says_it(script, path, mount, below):
    found = request(path, script)
    assert (found.mount, found.path) == (mount, below)


def test_a_path_is_utf8():
    assert request("/ada/Müller.vcf".encode().decode("latin-1")).path == "/ada/Müller.vcf"
    assert request("/ada/Łódź.vcf").path == "/ada/Łódź.vcf"
    with pytest.raises(Refused):
        request("/ada/\xff.vcf")


def test_the_well_known_address_is_noticed():
    assert request("/.well-known/carddav/", "").is_well_known
    assert not request("/.well-known/caldav", "").is_well_known


@pytest.mark.parametrize("text, depth", [("", "0"), ("0", "0"), ("1", "1"), ("Infinity", "1"), ("1,noroot", "1")])
def test_depth_is_zero_or_one(text, depth):
    assert request(HTTP_DEPTH=text).depth == depth


def test_another_depth_is_refused():
    with pytest.raises(Refused):
        request(HTTP_DEPTH="2")


@pytest.mark.parametrize(
    "headers", [{"HTTP_BRIEF": "t"}, {"HTTP_PREFER": "return=minimal"}, {"HTTP_PREFER": "respond-async, return-minimal"}]
)
def test_short_answers_may_be_asked_for_in_three_ways(headers):
    assert request(**headers).is_minimal


def test_long_answers_are_the_default():
    assert not request(HTTP_BRIEF="f", HTTP_PREFER="return=representation").is_minimal


@pytest.mark.parametrize(
    "text, takes", [("gzip, deflate", True), ("identity", False), ("gzip;q=0", False), ("br, gzip;q=0.5", True), ("", False)]
)
def test_compression_is_for_who_takes_it(text, takes):
    assert takes_gzip(text) is takes


def test_a_body_is_read_to_its_length():
    assert request(body=b"abcdef", CONTENT_LENGTH="3").read_body(10) == b"abc"


def test_a_body_without_length_is_none_unless_the_server_ends_it():
    assert request(body=b"next request").read_body(10) == b""
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    assert request(body=b"abcdef", **chunked).read_body(10) == b"abcdef"


def test_chunks_that_nobody_takes_apart_are_refused():
    with pytest.raises(Refused) as caught:
        request(HTTP_TRANSFER_ENCODING="chunked")
    assert caught.value.status == 411


class Endless(io.RawIOBase):
    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"x" * size


def test_too_long_a_body_is_not_read():
    with pytest.raises(TooLarge):
        request(CONTENT_LENGTH="11").read_body(10)
    endless = Endless()
    with pytest.raises(TooLarge):
        request(**{"wsgi.input": endless, "wsgi.input_terminated": True}).read_body(10)
    assert endless.given < 1_000_000


def test_the_limit_of_the_server_holds_for_every_body():
    with pytest.raises(TooLarge) as caught:
        request(CONTENT_LENGTH="1001").read_body(5000)
    assert caught.value.limit == 1000


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "1" * 30])
def test_a_length_that_is_none_is_refused(length):
    with pytest.raises(Refused):
        request(CONTENT_LENGTH=length)


def test_a_body_that_is_cut_off_is_refused():
    with pytest.raises(Refused):
        request(body=b"abc", CONTENT_LENGTH="5").read_body(10)
