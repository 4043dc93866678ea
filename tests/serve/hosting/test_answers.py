# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from http import HTTPStatus

import pytest

from dirserver.serve.hosting.answers import frame, refusal


def framed(status: str = "200 OK", *headers: tuple[str, str], is_head: bool = False, is_old: bool = False, size: int | None = None):
    made = frame(status, headers, is_head=is_head, is_old=is_old, may_stay=not is_old, size=size)
    lines = made.head.decode().split("\r\n")
    assert re.fullmatch(r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", lines.pop(1))
    assert lines[-2:] == ["", ""]
    return made, lines[:-2]


def test_a_body_that_is_there_has_its_length_and_one_that_is_made_comes_in_chunks() -> None:
    made, lines = framed("200 OK", ("Content-Type", "text/plain"), size=3)
    assert (lines, made.has_body, made.is_chunked, made.may_stay) == (
        ["HTTP/1.1 200 OK", "Content-Type: text/plain", "Content-Length: 3"], True, False, True,
    )  # fmt: skip
    made, lines = framed(size=None)
    assert (lines[1:], made.is_chunked, made.may_stay) == (["Transfer-Encoding: chunked"], True, True)
    made, lines = framed("200 OK", ("Content-Length", "9"), size=None)
    assert (lines[1:], made.is_chunked, made.length) == (["Content-Length: 9"], False, 9)


def test_an_old_client_is_told_the_end_by_the_end() -> None:
    made, lines = framed(is_old=True, size=None)
    assert (lines[1:], made.is_chunked, made.may_stay) == (["Connection: close"], False, False)


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_some_answers_have_no_body(status: str) -> None:
    made, lines = framed(status, size=5)
    assert (lines[1:], made.has_body, made.may_stay) == ([], False, True)


def test_the_answer_to_head_keeps_the_length_that_it_tells() -> None:
    made, lines = framed("200 OK", ("Content-Length", "1234"), is_head=True, size=0)
    assert (lines[1:], made.has_body, made.may_stay) == (["Content-Length: 1234"], False, True)


def test_what_belongs_to_the_connection_is_ours() -> None:
    made, lines = framed("200 OK", ("Connection", "close"), ("Date", "never"), ("Transfer-Encoding", "gzip"), size=0)
    assert (lines[1:], made.may_stay) == (["Content-Length: 0", "Connection: close"], False)


@pytest.mark.parametrize(
    "headers", [(("X", "a\r\nY: b"),), (("X\nY", "a"),), (("X", "a\rb"),), (("X", "\u20ac"),), (("Content-Length", "4"),)]
)
def test_headers_that_are_none_are_an_error_and_never_sent(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match=r"header|encode"):
        framed("200 OK", *headers, size=5)


def test_a_refusal_ends_the_connection() -> None:
    said = refusal(HTTPStatus.BAD_REQUEST, "no").decode()
    assert said.startswith("HTTP/1.1 400 Bad Request\r\n")
    assert "\r\nConnection: close\r\n" in said
    assert said.endswith(
        "\r\nContent-Length: 3\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nno\n"
    )
