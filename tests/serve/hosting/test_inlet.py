# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

import pytest

from dirserver.errors import BadInput
from dirserver.serve.hosting.heads import Heads
from dirserver.serve.hosting.inlet import Inlet


class Scene:
    """An inlet whose feeder feeds what it is asked for."""

    def __init__(self, length: int | None, *parts: bytes) -> None:
        self.parts = list(parts)
        self.behind = b""
        self.wanted = 0
        chunks = Heads({}).read(b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").chunks if length is None else None
        self.inlet = Inlet(length, chunks, self.feed)

    def feed(self) -> None:
        self.wanted += 1
        part = self.parts.pop(0) if self.parts else None
        threading.Thread(target=self.inlet.end if part is None else lambda: self.take(part)).start()

    def take(self, part: bytes) -> None:
        self.behind += self.inlet.feed(part)

    def all(self, size: int = 4) -> bytes:
        said = b""
        while part := self.inlet.read(size):
            said += part
        return said


def test_a_body_comes_to_its_length_and_what_is_behind_it_is_given_back() -> None:
    scene = Scene(10, b"abc", b"defghijkl")
    assert scene.all() == b"abcdefghij"
    assert (scene.behind, scene.wanted, scene.inlet.is_whole, scene.inlet.can_stay) == (b"kl", 2, True, True)
    assert scene.inlet.read(3) == b""


def test_chunks_are_taken_apart() -> None:
    scene = Scene(None, b"3\r\nabc\r", b"\n5;x=y\r\ndefgh\r\n0\r\nTrailer: x\r\n", b"\r\n")
    assert scene.all() == b"abcdefgh"
    assert (scene.inlet.is_whole, scene.inlet.can_stay) == (True, True)


def test_what_comes_behind_chunks_costs_the_connection_and_is_no_request() -> None:
    scene = Scene(None, b"1\r\na\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: x\r\n\r\n")
    assert scene.all() == b"a"
    assert (scene.inlet.is_whole, scene.inlet.can_stay) == (True, False)


@pytest.mark.parametrize("said", [b"x\r\n", b"3\r\nabcd\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n"])
def test_bad_chunks_are_told(said: bytes) -> None:
    scene = Scene(None, said)
    with pytest.raises(BadInput):
        scene.all()
    assert not scene.inlet.can_stay


def test_a_client_that_leaves_ends_the_body_short() -> None:
    scene = Scene(10, b"abc")
    assert scene.all() == b"abc"
    assert not scene.inlet.is_whole


def test_so_much_is_taken_in_and_no_more() -> None:
    scene = Scene(1_000_000)
    scene.inlet.feed(b"x" * 200_000)
    assert scene.inlet.is_full
    assert len(scene.inlet.read(190_000)) == 190_000
    assert not scene.inlet.is_full
    assert scene.wanted == 0
