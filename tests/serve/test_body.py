# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest

from dirserver.errors import BadInput, TooLarge
from dirserver.serve.body import settle
from dirserver.serve.turns import Turns


class Trickle(io.RawIOBase):
    """A body of which each read gives a few octets, as from a slow line; it notes how many turns are free meanwhile."""

    def __init__(self, content, turns=None):
        self._content = io.BytesIO(content)
        self._turns = turns
        self.seen = []

    def read(self, size=-1):
        if self._turns is not None:
            self.seen.append(self._turns.free.qsize())
        return self._content.read(min(size, 7) if size >= 0 else 7)


def turn():
    return Turns(1).take()


def test_a_chunked_body_is_read_as_it_comes_up_to_the_limit():
    content = bytes(range(256)) * 2_000
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Trickle(content)}
    settle(environ, len(content), turn())
    assert "CONTENT_LENGTH" not in environ
    assert environ["wsgi.input"].read() == content


def test_one_octet_over_the_limit_is_too_much():
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(b"x" * 11)}
    settle(environ, 10, turn())
    with pytest.raises(TooLarge) as caught:
        environ["wsgi.input"].read()
    assert caught.value.limit == 10


def test_what_is_announced_as_too_long_is_not_read_at_all():
    source = io.BytesIO(b"x" * 11)
    with pytest.raises(TooLarge):
        settle({"CONTENT_LENGTH": "11", "wsgi.input": source}, 10, turn())
    assert source.tell() == 0


def test_a_body_is_waited_for_without_a_turn_and_worked_on_with_one():
    turns = Turns(1)
    source = Trickle(b"abcdefghij", turns)
    environ = {"CONTENT_LENGTH": "10", "wsgi.input": source}
    settle(environ, 10, turns.take())
    assert environ["wsgi.input"].read(10) == b"abcdefghij"
    assert set(source.seen) == {1}
    assert turns.free.qsize() == 0


def test_a_body_that_has_come_whole_is_read_as_it_is():
    source = io.BytesIO(b"abc")
    environ = {"CONTENT_LENGTH": "3", "wsgi.input": source}
    assert settle(environ, 10, turn()) is None
    assert environ["wsgi.input"] is source


def test_a_request_without_a_body_has_length_nought():
    environ = {"wsgi.input": io.BytesIO()}
    settle(environ, 10, turn())
    assert environ["CONTENT_LENGTH"] == "0"


def test_a_length_that_is_no_number_is_refused():
    with pytest.raises(BadInput):
        settle({"CONTENT_LENGTH": "+3", "wsgi.input": io.BytesIO()}, 10, turn())


@pytest.mark.parametrize("length, left", [(10, 0), (65_536, 0), (65_537, 65_537)])
def test_a_short_rest_that_nobody_read_is_thrown_away_and_a_long_one_is_not_waited_for(length, left):
    source = Trickle(b"x" * length)
    body = settle({"CONTENT_LENGTH": str(length), "wsgi.input": source}, 100_000, turn())
    while body._read < min(length, 65_536) and left == 0:
        body.finish()
    body.finish()
    assert len(source._content.read()) == left


def test_a_client_that_waits_for_a_word_is_not_made_to_send_what_nobody_wants():
    source = Trickle(b"x" * 10)
    body = settle({"CONTENT_LENGTH": "10", "HTTP_EXPECT": "100-continue", "wsgi.input": source}, 100_000, turn())
    body.finish()
    assert len(source._content.read()) == 10
    body.finish()
