# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest

from dirserver.errors import BadInput, TooLarge
from dirserver.serve.body import settle


class Trickle(io.RawIOBase):
    """A body of which each read gives a few octets, as from a slow line."""

    def __init__(self, content):
        self._content = io.BytesIO(content)

    def read(self, size=-1):
        return self._content.read(min(size, 7) if size >= 0 else 7)


def test_a_chunked_body_is_put_aside_whole_with_its_length():
    content = bytes(range(256)) * 2_000
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Trickle(content)}
    kept = settle(environ, len(content))
    assert environ["CONTENT_LENGTH"] == str(len(content))
    assert "HTTP_TRANSFER_ENCODING" not in environ
    assert environ["wsgi.input"].read() == content
    kept.close()


def test_one_octet_over_the_limit_is_too_much():
    with pytest.raises(TooLarge) as caught:
        settle({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(b"x" * 11)}, 10)
    assert caught.value.limit == 10
    with pytest.raises(TooLarge):
        settle({"CONTENT_LENGTH": "11", "wsgi.input": io.BytesIO()}, 10)


def test_a_body_of_known_length_is_not_touched():
    source = io.BytesIO(b"abc")
    environ = {"CONTENT_LENGTH": "3", "wsgi.input": source}
    assert settle(environ, 10) is None
    assert environ["wsgi.input"] is source
    assert source.tell() == 0


def test_a_request_without_a_body_has_length_nought():
    environ = {"wsgi.input": io.BytesIO()}
    assert settle(environ, 10) is None
    assert environ["CONTENT_LENGTH"] == "0"


def test_a_length_that_is_no_number_is_refused():
    with pytest.raises(BadInput):
        settle({"CONTENT_LENGTH": "+3", "wsgi.input": io.BytesIO()}, 10)
